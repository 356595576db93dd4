/*
 * records: the deliveries of some days of a journal, in order.  For reading
 * only: no lock, no index, and whoever may read the journal may read them.
 *
 * A day is that of a delivery's receipt in the time zone of now (utc_zone()),
 * whichever segment it stands in: the time zone may have been another one when
 * it came.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdint.h>

#include "base/fault.h"
#include "journal/extents.h"
#include "journal/record.h"

struct records;

/*
 * Open a journal's directory for the days that wanted() says 1 of, or with NULL
 * for all of them.  context is borrowed until it is closed, and wanted() is
 * called by each thread that reads.  A journal that isn't there has no days.
 * What is appended later is not read.  NULL with the fault set.
 */
struct records *records_open(const char *journal,
    int (*wanted)(void *, const char *day), void *context, struct fault *)
    __attribute__((nonnull(1, 4), warn_unused_result));

/* The same for these parts, which it takes: they are all zero after. */
struct records *records_open_extents(const char *journal, struct extents *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* The parts that are read; borrowed. */
const struct extents *
records_extents(const struct records *) __attribute__((nonnull));

/*
 * The same records once more, for another thread to read from; to be closed
 * before the first.  NULL with FAULT_MEMORY.
 */
struct records *records_share(const struct records *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* How many bytes of journal there are, one segment behind the other. */
int64_t records_size(const struct records *) __attribute__((nonnull));

/*
 * The next delivery, borrowed until the next call, and where it stands: 1; 0 at
 * the end, -1 with the fault set.  One that has no body, as its day was pruned,
 * is passed over, and so is what is no delivery.  FAULT_BUSY: a segment was
 * rewritten, or has gone, since the journal was opened.
 */
int records_next(struct records *, struct record *, struct place *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Does what was read last still stand where it was read?  For who has taken its
 * time since then: who was forgotten meanwhile is to go nowhere any more.  0,
 * or -1 with FAULT_BUSY as above.
 */
int records_check(const struct records *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Where that one begins, among the bytes of all segments. */
int64_t records_position(const struct records *, const struct place *)
    __attribute__((nonnull));

/*
 * Go on with the lines that begin in the bytes from..to, to not among them: who
 * cuts all bytes into such ranges reads each record once.
 */
void records_seek(struct records *, int64_t from, int64_t to)
    __attribute__((nonnull));

/* Back to the first, and on to the last. */
void records_rewind(struct records *) __attribute__((nonnull));

/*
 * Since then: how many bytes of these were read, and how many lines there
 * were that don't count.
 */
int64_t records_done(const struct records *) __attribute__((nonnull));
int64_t records_bad(const struct records *) __attribute__((nonnull));

void records_close(struct records *);

#endif
