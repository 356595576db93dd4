/*
 * look: what of a segment is new to a reader who has read some of it.
 *
 * A segment that stands as the reader left it is not opened.  Otherwise the
 * last delivery that was read is looked for, where it stood or anywhere, and
 * what begins behind it is new; where it isn't, all of it.
 */
#ifndef LOOK_H
#define LOOK_H

#include <stdint.h>

#include "base/fault.h"
#include "journal/segments.h"
#include "reader/offsets.h"

struct look {
	int64_t inode;
	int64_t end;  /* of the whole lines that count */
	int64_t from; /* what begins before it isn't new */
	/* Once all of it is read; without a delivery its last.segment is 0. */
	struct offset now;
	int again; /* what was read isn't there, and something else is */
};

/*
 * Look at a segment of the journal; was is what was read of it, or NULL.  1; 0
 * where there is no such file any more; -1 with the fault set.
 */
int look_at(struct look *, const char *journal, const struct segment *,
    const struct offset *was, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5), warn_unused_result));

/*
 * Have an offset say that a segment was read up to this delivery, and that
 * there is more of it.
 */
void look_offset(struct offset *, const struct record *, const struct place *)
    __attribute__((nonnull));

#endif
