/*
 * listing: the files of an endpoint's days: of its journal, of its sheets, and
 * of what was put aside.
 */
#ifndef LISTING_H
#define LISTING_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "journal/names.h"

/* Where a file lies. */
enum listing_room { LISTING_JOURNAL, LISTING_SHEETS, LISTING_REPLACED };

struct listed {
	enum listing_room room;
	struct name name; /* only what names_read() takes is listed */
	int64_t size;     /* bytes */
};

struct listing {
	struct listed *list; /* owned */
	size_t n, room;
};

/*
 * List the files of a day, or with NULL of every day, in order of day, room,
 * and name.  All zero to begin with, and to be freed in any case.  A directory
 * that isn't there has none.  0, or -1 with the fault set.
 */
int listing_read(struct listing *, const struct endpoint *, const char *day,
    struct fault *) __attribute__((nonnull(1, 2, 4), warn_unused_result));

/* Write the path of a file, and the path below the directory sheets/. */
void listing_path(char out[static PATH_MAX], const struct endpoint *,
    const struct listed *) __attribute__((nonnull));
#define LISTING_SHEET_SIZE (NAMES_SIZE + 16)
void listing_sheet(char out[static LISTING_SHEET_SIZE], const struct listed *)
    __attribute__((nonnull));

/* Remove it; its directory isn't synced.  0, or -1 with the fault set. */
int listing_remove(const struct endpoint *, const struct listed *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Sync a directory, if it is there; 0, or -1 with the fault set. */
int listing_sync(const struct endpoint *, enum listing_room, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * A file of the listing couldn't be opened: because it is someone's (another
 * user's, no plain file) or gone?  Anything else may be over the next time.
 */
int listing_is_others(const struct fault *) __attribute__((nonnull));

void listing_free(struct listing *) __attribute__((nonnull));

#endif
