/*
 * backoff: when to try again, after a message was not taken.
 *
 * The tries go on for three days from the first that failed, at 5 seconds, 1,
 * 5, 15 minutes, 1, 3 hours, and then every 6; a target that says how long to
 * wait (Retry-After, RFC 9110 section 10.2.3) is not asked before that.  There
 * are eight at least, as the machine, or the relay, may have been off
 * meanwhile.
 */
#ifndef BACKOFF_H
#define BACKOFF_H

#include <stdint.h>

#include "reader/attempts.h"

/* How long the tries go on, in microseconds. */
#define BACKOFF_ENDS (INT64_C(3) * 24 * 3600 * 1000000)

/* The longest that a target can have us wait: a day, in microseconds. */
#define BACKOFF_MOST (INT64_C(24) * 3600 * 1000000)

/*
 * Note in attempts that a try failed now, and when the next one is due, or that
 * it has given up.  wait is what the target asked for, in seconds; -1 where it
 * asked for nothing.
 */
void backoff_failed(struct attempts *, int64_t now, int64_t wait)
    __attribute__((nonnull));

/*
 * How long it is until the next try, in microseconds; 0: now.  A time that lies
 * further ahead than a try is ever put off was noted before the clock was set
 * back, and is as good as now.
 */
int64_t
backoff_left(const struct attempts *, int64_t now) __attribute__((nonnull));

#endif
