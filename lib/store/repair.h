/*
 * repair: exclusive access to a store, for commands that change it.  They work
 * day by day, each under the lock, so that deliveries come through in between.
 */
#ifndef REPAIR_H
#define REPAIR_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "sheet/projection.h"

struct lock;

struct repair {
	struct books books; /* index NULL until repair_begin() */
	struct endpoint endpoint;
	struct lock *lock; /* owned; NULL until repair_begin() */
};

/*
 * The books of an endpoint; settings and boot are borrowed.  Nothing is opened
 * yet, so that a command that finds nothing to do leaves no trace.
 */
void repair_open(struct repair *, const struct endpoint *,
    const struct settings *, const struct boot *) __attribute__((nonnull));

/*
 * Take the lock, and have index and journal whole, whoever was killed before.
 * 0, or -1 with the fault set: then the lock is not held.
 */
int repair_begin(struct repair *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Give the lock back; where the work isn't done the next holder looks. */
void repair_end(struct repair *, int done) __attribute__((nonnull));

/*
 * Call before removing a day's sheets.  It marks the day's segments as unread,
 * on stable storage, so that the next holder of the lock makes the sheets again
 * even if this process or the machine dies.
 */
int repair_expect(struct repair *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Read them, and make the sheets, ourselves. */
int repair_day(struct repair *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void repair_close(struct repair *) __attribute__((nonnull));

#endif
