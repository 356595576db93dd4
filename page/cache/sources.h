/*
 * sources: the segments of all journals as they are, and how far the cache has
 * read each.
 */
#ifndef SOURCES_H
#define SOURCES_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "page/cache/db.h"

struct source {
	/* As it is now. */
	size_t endpoint; /* in the list of names */
	char day[UTC_DAY_SIZE];
	int number;
	int64_t inode, mtime, size;
	int64_t counts;      /* as in struct segment */
	int is_out_of_reach; /* it can't be read just now */

	/* As the cache has it; id 0: it doesn't know it. */
	int64_t id;
	/* When it was read to its end; -1: it wasn't yet. */
	int64_t had_size, had_mtime;
	int64_t upto;    /* lines before this byte are read, */
	int64_t lead;    /* and so many leads of the one there */
	int64_t tail;    /* what stands before upto: sources_tail() */
	int64_t damaged; /* lines that don't count */
	int64_t newest;  /* when its last delivery came; 0: there is none */
};

struct sources_name {
	char name[ENDPOINT_NAME_SIZE];
	int64_t id; /* in the cache; 0: it isn't there */
};

/* All zero but for home; sources_free() at the end. */
struct sources {
	const char *home;    /* borrowed */
	struct source *list; /* owned; newest days first, in a day in order */
	size_t n, room;
	struct sources_name *names; /* owned */
	size_t nnames, names_room;
	size_t *ids; /* owned: where in the list an id is, and 1; 0: nowhere */
	size_t nids;
	int64_t version; /* of what the cache has of them: db_version() */
};

/* Look at the journals.  0, or -1 with the fault set. */
int sources_look(struct sources *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * What the cache has of them.  1; 0 where it has something of a segment that is
 * not what it was, or is gone; or -1 with the fault set.
 */
int sources_compare(struct sources *, struct db *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is there something of it to read? */
int sources_lacks(const struct source *) __attribute__((nonnull));

/* Write the path of its file. */
void sources_path(const struct sources *, const struct source *,
    char out[static PATH_MAX]) __attribute__((nonnull));

/*
 * What tells that a file still has what was read of it: 63 bits of the bytes
 * just before that place.  0, or -1 with the fault set.
 */
struct appendfile;
int sources_tail(struct appendfile *, int64_t upto, int64_t *tail,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Save how far it has been read.  0, or -1 with the fault set. */
int sources_save(struct sources *, struct source *, struct db *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The one that a row of the cache points to, or NULL. */
const struct source *
sources_find(const struct sources *, int64_t id) __attribute__((nonnull));

void sources_free(struct sources *) __attribute__((nonnull));

#endif
