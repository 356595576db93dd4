/*
 * column: what an export can have in a column: its name, and how a person's
 * program should show it.
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

/*
 * Columns are told by their numbers: those of the sheets (config/shape.h), and
 * behind them those that an export makes of the endpoint and of a person.
 */
enum {
	COLUMN_ENDPOINT = SHAPE_COLUMNS,
	COLUMN_FIRST_SEEN, /* from here on of a person */
	COLUMN_LAST_SEEN,
	COLUMN_ENGAGEMENTS,
	COLUMN_KINDS,
	COLUMN_SIGNALS,
	COLUMN_COUNT
};

/* The number of the column with this name of n bytes, or -1. */
int column_find(const char *name, size_t n) __attribute__((nonnull));

/*
 * The same of those below a limit; or -1 with the fault set, which says what
 * the name is most like, or which there are.
 */
int column_read(const char *name, size_t n, int limit, struct fault *)
    __attribute__((nonnull));

/* Of a number below COLUMN_COUNT; its name is static. */
struct column column_get(int number);

/* Is it of a person's whole history, and not of a lead: personcell.h? */
int column_is_of_history(int number);

/* Is it about who someone is, and not about what they did, when? */
int column_is_of_person(int number);

/*
 * The name that is most like this word, or that it is a part of; NULL where
 * there is none.
 */
const char *column_nearest(const char *word) __attribute__((nonnull));

#endif
