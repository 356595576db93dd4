/* column: what an export can have in a column; see column.h. */
#include <string.h>

#include "cli/export/column.h"
#include "cli/terminal/options.h"

static const enum column_look looks[SHAPE_COLUMNS] = {COLUMN_WHEN, COLUMN_TEXT,
    COLUMN_WHEN, COLUMN_TEXT, COLUMN_TEXT, COLUMN_LONG_TEXT, COLUMN_TEXT,
    COLUMN_TEXT, COLUMN_TEXT, COLUMN_LINK, COLUMN_SMALL, COLUMN_TEXT,
    COLUMN_SMALL, COLUMN_LONG_TEXT, COLUMN_SMALL, COLUMN_SMALL, COLUMN_TEXT,
    COLUMN_SMALL, COLUMN_TEXT, COLUMN_LINK, COLUMN_LONG_TEXT, COLUMN_WHEN,
    COLUMN_LONG_TEXT};

/* Those behind the sheets'. */
static const struct column more[COLUMN_COUNT - SHAPE_COLUMNS] = {
    [COLUMN_FIRST_SEEN - SHAPE_COLUMNS] = {"first_seen", COLUMN_WHEN},
    [COLUMN_LAST_SEEN - SHAPE_COLUMNS] = {"last_seen", COLUMN_WHEN},
    [COLUMN_ENGAGEMENTS - SHAPE_COLUMNS] = {"engagements", COLUMN_SMALL}};

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

const char *
column_nearest(const char *word)
{
	const char *names[COLUMN_COUNT + 1] = {NULL};
	int i;

	for (i = 0; i < COLUMN_COUNT; i++)
		names[i] = column_get(i).name;
	return options_nearest(word, names, sizeof(names[0]));
}
