/*
 * cache: the file HOME/page/cache/page.sqlite: opened, or removed and made
 * anew.
 *
 * A power cut may leave anything in it, as nothing is synced: it is of one
 * boot. It is also of one version of its tables, and of one key.
 */
#ifndef CACHE_H
#define CACHE_H

#include <limits.h>
#include <stdint.h>

#include "base/fault.h"
#include "page/cache/db.h"

/* In memory it has no more than this: bytes. */
#define CACHE_MEMORY (INT64_C(8) << 20)

/* All zero to begin with; cache_close() at the end. */
struct cache {
	struct db *db; /* NULL: none is open */
	char path[PATH_MAX];
	char stamp[160];
	int in_memory;
	int64_t given_up; /* since when in memory: utc_ticks() */
	struct fault why; /* what keeps it from being kept */
};

/* Where it is, and what it has to be of. */
int cache_begin(struct cache *, const char *home, const char *key,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Have it open: the file that is at its path now and is of this boot; or one in
 * memory.  0, or -1 with the fault set.
 */
int cache_open(struct cache *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Remove it, and open it anew, empty.  0, or -1 with the fault set. */
int cache_renew(struct cache *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Remove the file; what is open stays as it is. */
void cache_remove(struct cache *) __attribute__((nonnull));

/* It can't be written, for that reason: go on in memory, empty.  0, or -1. */
int cache_give_up(struct cache *, const struct fault *why, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Nobody asks just now.  Where the file was removed close it: until then the
 * disk has what was in it.
 */
void cache_rest(struct cache *) __attribute__((nonnull));

void cache_close(struct cache *) __attribute__((nonnull));

#endif
