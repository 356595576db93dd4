/*
 * parallel: work that is cut into pieces and done by several threads at once;
 * what they make of it comes out in the order of the pieces.
 */
#ifndef PARALLEL_H
#define PARALLEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define PARALLEL_MAX 8 /* threads */

/* A piece in the hand of the thread that works on it. */
struct parallel_piece {
	int64_t number; /* from 0 on */
	struct parallel *of;
};

/*
 * What there is to do.  open() makes what a thread needs for itself, and
 * close() takes it back; NULL with the fault set.  piece() returns 0, or -1
 * with the fault set.
 */
struct parallel_work {
	void *(*open)(void *context, struct fault *);
	int (*piece)(void *own, struct parallel_piece *, struct fault *);
	void (*close)(void *own);
	void *context;
};

/*
 * Have all pieces done by that many threads, the caller's own being one; by
 * fewer where there are fewer pieces, or no more can be started.  Each takes
 * the next piece that no one has.  Signals come to the caller's thread only.
 * Returns 0, or -1 with the fault of the first piece, in their order, that
 * failed; none behind it has had its turn then.
 */
int parallel_run(const struct parallel_work *, int64_t pieces, size_t threads,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Is it the piece's turn: are all before it done?  It stays so until piece()
 * returns, and no other thread is in its turn meanwhile; what all of them
 * share may be changed then.  Returns 1; 0 when it is not, and we don't wait;
 * -1 when one before it has failed, and piece() is to return -1 at once.
 */
int parallel_turn(struct parallel_piece *, int wait)
    __attribute__((nonnull, warn_unused_result));

/* On how many CPUs this process may run, PARALLEL_MAX at most. */
size_t parallel_cpus(void);

#endif
