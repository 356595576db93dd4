/*
 * prune: old days leave, and their ids stay known.
 */
#ifndef PRUNE_H
#define PRUNE_H

#include <stddef.h>

#include "base/fault.h"
#include "journal/dayfiles.h"
#include "store/repair.h"

/*
 * List all files of the days before a day: journal, sheets, whoever edited
 * them, and what is set aside; but not the ids of days that were pruned.
 * replaced is the path of sheets/replaced, and borrowed like the other two.
 */
int prune_list(const struct repair *, const char *replaced, const char *before,
    struct dayfiles *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Remove the n files of one day, for good: no power cut brings them back.
 * Before its journal goes its ids are on stable storage in DAY.ids.  0, or -1
 * with the fault set: then some of them may be gone, and the next try removes
 * the rest.
 */
int prune_day(struct repair *, const struct dayfile *, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
