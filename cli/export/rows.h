/*
 * rows: the leads that were asked for, from the journal to the rows of a
 * table; by as many threads as there are CPUs.
 */
#ifndef ROWS_H
#define ROWS_H

#include <stdint.h>

#include "base/fault.h"
#include "cli/export/output.h"
#include "cli/export/pass.h"
#include "cli/export/selection.h"
#include "table/table.h"

struct unread;

struct rows {
	/* Borrowed. */
	struct selection *selection;
	struct output *output;
	struct sink sink;            /* of the table: that output's, mostly */
	struct table *table;         /* with its head, which may wait */
	const struct unread *unread; /* only what is new for it; or NULL */

	/* What was done. */
	int64_t count;
	struct pass_damage damage;
};

/*
 * Write them all, with a progress bar.  0, or -1 with the fault set;
 * FAULT_BUSY when a person has stopped it.
 */
int rows_write(struct rows *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
