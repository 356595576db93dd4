/*
 * dayfiles: the files of a day in a folder: made, looked at, taken away; and
 * what is to be said of those that are someone's.
 */
#ifndef DAYFILES_H
#define DAYFILES_H

#include <stdint.h>

#include "cli/cli.h"
#include "cli/everyday/folder.h"
#include "cli/export/selection.h"

struct rows;

struct dayfiles {
	struct cli *cli;
	struct selection selection;
	struct folder folder;

	/* What was done. */
	int64_t results[FOLDER_LEFT + 1];
	int64_t removed;
	int status; /* an exit code: of what was left as it is */
};

/*
 * Make the file of a day in that format, and put it in its place; a day without
 * rows has none.  What rows there were is in *rows.  EX_OK, or an exit code: it
 * can't go on.
 */
int dayfiles_make(struct dayfiles *, struct made_day *, enum table_format,
    struct rows *) __attribute__((nonnull, warn_unused_result));

/* Are they more than one file may have?  Then there is none. */
int dayfiles_are_too_many(const struct selection *, const struct rows *)
    __attribute__((nonnull));

/* Nothing has changed: is there what should be?  As dayfiles_make(). */
int dayfiles_look(struct dayfiles *, struct made_day *, enum table_format,
    int *is_there) __attribute__((nonnull, warn_unused_result));

/* The file goes, where it is ours.  As dayfiles_make(). */
int dayfiles_take_away(struct dayfiles *, struct made_day *, enum table_format)
    __attribute__((nonnull, warn_unused_result));

#endif
