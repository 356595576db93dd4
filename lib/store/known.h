/*
 * known: is a delivery kept already?  The index gives hints, the journal's own
 * record decides.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "base/fault.h"
#include "journal/record.h"
#include "store/hold.h"

/*
 * Look a record up, the index being caught up.  One whose id is kept with
 * another body becomes RECORD_OTHER, with *conflict set, and is looked up as
 * that.  Its hash goes into *hash, for index_add().  1 when it is a duplicate;
 * 0 when it is to be kept; -1 with the fault set.
 */
int known_look_up(struct hold *, struct record *, int *conflict, uint64_t *hash,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * For a reader: does the index lead to a record of that identity?  1, 0, or -1.
 */
int known_is_indexed(struct index *, const char *journal, const struct record *,
    struct signature_digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
