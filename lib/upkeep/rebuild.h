/*
 * rebuild: sheets and index made again from the journal.
 */
#ifndef REBUILD_H
#define REBUILD_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "sheet/replaced.h"
#include "store/repair.h"

/* A part of a sheet that went to sheets/replaced/. */
struct rebuild_moved {
	char name[REPLACED_NAME_SIZE]; /* under which it stood */
	char to[REPLACED_NAME_SIZE];   /* in replaced/ */
	int differs;                   /* from what was made of it */
};

/* What came of a day; rebuild_free() at the end. */
struct rebuild {
	int has_journal; /* else nothing was touched */
	int64_t leads;   /* rows */
	int64_t tests;
	struct rebuild_moved *moved; /* owned */
	size_t nmoved;
};

/*
 * Move every part of the day's sheets away, and make one of all rows.  A day
 * without a journal keeps what it has.  0, or -1 with the fault set: then what
 * is missing is made by the next delivery or the next try.
 */
int rebuild_day(struct repair *, const char *day, struct rebuild *,
    struct fault *) __attribute__((nonnull, warn_unused_result));
void rebuild_free(struct rebuild *) __attribute__((nonnull));

/*
 * Make the index again: every key of the journal that is there.  What it knows
 * of days whose journal was put away can't be had again and stays; only a
 * damaged index is set aside whole.
 */
int rebuild_index(struct repair *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
