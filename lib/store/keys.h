/*
 * keys: every delivery of the journal in the index.  The lock is held.
 */
#ifndef KEYS_H
#define KEYS_H

#include "base/fault.h"
#include "journal/segments.h"
#include "store/hold.h"

/* What of the world is not as the control record says. */
struct keys_difference {
	int boot;    /* it is of another boot, or there was none that holds */
	int index;   /* the index lacks keys, or is another */
	int touched; /* someone changed it, who was not us: it is not trusted */
	int older;   /* the segment is shorter, or another file */
	int longer;  /* it is longer: someone was killed */
};

/*
 * Bring the index up to the segments of a journal, as far as the difference
 * makes it necessary.  What nobody may have synced yet is synced before its
 * keys are added.  A segment that was begun behind the one that the record
 * names makes it d->longer.  0, or -1 with the fault set.
 */
int keys_catch_up(struct hold *, const struct segments *all,
    struct keys_difference *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Add the key of a record that is at that offset of the segment that is
 * written, by its hash.  Where it can't be, the index will be caught up.
 */
void
keys_add(struct hold *, uint64_t hash, int64_t offset) __attribute__((nonnull));

/*
 * Sync the index now and then, so that after a power cut not too much of the
 * journal is read again.
 */
void keys_checkpoint(struct hold *) __attribute__((nonnull));

/*
 * Read the segment of that day and number again: it was replaced since the
 * index read it.  0, or -1 with the fault set.
 */
int keys_read_again(struct hold *, const char *day, int number, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
