/*
 * selection: which leads, or people, are to be exported, and how: the options
 * of export and people.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include "cli/cli.h"
#include "cli/endpoints.h"
#include "cli/export/days.h"
#include "config/shape.h"
#include "profile/profile.h"
#include "select/column.h"
#include "select/filter.h"
#include "sheet/sheet.h"
#include "table/table.h"

struct seek;

#define SELECTION_COLUMNS_MAX 64 /* PROFILE_COLUMNS_MAX, and COLUMN_COUNT */

struct selection {
	struct cli *cli;
	struct shape shape;         /* as the options want them */
	struct endpoints endpoints; /* whose leads, in this order */
	struct days days;
	enum table_format formats[TABLE_FORMATS]; /* that are wanted; */
	size_t nformats;
	enum table_format format; /* and the one in hand */
	char delimiter;           /* of csv */
	int unique;               /* a row a person, and not a lead */
	int people; /* that of the command people: with their newest values */
	/* With --profile; its columns are the heads, and else those below. */
	int has_profile;
	struct profile profile;
	int columns[COLUMN_COUNT];
	struct column heads[SELECTION_COLUMNS_MAX];
	size_t ncolumns;
	struct filter filter;
	const struct seek *seek; /* borrowed: only who is found; or NULL */
};

/*
 * Read the options, those of the command people where it is asked for.  EX_OK,
 * or what cli_fail() returned; selection_free() in any case.
 */
int selection_read(struct selection *, struct cli *, int people)
    __attribute__((nonnull));

/*
 * Instead: everyone who is found, in the endpoints of --endpoint or in all,
 * without a column yet.
 */
int selection_of_sought(struct selection *, struct cli *, const struct seek *,
    enum table_format) __attribute__((nonnull));

/* Another column behind the others; there is room for each once. */
void
selection_add_column(struct selection *, int column) __attribute__((nonnull));

void selection_free(struct selection *) __attribute__((nonnull));

/* Take another of its formats in hand, and the delimiter that it has. */
void
selection_use(struct selection *, enum table_format) __attribute__((nonnull));

#endif
