/*
 * form: the form in which leads are given away: csv, tsv, xlsx, jsonl, or what
 * another program wants to import (a profile).
 */
#ifndef FORM_H
#define FORM_H

#include <stddef.h>

#include "base/fault.h"
#include "config/shape.h"
#include "profile/profile.h"
#include "select/column.h"
#include "table/format.h"

struct bytes;
struct viewing;

#define FORM_COLUMNS_MAX 64 /* PROFILE_COLUMNS_MAX, and COLUMN_COUNT */

struct form {
	enum table_format format;
	struct shape shape; /* of csv and tsv */
	int people;         /* a row is a person, and not a lead */
	/* Of a profile; its columns are the heads, and else those below. */
	int has_profile;
	struct profile profile;
	int columns[COLUMN_COUNT];
	struct column heads[FORM_COLUMNS_MAX];
	size_t ncolumns;
};

/*
 * The form of that word, as a URL has it behind "as=": a format, as the
 * settings have it, or a profile.  people: of a screen of people.  1; 0 where
 * there is none of that name; or -1 with the fault set: the profile's lines in
 * leadsheet.conf are wrong.
 */
int form_of_word(struct form *, const struct viewing *, const char *word,
    int people, struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * The form of a feed: csv with commas and without a byte order mark, protected
 * as the sheets are.  columns are their names with commas between them; empty:
 * those of the sheets.  0, or -1 with the fault set: there is no such column.
 */
int form_of_feed(struct form *, const struct viewing *, const char *columns,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Append the names of its columns, with commas between them. */
void form_write_columns(const struct form *, struct bytes *)
    __attribute__((nonnull));

#endif
