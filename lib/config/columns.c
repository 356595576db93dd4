/* columns: the names of a sheet's columns; see columns.h. */
#include <string.h>

#include "config/columns.h"

static const char *const names[] = {"received_at", "delivery_id", "timestamp",
    "urn", "full_name", "headline", "company_name", "job_title", "location",
    "linkedin_url", "engagement_type", "signal_name", "reaction_type",
    "comment_text", "connections", "followers", "industry", "company_size",
    "post_id", "post_url", "post_text", "post_date", "extra"};

_Static_assert(sizeof(names) / sizeof(names[0]) == COLUMNS, "all columns");

int
columns_find(const char *name, size_t n)
{
	int i;

	for (i = 0; i < COLUMNS; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return i;
	return -1;
}

const char *
columns_name(int column)
{
	return names[column];
}
