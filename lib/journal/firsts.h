/*
 * firsts: where the records of retired segments stand.  Such a segment's sync
 * failed, so that each of them may have been journalled again elsewhere.
 */
#ifndef FIRSTS_H
#define FIRSTS_H

#include "base/fault.h"
#include "journal/journal.h"

/* All zero to begin with; firsts_free() at the end. */
struct firsts {
	void *tree; /* tsearch(3) */
};

/*
 * Note a record by its key, if none of that key is noted yet; they come in the
 * order of the journal.  0, or -1 with FAULT_MEMORY.
 */
int firsts_note(struct firsts *, const struct record *, const struct place *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Is the record, which stands at that place, one that is noted at another?  1,
 * 0, or -1 with FAULT_MEMORY.
 */
int firsts_has_other(const struct firsts *, const struct record *,
    const struct place *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void firsts_free(struct firsts *) __attribute__((nonnull));

#endif
