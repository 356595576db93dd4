/*
 * follow: a journal's records as they come.
 *
 * It begins with the first of today and goes on over midnight, new segments,
 * and a journal that was replaced.  A delivery comes once it is whole, and
 * once: one that was journalled again after a failed sync is not seen twice.
 * What is no delivery, or has no body any more, is passed over.  It only reads,
 * and takes no lock.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <stdint.h>

#include "base/fault.h"
#include "journal/record.h"

struct follow;

/* Follow the journal in this directory, which need not be there yet. */
struct follow *follow_open(const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The next delivery, borrowed until the next call: 1; 0 when there is none just
 * now; -1 with the fault set.  now tells which day is today.
 */
int follow_next(struct follow *, int64_t now, struct record *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void follow_close(struct follow *);

#endif
