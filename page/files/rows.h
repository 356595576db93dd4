/*
 * rows: from the catalog, by the journal, to the rows of a file: the newest
 * first.
 *
 * Each is written as soon as it is found: memory doesn't grow with them.
 */
#ifndef ROWS_PAGE_H
#define ROWS_PAGE_H

#include <stdint.h>

#include "base/fault.h"
#include "page/files/history.h"

struct form;
struct table;
struct viewing;

/* All zero but for what is borrowed; rows_free() at the end. */
struct rows {
	struct viewing *viewing; /* borrowed; its choice and scope */
	const struct form *form; /* borrowed */
	struct table *table;     /* borrowed, its head is written */
	const struct catalog_person *person; /* the one in hand */
	int64_t count, most;
	struct history history;
	char number[24];
};

/*
 * Write the leads, or where the form is of people these: so many at most, 0:
 * all.  0, or -1 with the fault set.
 */
int rows_write(struct rows *, int64_t most, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Are there more of them than that, as far as the catalog knows?  1, 0, or -1
 * with the fault set.
 */
int rows_are_more(struct rows *, int64_t than, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void rows_free(struct rows *) __attribute__((nonnull));

#endif
