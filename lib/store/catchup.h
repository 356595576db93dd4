/*
 * catchup: bring the index and the sheets up to what the journal holds.
 *
 * It serves the next delivery, a command, whoever was killed before them, an
 * index that was deleted, an older journal that was put back, and a home that
 * was copied.  The lock is held.
 */
#ifndef CATCHUP_H
#define CATCHUP_H

#include "base/fault.h"
#include "store/hold.h"

/* A set of sheets: one bit for each kind. */
#define CATCHUP_SHEET(kind) (1u << (kind))

/*
 * Is all as the control record says, and ready for rows of these sheets of that
 * day?  1; 0 when something is to be done; or -1 with the fault set.
 */
int catchup_is_ready(struct hold *, const char *day, unsigned sheets,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Have all as the control record says, or bring it there: every key in the
 * index, both sheets of the day that is written whole.  Where nothing differs,
 * a few looks tell.  0, or -1 with the fault set.
 */
int catchup_run(struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same, and have the day ready for deliveries: its segment open in
 * h->segment, and a part of ours for each of the sheets (open in h->files,
 * where the record says PART_MADE).  A day that was written before is closed
 * first.  A sheet that can't be had is PART_BEHIND, and h->note says why.
 */
int catchup_day(struct hold *, const char *day, unsigned sheets, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
