/*
 * sources: the segments of a journal that the leads of a day may stand in, and
 * whether they have changed since.
 */
#ifndef SOURCES_H
#define SOURCES_H

#include <limits.h>
#include <stddef.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "webhook/signature.h"

struct source {
	char path[PATH_MAX];
	char first[UTC_DAY_SIZE], last[UTC_DAY_SIZE]; /* that it may have */
	struct appendfile_state state; /* before any of it was read */
	int64_t counts;
};

struct sources {
	struct source *list; /* owned */
	size_t n;
	int are_of_all; /* what a day has follows from all of them */
};

/*
 * Add the segments of an endpoint, as they stand now.  *sources is all zero to
 * begin with, but for are_of_all, and to be freed in any case.  0, or -1 with
 * the fault set.
 */
int sources_add(struct sources *, const struct endpoint *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * A digest of a text and of how the segments of a day stand: it is another one
 * once any of that changes.  1; 0 when the day has no segment; or -1 with the
 * fault set.
 */
int sources_digest(const struct sources *, const char *day,
    const struct bytes *text, char out[static SIGNATURE_SIZE], struct fault *)
    __attribute__((nonnull, warn_unused_result));

void sources_free(struct sources *) __attribute__((nonnull));

#endif
