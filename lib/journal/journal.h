/*
 * journal: the write-ahead log: a day's deliveries as they came, one line each,
 * from which all else is made.  This is the writer's side, under the store's
 * lock; cursor.h reads.
 *
 * A day is one file, its first segment.  When a sync of it fails the day goes
 * on in its next segment, as Linux says 0 the next time whatever was lost.
 * Only a day's last segment is synced or appended to.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <limits.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/fault.h"
#include "journal/record.h"

/*
 * Open a segment to append to, making it where it is missing.  A file with
 * nothing in it has its directory synced before it is returned, so that no
 * line can stand in a file that a power cut takes away.  NULL with the fault
 * set.
 */
struct appendfile *journal_open(const char *dir, const char *day, int segment,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * A sync of the day's last segment failed: make the next one.  Its first line
 * says that of this segment only so many bytes count.  copied: the whole lines
 * behind them may have been acknowledged, and are copied behind that line.
 * It stands there whole, and on stable storage, or not at all.  now is the
 * line's time.  The new segment's number, or -1 with the fault set.
 */
int journal_next_segment(const char *dir, const char *day,
    const struct record_mark *, int copied, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Move what follows the offset to the first free DAY.torn-N, and cut the
 * segment there: it was never acknowledged, but it isn't thrown away either.
 * Both are synced.  0, or -1 with the fault set.
 */
int journal_cut_torn(struct appendfile *, const char *dir, const char *day,
    int64_t offset, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Where the last whole line of a file of that size ends; 0 when it has none.
 * -1 with the fault set.
 */
int64_t journal_end(struct appendfile *, int64_t size, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * When the last record of a journal was received.  It is read from the end, and
 * nothing is written.  1, 0 when there is none, or -1 with the fault set.
 */
int journal_newest(const char *dir, int64_t *received, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
