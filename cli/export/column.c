/* column: a column of an export; see column.h. */
#include <stdio.h>
#include <string.h>

#include "cli/export/column.h"
#include "cli/terminal/options.h"

/* How a column of the sheet looks, by its number; and the further ones. */
static const enum column_look looks[SHAPE_COLUMNS] = {COLUMN_WHEN, COLUMN_TEXT,
    COLUMN_WHEN, COLUMN_TEXT, COLUMN_TEXT, COLUMN_LONG_TEXT, COLUMN_TEXT,
    COLUMN_TEXT, COLUMN_TEXT, COLUMN_LINK, COLUMN_SMALL, COLUMN_TEXT,
    COLUMN_SMALL, COLUMN_LONG_TEXT, COLUMN_SMALL, COLUMN_SMALL, COLUMN_TEXT,
    COLUMN_SMALL, COLUMN_TEXT, COLUMN_LINK, COLUMN_LONG_TEXT, COLUMN_WHEN,
    COLUMN_LONG_TEXT};
static const struct column more[COLUMN_COUNT - SHAPE_COLUMNS] = {
    {"endpoint", COLUMN_TEXT}, {"first_seen", COLUMN_WHEN},
    {"last_seen", COLUMN_WHEN}, {"engagements", COLUMN_SMALL}};

struct column
column_of(int number)
{
	struct column c;

	if (number >= SHAPE_COLUMNS)
		return more[number - SHAPE_COLUMNS];
	c.name = shape_column_name(number);
	c.look = looks[number];
	return c;
}

/* The name that it is most like, or that it is a part of; NULL. */
static const char *
find_nearest(const char *word, int limit)
{
	const char *names[COLUMN_COUNT + 1] = {NULL}, *near;
	int i;

	for (i = 0; i < limit; i++)
		names[i] = column_of(i).name;
	near = options_nearest(word, names, sizeof(names[0]));
	for (i = 0; i < limit && near == NULL && strlen(word) > 2; i++)
		if (strstr(names[i], word) != NULL)
			near = names[i];
	return near;
}

int
column_find(const char *name, size_t n, int limit, struct fault *f)
{
	char word[64], all[400] = "";
	const char *near;
	size_t used = 0;
	int i;

	for (i = 0; i < limit; i++)
		if (strlen(column_of(i).name) == n &&
		    memcmp(column_of(i).name, name, n) == 0)
			return i;
	(void)snprintf(word, sizeof(word), "%.*s",
	    n > sizeof(word) ? (int)sizeof(word) : (int)n, name);
	if ((near = find_nearest(word, limit)) != NULL)
		return fault_set(f, FAULT_SETUP, 0,
		    "there is no column \"%s\"; did you mean %s?", word, near);
	for (i = 0; i < limit && used < sizeof(all) - 32; i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
		    i > 0 ? ", " : "", column_of(i).name);
	return fault_set(f, FAULT_SETUP, 0,
	    "there is no column \"%s\" (there are %s)", word, all);
}
