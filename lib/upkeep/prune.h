/*
 * prune: old days leave, and their deliveries stay known: a day that was pruned
 * is a journal whose records have no body.
 */
#ifndef PRUNE_H
#define PRUNE_H

#include <stddef.h>

#include "base/fault.h"
#include "task/listing.h"

struct hold;

/*
 * List the files of the days before a day that have anything to lose: sheets,
 * whoever edited them, what is set aside, and segments that have bodies.  0, or
 * -1 with the fault set; listing_free() in any case.
 */
int prune_list(const struct endpoint *, const char *before, struct listing *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Have the file "pending" say what is about to be done.  0, or -1. */
int prune_start(struct hold *, const char *before, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Prune a day: first its sheets are removed, then the bodies, for good: no
 * power cut brings them back.  0, or -1 with the fault set: then some of it may
 * be gone, and the next try removes the rest.
 */
int prune_day(struct hold *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* All is done.  0, or -1. */
int prune_finish(struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
