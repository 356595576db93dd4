/*
 * extents: the parts of a journal that are to be read, one behind the other as
 * if they were one file.
 */
#ifndef EXTENTS_H
#define EXTENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"
#include "journal/record.h"

/* A part of a segment. */
struct extent {
	struct place place; /* the segment; its first byte that is read */
	int64_t inode;
	int64_t counts; /* lines that end behind this byte don't count */
	int64_t end;    /* lines that begin here or behind it are not read */
	int64_t begins; /* the segment's byte 0, among the bytes of all */
	int is_own;     /* the day of its name is wanted */
	int mixed;      /* a day that it may have deliveries of is not */
};

/* All zero to begin with; extents_free() at the end. */
struct extents {
	struct extent *list; /* owned; in order of time */
	size_t n, room;
	int64_t size; /* bytes of all */
	/* Which days are wanted; NULL: all of them. */
	int (*wanted)(void *, const char *day);
	void *context;
};

/*
 * The days, in the time zone of now, of which a segment with that day in its
 * name may have deliveries: from the first to the last.
 */
void extents_days(const char *segment, char first[static UTC_DAY_SIZE],
    char last[static UTC_DAY_SIZE]) __attribute__((nonnull));

/*
 * Add every segment of the journal's directory that may have deliveries of the
 * days that are wanted, as far as it goes now.  A directory that isn't there
 * has none.  0, or -1 with the fault set.
 */
int extents_choose(struct extents *, const char *journal, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Add a part of a segment: whole lines, from the first's first byte to the byte
 * behind the last.  What has no bytes is not added.  0, or -1 with
 * FAULT_MEMORY.
 */
int extents_add(struct extents *, const struct place *first, int64_t end,
    int64_t inode, struct fault *) __attribute__((nonnull, warn_unused_result));

/* Is the line at a place, in a segment that is there, in one of them? */
int extents_have(const struct extents *, const struct place *)
    __attribute__((nonnull));

/* Where one starts among the bytes of all. */
int64_t extents_start(const struct extent *) __attribute__((nonnull));

void extents_free(struct extents *) __attribute__((nonnull));

#endif
