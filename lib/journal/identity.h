/*
 * identity: what a record is known by, so that a delivery that is sent again is
 * kept once (an idempotency key).
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stddef.h>

#include "journal/journal.h"

/*
 * The record's identity, borrowed from it: its delivery_id where it makes rows,
 * else the sha256 of its body, so that a replay of anything is known.  NULL for
 * a test, which is never a duplicate.
 */
const char *
identity_of(const struct record *, size_t *len) __attribute__((nonnull));

/* The digest of the record's body as it came: see "was" in journal.h. */
const char *identity_digest(const struct record *) __attribute__((nonnull));

/*
 * The identity of a further record of the same delivery: one that was
 * journalled again, as a sync of the first one's segment had failed.  The first
 * keeps the rows, the newest is the one that can be trusted.  Returns its
 * length.
 */
#define IDENTITY_COPY_SIZE (DELIVERY_ID_MAX + 2)
size_t identity_of_copy(const char *id, size_t,
    char out[static IDENTITY_COPY_SIZE]) __attribute__((nonnull));

#endif
