/*
 * column: a column of an export: its name, and how a person's program should
 * show it.
 */
#ifndef COLUMN_H
#define COLUMN_H

enum column_look {
	COLUMN_TEXT,
	COLUMN_LONG_TEXT,
	COLUMN_SMALL,
	COLUMN_WHEN, /* ISO 8601 text that is a date where it can be */
	COLUMN_LINK
};

struct column {
	const char *name;
	enum column_look look;
};

#endif
