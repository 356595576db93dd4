/* columns: the columns that a row can have; see columns.h. */
#include <stdio.h>
#include <string.h>

#include "cli/export/columns.h"

/* The number of a column, or -1 where there is none of that name. */
static int
number_column(const char *name, size_t n)
{
	int column = shape_column(name, n), i;

	for (i = 0; i < PERSONCELLS && column == -1; i++)
		if (strlen(personcell_columns[i].name) == n &&
		    memcmp(personcell_columns[i].name, name, n) == 0)
			column = SHAPE_COLUMNS + i;
	return column;
}

const char *
columns_name(int column)
{
	return column < SHAPE_COLUMNS
	           ? shape_column_name(column)
	           : personcell_columns[column - SHAPE_COLUMNS].name;
}

int
columns_find(const struct cli *cli, int of_people, const char *name, size_t n)
{
	const char *names[COLUMNS + 1] = {NULL}, *near;
	char word[64];
	int column = number_column(name, n), i;

	if (column != -1 && (column < SHAPE_COLUMNS || of_people))
		return column;
	(void)snprintf(word, sizeof(word), "%.*s", (int)n, name);
	if (column != -1) {
		(void)cli_fail(cli, EX_USAGE,
		    "%s is of a person, and not of a lead; say --unique, or "
		    "run \"leadsheet people\"",
		    word);
		return -1;
	}
	for (i = 0; i < (of_people ? COLUMNS : SHAPE_COLUMNS); i++)
		names[i] = columns_name(i);
	near = options_nearest(word, names, sizeof(names[0]));
	(void)cli_fail(cli, EX_USAGE,
	    "there is no column \"%s\"%s%s%s (leadsheet.conf(5) lists them)",
	    word, near == NULL ? "" : "; did you mean ",
	    near == NULL ? "" : near, near == NULL ? "" : "?");
	return -1;
}

void
columns_head(int column, struct column *head)
{
	static const enum column_look looks[SHAPE_COLUMNS] = {COLUMN_WHEN,
	    COLUMN_TEXT, COLUMN_WHEN, COLUMN_TEXT, COLUMN_TEXT,
	    COLUMN_LONG_TEXT, COLUMN_TEXT, COLUMN_TEXT, COLUMN_TEXT,
	    COLUMN_LINK, COLUMN_SMALL, COLUMN_TEXT, COLUMN_SMALL,
	    COLUMN_LONG_TEXT, COLUMN_SMALL, COLUMN_SMALL, COLUMN_TEXT,
	    COLUMN_SMALL, COLUMN_TEXT, COLUMN_LINK, COLUMN_LONG_TEXT,
	    COLUMN_WHEN, COLUMN_LONG_TEXT};

	if (column >= SHAPE_COLUMNS) {
		*head = personcell_columns[column - SHAPE_COLUMNS];
		return;
	}
	head->name = shape_column_name(column);
	head->look = looks[column];
}

int
columns_is_of_person(int column)
{
	static const char *const names[] = {"urn", "full_name", "headline",
	    "company_name", "job_title", "location", "linkedin_url",
	    "connections", "followers", "industry", "company_size"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (column == shape_column(names[i], strlen(names[i])))
			return 1;
	return 0;
}
