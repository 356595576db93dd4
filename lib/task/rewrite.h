/*
 * rewrite: a day's segments written anew, line by line.
 *
 * Each is written beside the old one, synced, and renamed; one that would be
 * the same is thrown away.  Lines keep their order.  Bytes behind a mark, which
 * count nowhere, are left out of a segment that is written anew, so that the
 * mark may be larger than it, and never counts what it didn't.
 */
#ifndef REWRITE_H
#define REWRITE_H

#include <stddef.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "journal/record.h"
#include "journal/segments.h"

struct hold;

/* A line, borrowed; its newline is not counted. */
struct rewrite_line {
	const char *text;
	size_t n;
	int segment;
	int64_t offset; /* of its first byte that isn't NUL */
	int64_t number; /* 1 is the segment's first */
	int counts;     /* 0: it stands behind a mark, or has no newline */
};

struct rewrite {
	/*
	 * What becomes of a line: 0, it stays as it is; 1, what was appended to
	 * out, with its newline, stands in its place; -1 with the fault set.
	 * Of one that doesn't count, 1 has it left out.  out is NULL where the
	 * segment is only looked through.
	 */
	int (*line)(void *context, const struct rewrite_line *,
	    struct bytes *out, struct fault *);
	/* So many bytes were read; other than 0 ends the work.  Or NULL. */
	int (*step)(void *context, int64_t bytes);
	void *context;
};

/*
 * Look through a segment.  0; 1 when the step ended it; or -1 with the fault
 * set.
 */
int rewrite_scan(const struct rewrite *, const char *journal,
    const struct segment *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* A day on its way; all zero to begin with. */
struct rewritten {
	struct segments all;            /* of the day */
	struct rewritten_segment *list; /* owned; one for each of them */
	size_t changed;
	struct place synced; /* the index's place, where is_synced */
	int is_synced;
};

/*
 * Under the lock, the store being caught up: write the day's segments beside
 * the old ones.  How many would be others is in changed.  0, or -1 with the
 * fault set; rewrite_end() in any case.
 */
int rewrite_begin(struct rewritten *, const struct rewrite *, struct hold *,
    const char *name, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Have them in the places of the old ones, and the control record say so; it is
 * not saved.  Before that the index's place goes back to before them.  0, or -1
 * with the fault set: then some may be, and doing it all again makes it whole.
 */
int rewrite_place(struct rewritten *, struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Add their keys to the index, and sync it.  0, or -1 with the fault set. */
int rewrite_index(struct rewritten *, struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Remove what wasn't put in its place. */
void rewrite_end(struct rewritten *) __attribute__((nonnull));

#endif
