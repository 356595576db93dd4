/*
 * offsets: how far a reader has come in each segment of a journal, as the file
 * that it keeps says.
 *
 * The file is a sealed one, with a line for each segment.  Of a delivery it has
 * where and when it came and the digest of its body, and nothing of a person.
 */
#ifndef OFFSETS_H
#define OFFSETS_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "journal/names.h"
#include "journal/record.h"

/* A segment that has been read, up to some byte. */
struct offset {
	struct place last;           /* the last delivery of what was read */
	int64_t received;            /* when that came */
	char digest[SIGNATURE_SIZE]; /* and of its body as it came */
	/* How the file stood; while it stands so there is nothing new in it. */
	int64_t size;
	int64_t ctime;
};

/* All zero to begin with; offsets_free() at the end. */
struct offsets {
	struct offset *list; /* owned; in order of time once it is read */
	size_t n, room;
};

/* Write the path of a reader's file of that kind. */
void offsets_path(const struct endpoint *, const char *reader, enum name_cursor,
    char out[static PATH_MAX]) __attribute__((nonnull));

/*
 * Read the file: 1; 0 when there is none; or -1 with the fault set:
 * FAULT_DAMAGED when it isn't as it was written.
 */
int offsets_read(struct offsets *, const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Have the file say this, on stable storage.  0, or -1 with the fault set: then
 * it says what it did before, or this.
 */
int offsets_write(struct offsets *, const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is there room for the file that says this?  0, or -1 with the fault set. */
int offsets_prove(struct offsets *, const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* That of a segment, in a list that was read; or NULL. */
const struct offset *offsets_find(const struct offsets *, const char *day,
    int segment) __attribute__((nonnull));

/* Add one; 0, or -1 with FAULT_MEMORY. */
int offsets_add(struct offsets *, const struct offset *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void offsets_free(struct offsets *) __attribute__((nonnull));

#endif
