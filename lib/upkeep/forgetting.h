/*
 * forgetting: the persons whom an endpoint is about to forget, in its file
 * "forgetting": written before anything else is, taken away when all is done,
 * so that what was cut off is known and can be finished.
 */
#ifndef FORGETTING_H
#define FORGETTING_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "config/endpoint.h"

/* Append the urns that are there, a newline behind each; 0, or -1. */
int forgetting_read(const struct endpoint *, struct bytes *urns, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is this urn, n bytes, one of them? */
int forgetting_has(const struct bytes *urns, const char *urn, size_t n)
    __attribute__((nonnull));

/* Take these away from the list. */
void forgetting_drop(struct bytes *urns, const struct bytes *away)
    __attribute__((nonnull));

/*
 * Have the file say these, on stable storage; without any there is no file.
 * 0, or -1 with the fault set and the file as it was.
 */
int forgetting_write(const struct endpoint *, const struct bytes *urns,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
