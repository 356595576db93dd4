/*
 * selection: which leads are to be exported, and how: the options of export.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include "cli/cli.h"
#include "cli/export/column.h"
#include "cli/export/table.h"
#include "cli/profiles/profile.h"
#include "config/shape.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

#define SELECTION_COLUMNS_MAX 64 /* PROFILE_COLUMNS_MAX, and COLUMN_COUNT */
#define SELECTION_ONLY_MAX    16

struct selection_only {
	int column;
	const char *value; /* borrowed from the options */
	size_t len;
};

struct selection {
	struct cli *cli;
	struct shape shape; /* as the options want them */
	struct endpoint endpoint;
	char from[UTC_DAY_SIZE], to[UTC_DAY_SIZE]; /* empty: no end */
	enum table_format formats[TABLE_FORMATS];  /* that are wanted; */
	size_t nformats;
	enum table_format format; /* and the one in hand */
	char delimiter;           /* of csv */
	int unique;
	/* With --profile; its columns are the heads, and else those below. */
	int has_profile;
	struct profile profile;
	int columns[COLUMN_COUNT];
	struct column heads[SELECTION_COLUMNS_MAX];
	size_t ncolumns;
	struct selection_only only[SELECTION_ONLY_MAX];
	size_t nonly;
};

/* Read the options; EX_OK, or what cli_fail() returned. */
int selection_read(struct selection *, struct cli *) __attribute__((nonnull));

/* Take another of its formats in hand, and the delimiter that it has. */
void
selection_use(struct selection *, enum table_format) __attribute__((nonnull));

/*
 * Has the lead every value that --only wants?  1, 0, or -1 with the fault set.
 */
int
selection_has(const struct selection *, const struct record *, struct leads *,
    size_t lead, struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
