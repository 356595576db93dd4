/*
 * forget: the right to erasure: the leads of persons leave an endpoint's
 * journal and its sheets.
 *
 * A day is done under the lock, and deliveries go on between two days.  Its
 * sheets that are ours are judged, synced, and noted in the file "pending";
 * then its segments are replaced; then those sheets are made again.  Whoever is
 * killed in between has left that file, and doing it again makes it whole.  The
 * page's cache, which has words of leads, is emptied before and after.
 */
#ifndef FORGET_H
#define FORGET_H

#include "base/fault.h"
#include "journal/segments.h"
#include "task/pending.h"
#include "upkeep/redaction.h"

struct hold;

/*
 * Look through the whole journal and write nothing.  Each segment that has
 * leads to go is put into *hits, which is all zero, and to be freed in any
 * case.  Needs no lock.  0; 1 when the watch wants to stop; or -1 with the
 * fault set.
 */
int forget_scan(const char *journal, struct redaction *, struct segments *hits,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Have the persons and their texts in the file "pending", beside those that are
 * there, and finish the day that another run left half done.  *mine is what the
 * scan found, and gets what this and forget_day() can't clean.  0, or -1 with
 * the fault set.
 */
int forget_start(struct hold *, struct redaction *, struct pending *mine,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Take the persons out of a day.  0, or -1 with the fault set: then it is as it
 * was, or the next try makes it whole.
 */
int forget_day(struct hold *, struct redaction *, struct pending *mine,
    const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * After the days: remove torn tails that name them, and files that someone who
 * was killed has left half written.  0, or -1 with the fault set.
 */
int forget_sweep(struct hold *, struct redaction *, struct pending *mine,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Is that file of sheets/ as the journal makes it?  1, 0, or -1. */
int forget_is_made(struct hold *, const struct name *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* All is done: take these urns from the file "pending".  0, or -1. */
int forget_finish(struct hold *, const struct bytes *urns, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
