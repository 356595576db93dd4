/*
 * watch: has anything come to an endpoint since one looked?
 *
 * A question that can be asked each second, whatever the journal has: two
 * stat(2), of the lock, to which every delivery writes the control record
 * (store/control.h), and of journal/, where forget and prune put files.  Where
 * these can't tell, the answer is that something may have come; and so it is
 * once a minute, as a delivery may have been killed before it wrote the record,
 * or somebody wrote into a segment by hand.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdint.h>

#include "config/endpoint.h"

/* At least so often something may have come; in microseconds. */
#define WATCH_MOST (INT64_C(60) * 1000000)

/*
 * What was changed a shorter time ago may be changed again without a later
 * time: file systems have ticks, of up to two seconds.
 */
#define WATCH_TICK (INT64_C(2) * 1000000)

/* How a file stands; all zero: there is none. */
struct watch_state {
	int64_t inode;
	int64_t ctime; /* nanoseconds since 1970 */
};

/* All zero to begin with; one for each endpoint. */
struct watch {
	int is_sure; /* these tell whether anything has come */
	struct watch_state lock, journal;
	int64_t at; /* when something may have come; microseconds UTC */
};

/*
 * May anything have come since this last said so?  1, also the first time; or
 * 0: surely not.  Ask before you open the journal, as what comes after that is
 * of the next time.
 */
int watch_changed(struct watch *, const struct endpoint *, int64_t now)
    __attribute__((nonnull));

#endif
