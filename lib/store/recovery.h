/*
 * recovery: bring the index, and the sheets, up to what the journal holds.
 * The same code serves the next delivery, whoever was killed before it, and
 * an index that was deleted.  Everything is done under the endpoint's lock.
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "base/appendfile.h"
#include "base/fault.h"
#include "sheet/projection.h"

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

/* Bring index and sheets up to all that the journal has of a day. */
int recovery_day(struct books *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Forget every key of a segment that is there and read it anew.  What is known
 * of days whose journal was put away stays; the sheets are not looked at.
 */
int recovery_reindex(struct books *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Bring index and sheets up to one segment, which is open as file and stands
 * as *now says, if they aren't: the new records' keys, and their rows.  What
 * follows the last whole record was never acknowledged and is moved to
 * DAY.torn-N.  1 when there was something to do, 0, or -1 with the fault set.
 */
int recovery_segment(struct books *, struct appendfile *file,
    const struct appendfile_state *now, const char *day, int segment,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
