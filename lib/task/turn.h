/*
 * turn: a command's turn at a store: the lock is held, and everything stands as
 * the journal has it.  Between two turns deliveries go on.
 */
#ifndef TURN_H
#define TURN_H

#include "base/fault.h"

struct hold;

/* Take the lock, and catch up.  0, or -1 with the fault set: it isn't held. */
int turn_begin(struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Give the lock back; rc is what came of the work, and is returned.  Where that
 * is not -1 the control record is saved: it must say how the store stands.  A
 * record that isn't saved has whoever comes next look at all of it.
 */
int turn_end(struct hold *, int rc, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Read a day's journal into h->views.  0, or -1 with the fault set. */
int turn_view(struct hold *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
