/*
 * envelope: the outermost object of a body, as text.  What a sender needs of
 * it: the event it names, and the same body under another delivery_id, with
 * every other byte as it was.
 */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

/*
 * The string under a key of the outermost object, the last one where there are
 * several: what stands between its quotes, borrowed from the body, and its
 * length; NULL where there is none, or the body is no JSON object.
 */
const char *envelope_string(const char *body, size_t, const char *key,
    size_t *len) __attribute__((nonnull));

/*
 * Append the body with that delivery_id, which needs no escapes, in the place
 * of its own; where it has none it becomes the first.  1, or 0 when the body
 * is no JSON object.
 */
int envelope_readdress(struct bytes *, const char *body, size_t, const char *id)
    __attribute__((nonnull, warn_unused_result));

/* A new delivery_id: a random UUID (RFC 9562 section 5.4). */
#define ENVELOPE_ID_SIZE 37
int envelope_new_id(char out[static ENVELOPE_ID_SIZE], struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
