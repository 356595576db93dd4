/*
 * hold: a store in the hand of the one process that holds its lock.
 *
 * What it knows between two turns (files that are open, the index) is only
 * trusted as far as the control record bears it out.
 */
#ifndef HOLD_H
#define HOLD_H

#include <limits.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "index/index.h"
#include "sheet/part.h"
#include "sheet/view.h"
#include "store/control.h"
#include "webhook/signature.h"

struct lock;

struct hold {
	struct endpoint endpoint;
	char journal[PATH_MAX]; /* directories, and the index's path */
	char sheets[PATH_MAX];
	char index_path[PATH_MAX];
	const struct settings *settings; /* borrowed */
	const struct boot *boot;         /* borrowed */

	/* Of this turn. */
	int64_t now; /* for the lines that we write ourselves */
	struct control control;
	int known;       /* the control record was there, and held */
	int64_t written; /* when, in nanoseconds as the file system has it */
	int saved;       /* it says how the store stands now */
	int indexed;     /* every key of the journal is in the index */
	char note[PART_NOTE_SIZE];

	/* Kept open. */
	struct lock *lock;
	struct index *index;
	int64_t index_inode; /* 0: it is private */
	int64_t index_ctime; /* when it was opened, or the lock taken */
	int64_t
	    checkpoint; /* of the index, in the segment; perhaps a later one */
	struct appendfile *segment; /* that is written, as these say */
	char day[UTC_DAY_SIZE];
	int number;
	struct appendfile *files[SHEET_KINDS]; /* parts that are written */
	struct view views[SHEET_KINDS];
	struct signature_digest digest;
};

/*
 * Nothing is opened yet.  settings and boot are borrowed, and may change
 * between two turns.
 */
void hold_init(struct hold *, const struct endpoint *, const struct settings *,
    const struct boot *) __attribute__((nonnull));

/*
 * Take the lock, waiting as the settings say, and read the control record.  now
 * is the time in microseconds UTC.  0, or -1 with the fault set: then it isn't
 * held.
 */
int hold_take(struct hold *, int64_t timeout, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Write the control record; with sync it is on stable storage then.  0, or -1
 * with the fault set.
 */
int hold_save(struct hold *, int sync, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is the record of this boot? */
int hold_same_boot(const struct hold *) __attribute__((nonnull));

/* Give the lock back. */
void hold_release(struct hold *) __attribute__((nonnull));

/*
 * Have a segment open in h->segment, ready to be appended to, making it where
 * it is missing; *now is how it stands.  0, or -1 with the fault set.
 */
int hold_segment(struct hold *, const char *day, int number,
    struct appendfile_state *now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same for a day's last segment, its torn tail put aside: nothing may be
 * put behind half a line.  1, 0 when the day has none, or -1 with the fault
 * set.
 */
int hold_last(struct hold *, const char *day, struct appendfile_state *now,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Sync that segment.  When that fails so many bytes of it count, and the day
 * goes on in its next segment; copied is as in journal_next_segment().  Before
 * it is made the record says that it must be, and is saved.  0, or -1 with the
 * fault set.
 */
int hold_sync(struct hold *, int64_t counts, int copied, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The record says that the next segment is to be made: make it, before anything
 * else is done.  0, or -1 with the fault set.
 */
int hold_go_on(struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * A key couldn't be written, or synced: whoever comes next, in this turn too,
 * catches the index up.
 */
void hold_lose_index(struct hold *, const struct fault *why)
    __attribute__((nonnull));

/* A sentence for the log; the first of a turn wins. */
void hold_note(struct hold *, const char *fmt, ...)
    __attribute__((nonnull, format(printf, 2, 3)));

void hold_close(struct hold *) __attribute__((nonnull));

#endif
