/*
 * consumer: a reader of a journal that goes on where it stopped.
 *
 * It has a name, and a cursor: the endpoint's file cursors/NAME, which says how
 * far it has come in each segment.  What came since is new:
 *
 *	open		which deliveries are new now is settled
 *	records		all of them, as often as you like
 *	commit		they are where they were to go, and new no more
 *
 * Without a commit the same are new again, and more: nothing is ever skipped.
 * Where there is no telling, as another journal was put in the place of the one
 * that was read, its deliveries are new again.  forget and prune only change
 * what was read: what they leave of it doesn't come again.
 */
#ifndef CONSUMER_H
#define CONSUMER_H

#include "base/fault.h"
#include "config/endpoint.h"
#include "journal/records.h"

enum consumer_mode {
	CONSUMER_PEEK, /* reads, and takes no lock */
	CONSUMER_MOVE  /* is going to commit, and no other of that name now */
};

struct consumer;

/*
 * Open the cursor of that name, which names_is_cursor() takes; one that isn't
 * there begins with the journal.  NULL with the fault set: FAULT_BUSY while
 * another moves it, FAULT_DAMAGED when its file is.
 */
struct consumer *
consumer_open(const struct endpoint *, const char *name, enum consumer_mode,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* The new deliveries; borrowed. */
struct records *consumer_records(struct consumer *) __attribute__((nonnull));

/*
 * All deliveries that there were when it was opened, new or not; borrowed.
 * NULL with the fault set.
 */
struct records *consumer_all(struct consumer *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is the delivery at that place, of a segment that is there, a new one? */
int consumer_is_new(const struct consumer *, const struct place *)
    __attribute__((nonnull));

/* Has no one ever committed under that name? */
int consumer_is_first(const struct consumer *) __attribute__((nonnull));

/*
 * Of how many segments can't be told what was read, so that all that they have
 * is new once more?  The day of the first goes to day, or "".
 */
size_t consumer_again(const struct consumer *, char day[static UTC_DAY_SIZE])
    __attribute__((nonnull));

/*
 * Is there room for what a commit or a pass will write?  To be asked before
 * what can't be taken back is done, so that a full disk doesn't have it done
 * over and over.  0, or -1 with the fault set.
 */
int consumer_prove(struct consumer *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * All that was new has come to where it was to go, and is on stable storage
 * there.  0, or -1 with the fault set: then it may be new again.
 */
int consumer_commit(struct consumer *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same of all new ones up to this delivery, which consumer_records() gave
 * with its place; what comes behind it, in their order, stays new.  To be
 * called in that order, as often as you like.  It tells nothing else of what
 * was new when it was opened: that stays so for the functions above, and
 * consumer_commit() is for all of it.  What it costs grows with the number of
 * segments only: a line of the cursor each, 49 KB of a year, and two syncs.
 */
int
consumer_pass(struct consumer *, const struct record *, const struct place *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * When was the last commit of that name, before this was opened?  Microseconds
 * UTC; 0: never.  It is the time of the file, so of a cursor that was copied
 * when that was, and it may lie ahead of now where the clock was set back.
 */
int64_t consumer_committed(const struct consumer *) __attribute__((nonnull));

void consumer_close(struct consumer *);

#endif
