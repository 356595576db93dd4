/*
 * lock: one process at a time in an endpoint's store.
 *
 * An flock(2) on a file of one byte.  The byte is '1' while its holder is at
 * work, so that whoever comes after a holder that was killed knows it.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdint.h>

#include "base/fault.h"

struct lock;

/*
 * Open the lock file, making it where it is missing.  The path is copied.
 * NULL with the fault set on failure.
 */
struct lock *lock_open(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Take the lock, waiting at most timeout microseconds, in the order of asking.
 * Returns 0; 1 when the holder before didn't finish; or -1: FAULT_BUSY when
 * the time ran out, FAULT_STORAGE when the file can't be used.  Uses SIGALRM
 * while it waits.
 */
int lock_take(struct lock *, int64_t timeout, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The work is whole: nobody needs to look after it. */
void lock_release(struct lock *) __attribute__((nonnull));

/* The work may be half done: let the next holder look after it. */
void lock_abandon(struct lock *) __attribute__((nonnull));

void lock_close(struct lock *);

/*
 * Does somebody hold it now, and since when at least?  Nobody is kept waiting
 * and nothing is written; who may read the file may ask.  1 with *since; 0, as
 * well where there is no such file or it can't be read.
 */
int lock_is_held(const char *path, int64_t *since) __attribute__((nonnull));

#endif
