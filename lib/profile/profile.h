/*
 * profile: what a program wants to import: the columns with their names, what
 * goes into each, and how the file is written.
 *
 * It is made of lines, as leadsheet.conf(5) has them in [profile NAME], each
 * with a name and a value:
 *
 *	column = "Last Name" last_name or "[not provided]"
 *	delimiter = semicolon
 *	rows = 50000
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "select/column.h"
#include "sheet/sheet.h"

#define PROFILE_COLUMNS_MAX 64
#define PROFILE_FIELDS_MAX  8   /* that a column may be filled from */
#define PROFILE_TEXT_SIZE   128 /* bytes of a text, its NUL included */

/* What a column can be filled from: a column of an export, or one of these. */
enum {
	PROFILE_FIRST_NAME = COLUMN_COUNT,
	PROFILE_LAST_NAME,
	PROFILE_FIELD_COUNT
};

struct profile_column {
	char name[PROFILE_TEXT_SIZE];
	/* The first of these fields that has anything, ... */
	int fields[PROFILE_FIELDS_MAX];
	size_t nfields;
	char text[PROFILE_TEXT_SIZE]; /* and else this. */
};

struct profile {
	char name[ENDPOINT_NAME_SIZE];
	struct profile_column columns[PROFILE_COLUMNS_MAX];
	size_t ncolumns;
	char delimiter; /* a comma */
	int bom;        /* no */
	int protect;    /* no: a program wants the text as it is */
	int unique;     /* yes: a row is a person, and not an engagement */
	int64_t rows;   /* at most in a file; 0: any number */
	unsigned said;  /* which lines stood there that stand there once */
};

/* One without columns, and with what holds where no line says otherwise. */
void profile_begin(struct profile *, const char *name) __attribute__((nonnull));

/*
 * Take a line; 0, or -1 where it is wrong, and *why is the remedy, without the
 * line's name.
 */
int profile_take(struct profile *, const char *name, const char *value,
    struct fault *why) __attribute__((nonnull, warn_unused_result));

/* No more lines: 0, or -1 where one is missing, with the remedy. */
int profile_end(const struct profile *, struct fault *why)
    __attribute__((nonnull, warn_unused_result));

/* The column of an export that a field is of, or is made of. */
int profile_source(int field);

/*
 * Make of its value that of the field.  1; or 0 where it has none, or nothing
 * but blanks.
 */
int profile_pick(int field, struct sheet_value *) __attribute__((nonnull));

/* What stands in the column where none of its fields has anything. */
void profile_default(const struct profile_column *, struct sheet_value *)
    __attribute__((nonnull));

/* How a person's program should show a column: as its first field. */
struct column
profile_head(const struct profile_column *) __attribute__((nonnull));

#endif
