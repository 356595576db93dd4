/*
 * keeper: the cache, kept up to the journals: opened, compared with them, read
 * on into; and made anew where it can't be trusted.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include <stdint.h>

#include "base/fault.h"
#include "page/cache/cache.h"
#include "page/cache/filling.h"
#include "page/cache/sources.h"

/* All zero to begin with; keeper_end() at the end. */
struct keeper {
	struct cache cache;
	struct sources sources;
	struct filling *filling; /* owned */
	struct fault unread;     /* why a segment can't be read now, if any */
	int is_full;             /* it is in memory, and has no room, */
	int64_t full_at;         /* since the journals had so many bytes */
};

/* For that home, which is borrowed.  0, or -1 with the fault set. */
int keeper_begin(struct keeper *, const char *home, const char *key,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Look at the journals, and read on until then (utc_ticks()), a step at least.
 * The sources say how far it came.  0, or -1 with the fault set: the journals
 * can't be read.
 */
int keeper_update(struct keeper *, int64_t until, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The same with a new file: the one that is open is damaged. */
int keeper_renew(struct keeper *, int64_t until, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Has it all that was in the journals when they were looked at? */
int keeper_is_whole(const struct keeper *) __attribute__((nonnull));

/* As cache_rest(). */
void keeper_rest(struct keeper *) __attribute__((nonnull));

void keeper_end(struct keeper *) __attribute__((nonnull));

#endif
