/*
 * identity: what a record is known by, so that a delivery that is sent again is
 * kept once (an idempotency key).
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stddef.h>

#include "journal/record.h"

/*
 * The record's identity, borrowed from it: its delivery_id where it makes rows,
 * else the sha256 of its body, so that a replay of anything is known.  NULL for
 * a test, which is never a duplicate, and for a line that is no delivery.
 */
const char *
identity_of(const struct record *, size_t *len) __attribute__((nonnull));

/* The digest of the record's body as it came. */
const char *identity_digest(const struct record *) __attribute__((nonnull));

/* Is that the record's identity? */
int identity_is(const struct record *, const char *, size_t len)
    __attribute__((nonnull));

#endif
