/*
 * named: the people whom a digest names, of any number of leads: whoever has
 * the best, DIGEST_PEOPLE at most.
 *
 * All leads are gone through twice, in the same order: first for who it is, and
 * then for what is told of them and how often they came.
 */
#ifndef NAMED_H
#define NAMED_H

#include "base/fault.h"
#include "cli/digest/told.h"
#include "webhook/leads.h"

/* Whatever deed "comment", "reaction" and "repost" are. */
enum digest_deed named_deed(const char *, size_t) __attribute__((nonnull(1)));

/*
 * The first time: a lead, of which all but the texts is given, that n bytes of
 * urn did.  0, or -1 with FAULT_MEMORY.
 */
int named_meet(struct digest *, const struct digest_person *, const char *urn,
    size_t n, struct fault *)
    __attribute__((nonnull(1, 2, 5), warn_unused_result));

/* The second time; which it is tells the order.  0, or -1 with FAULT_MEMORY. */
int named_tell(struct digest *, struct leads *, size_t lead, int64_t order,
    struct fault *) __attribute__((nonnull, warn_unused_result));

void named_free(struct digest_person *) __attribute__((nonnull));

#endif
