/*
 * inside: what a catalog is made of: for catalog.c, and for questions.c, which
 * has the half of catalog.h that asks.
 */
#ifndef INSIDE_H
#define INSIDE_H

#include <stddef.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "page/cache/keeper.h"

struct catalog {
	struct keeper keeper;
	unsigned char *in_scope; /* owned; one for each of sources.names */
};

/* The journals were looked at: there may be other endpoints.  0, or -1. */
int inside_make_room(struct catalog *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Say in in_scope which endpoints are among n names (0: all are), and are asked
 * for ("": all).  1 where some are not.
 */
int inside_set_scope(struct catalog *, char (*names)[ENDPOINT_NAME_SIZE],
    size_t n, const char *endpoint) __attribute__((nonnull(1, 4)));

#endif
