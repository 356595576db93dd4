/* column: what an export can have in a column; see column.h. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "select/column.h"

static const enum column_look looks[SHAPE_COLUMNS] = {COLUMN_WHEN, COLUMN_TEXT,
    COLUMN_WHEN, COLUMN_TEXT, COLUMN_TEXT, COLUMN_LONG_TEXT, COLUMN_TEXT,
    COLUMN_TEXT, COLUMN_TEXT, COLUMN_LINK, COLUMN_SMALL, COLUMN_TEXT,
    COLUMN_SMALL, COLUMN_LONG_TEXT, COLUMN_SMALL, COLUMN_SMALL, COLUMN_TEXT,
    COLUMN_SMALL, COLUMN_TEXT, COLUMN_LINK, COLUMN_LONG_TEXT, COLUMN_WHEN,
    COLUMN_LONG_TEXT};

/* Those behind the sheets'. */
static const struct column more[COLUMN_COUNT - SHAPE_COLUMNS] = {
    [COLUMN_ENDPOINT - SHAPE_COLUMNS] = {"endpoint", COLUMN_TEXT},
    [COLUMN_FIRST_SEEN - SHAPE_COLUMNS] = {"first_seen", COLUMN_WHEN},
    [COLUMN_LAST_SEEN - SHAPE_COLUMNS] = {"last_seen", COLUMN_WHEN},
    [COLUMN_ENGAGEMENTS - SHAPE_COLUMNS] = {"engagements", COLUMN_SMALL},
    [COLUMN_KINDS - SHAPE_COLUMNS] = {"kinds", COLUMN_TEXT},
    [COLUMN_SIGNALS - SHAPE_COLUMNS] = {"signals", COLUMN_LONG_TEXT}};

int
column_find(const char *name, size_t n)
{
	int i;

	for (i = SHAPE_COLUMNS; i < COLUMN_COUNT; i++)
		if (strlen(more[i - SHAPE_COLUMNS].name) == n &&
		    memcmp(more[i - SHAPE_COLUMNS].name, name, n) == 0)
			return i;
	return shape_column(name, n);
}

struct column
column_get(int number)
{
	struct column c;

	if (number >= SHAPE_COLUMNS)
		return more[number - SHAPE_COLUMNS];
	c.name = shape_column_name(number);
	c.look = looks[number];
	return c;
}

int
column_is_of_history(int number)
{
	return number >= COLUMN_FIRST_SEEN && number <= COLUMN_SIGNALS;
}

int
column_is_of_person(int number)
{
	static const char *const names[] = {"urn", "full_name", "headline",
	    "company_name", "job_title", "location", "linkedin_url",
	    "connections", "followers", "industry", "company_size"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (number == shape_column(names[i], strlen(names[i])))
			return 1;
	return 0;
}

/* Among those below a limit. */
static const char *
find_nearest(const char *word, int limit)
{
	const char *names[COLUMN_COUNT + 1] = {NULL}, *near;
	int i;

	for (i = 0; i < limit; i++)
		names[i] = column_get(i).name;
	near = text_nearest(word, names, sizeof(names[0]));
	for (i = 0; i < limit && near == NULL && strlen(word) > 2; i++)
		if (strstr(names[i], word) != NULL)
			near = names[i];
	return near;
}

const char *
column_nearest(const char *word)
{
	return find_nearest(word, COLUMN_COUNT);
}

int
column_read(const char *name, size_t n, int limit, struct fault *f)
{
	int column = column_find(name, n), i;
	char word[64], all[400] = "";
	const char *near;
	size_t used = 0;

	if (column != -1 && column < limit)
		return column;
	(void)snprintf(word, sizeof(word), "%.*s",
	    n > sizeof(word) ? (int)sizeof(word) : (int)n, name);
	if ((near = find_nearest(word, limit)) != NULL)
		return fault_set(f, FAULT_SETUP, 0,
		    "there is no column \"%s\"; did you mean %s?", word, near);
	for (i = 0; i < limit && used < sizeof(all) - 32; i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
		    i > 0 ? ", " : "", column_get(i).name);
	return fault_set(f, FAULT_SETUP, 0,
	    "there is no column \"%s\" (there are %s)", word, all);
}
