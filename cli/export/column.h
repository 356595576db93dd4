/*
 * column: a column of an export: its name, and how a person's program should
 * show it.  Those of a sheet have the numbers that they have in shape.h;
 * further ones follow them.
 */
#ifndef COLUMN_H
#define COLUMN_H

#include <stddef.h>

#include "base/fault.h"
#include "config/shape.h"

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

enum {
	COLUMN_ENDPOINT = SHAPE_COLUMNS, /* of a lead, as the sheet's are */
	COLUMN_FIRST_SEEN,               /* from here on of a person */
	COLUMN_LAST_SEEN,
	COLUMN_ENGAGEMENTS,
	COLUMN_COUNT
};

/* The column of that number. */
struct column column_of(int number);

/*
 * The number of the column with this name of n bytes, below a limit; or -1 with
 * the fault set, which says what it is most like, or which there are.
 */
int column_find(const char *name, size_t n, int limit, struct fault *)
    __attribute__((nonnull));

#endif
