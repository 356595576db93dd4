/*
 * indexing: the index up to what one segment of the journal holds, or the ids
 * of a day that was pruned, which are its segment 0.
 */
#ifndef INDEXING_H
#define INDEXING_H

#include <stddef.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/fault.h"
#include "journal/journal.h"
#include "sheet/projection.h"

/* What reading a segment found. */
struct indexing_scan {
	int64_t end;    /* of the last whole record */
	int has_rows;   /* records for the sheet of leads */
	int has_tests;  /* records for the sheet of tests */
	int bad_lines;  /* lines between records that don't count */
	int64_t offset; /* where it began */
};

/*
 * Is the segment as the index has it?  That is told by its size and inode: as
 * they stand now, or, where now is NULL, as a look tells.  How far the index
 * has it goes into *size.  1, 0, or -1 with the fault set.
 */
int indexing_is_known(struct books *, const struct place *,
    const struct appendfile_state *now, int64_t *size, struct fault *)
    __attribute__((nonnull(1, 2, 4, 5), warn_unused_result));

/* Does what there is end in a whole line?  Nothing may be put behind half. */
int indexing_ends_whole(struct appendfile *, int64_t size, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Forget what the index has of those of n segments whose file is another one
 * now: it was rewritten, or comes from a backup, and its records stand
 * elsewhere in it.  For the caller's transaction, before the next.
 */
int indexing_forget_replaced(struct books *, const struct place *, size_t n,
    struct fault *) __attribute__((nonnull(1, 4), warn_unused_result));

/*
 * Keys, torn tail and size of one segment, in the caller's transaction: 0 with
 * *scan set, or -1 with the fault set.
 */
int
indexing_segment(struct books *, const struct place *, struct indexing_scan *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
