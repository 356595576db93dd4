/*
 * worries: what needs a hand, for a digest: the concerns of each endpoint
 * (upkeep/concerns.h), lines of leadsheet.conf that are wrong, and what a
 * reader of the mail would wonder at.
 */
#ifndef WORRIES_H
#define WORRIES_H

#include "base/fault.h"
#include "cli/digest/told.h"

/* Have one more that is to be acted on.  0, or -1 with the fault set. */
int worries_add(struct digest *, const char *sentence, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Have them in the digest, which was opened; and when the last delivery was
 * received.  The time zone in use is the one for all endpoints after, or that
 * of the only one.  0, or -1 with the fault set.
 */
int worries_gather(struct digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
