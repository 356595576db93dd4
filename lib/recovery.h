/*
 * recovery: bring the index, and the sheets, up to what the journal holds.
 * The same code serves the next delivery, whoever was killed before it, and
 * an index that was deleted.  Everything is done under the endpoint's lock.
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "fault.h"
#include "journal.h"
#include "projection.h"

/*
 * Open the index where it isn't open, or isn't the file under its name any
 * more, and then read every segment that it doesn't know.  One that is
 * damaged is set aside and made anew, once.
 */
int recovery_index(struct books *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Look at every segment of the journal: a process died in mid-work. */
int recovery_all(struct books *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Bring index and sheets up to one segment, if they aren't: the new records'
 * keys, and their rows.  What follows the last whole record was never
 * acknowledged and is moved to DAY.torn-N.
 */
int recovery_segment(struct books *, const char *day, int segment,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Is the record with that key really where the index says?  Only what can be
 * read back is called a duplicate: an index may know more than a power cut
 * left.  A day whose file is gone was put away by someone and stays known.
 * 1, 0, or -1 with the fault set.
 */
int recovery_is_there(struct books *, const struct index_id *, const char *key,
    size_t, struct fault *) __attribute__((nonnull, warn_unused_result));

/* The key that the index knows a record by; NULL for a test. */
const char *
recovery_key(const struct record *, size_t *len) __attribute__((nonnull));

#endif
