/*
 * lock: one process at a time in an endpoint's store.
 *
 * An flock(2) on a file that nobody but its owner can open, mode 0600: who may
 * only read the home can't hold it.  The file holds one block of the store's.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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
 * Returns 0, or -1: FAULT_BUSY when the time ran out, FAULT_STORAGE when the
 * file can't be used.  Uses SIGALRM while it waits.
 */
int lock_take(struct lock *, int64_t timeout, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * When the file was last written, as it was when the lock was taken: in
 * nanoseconds since 1970, as the file system has it.
 */
int64_t lock_written(const struct lock *) __attribute__((nonnull));

void lock_release(struct lock *) __attribute__((nonnull));

/*
 * Read the file's first n bytes; what it lacks is zero.  And write them, by one
 * call; with sync they are on stable storage before it returns.  The lock is
 * held.  0, or -1 with FAULT_STORAGE.
 */
int lock_read(struct lock *, void *, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int lock_write(struct lock *, const void *, size_t n, int sync, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void lock_close(struct lock *);

/*
 * Is it held by the same process for so many microseconds?  It is asked again
 * and again until it is free once.  Nothing is written; who can't open the file
 * hears 0, as does who finds none.
 */
int lock_is_held(const char *path, int64_t patience) __attribute__((nonnull));

/*
 * Can it be locked at all?  On some file systems it can't.  Nothing is written;
 * 0, also where there is no file or another process has the lock, or -1 with
 * FAULT_STORAGE.
 */
int lock_check(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Which process holds it, and the name of its program, as far as the kernel
 * tells; 0 and "?" where it doesn't.
 */
#define LOCK_NAME_SIZE 32
pid_t lock_holder(const char *path, char name[static LOCK_NAME_SIZE])
    __attribute__((nonnull));

#endif
