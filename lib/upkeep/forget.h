/*
 * forget: the right to erasure: the leads of a person leave an endpoint's
 * journal, its sheets and its index.
 *
 * A day is written under the lock, all of it or nothing: its segments anew,
 * beside the old ones; then the day's own sheets go; then the new segments
 * take the old names; then recovery makes index and sheets of them, as it
 * does whenever a segment was replaced.  Whoever is killed in between has left
 * the file "forgetting", and doing it again makes it whole.
 */
#ifndef FORGET_H
#define FORGET_H

#include "base/fault.h"
#include "journal/segments.h"
#include "store/repair.h"
#include "upkeep/redaction.h"

/*
 * Look through the whole journal and write nothing.  Each segment that has
 * leads to go is put into *hits, which is all zero, and to be freed in any
 * case.  Needs no lock.  0; 1 when the watch wants to stop; or -1 with the
 * fault set.
 */
int forget_scan(struct repair *, struct redaction *, struct segments *hits,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Write a day anew.  0, or -1 with the fault set: then it is as it was, or the
 * next try makes it whole.
 */
int forget_day(struct repair *, struct redaction *, const char *day,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * All is done: take these urns from the file "forgetting", and what is left of
 * tries that were cut off from the journal's directory.
 */
int forget_finish(struct repair *, const struct bytes *urns, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same for the start: have these urns in the file as well.
 */
int forget_start(struct repair *, const struct bytes *urns, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
