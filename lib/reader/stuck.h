/*
 * stuck: what a person is told of a relay that doesn't get on.
 */
#ifndef STUCK_H
#define STUCK_H

#include <limits.h>
#include <stdint.h>

#include "config/endpoint.h"
#include "reader/attempts.h"

/* What the name of a relay's cursor begins with; its own stands behind it. */
#define STUCK_RELAY "relay-"

/* So long it may fail, or nobody try again, before a person is told. */
#define STUCK_LONG (INT64_C(3600) * 1000000)

enum stuck {
	STUCK_NONE,
	STUCK_NOTE, /* good to know: it goes on by itself */
	STUCK_ACT   /* it needs a person */
};

#define STUCK_SIZE (PATH_MAX + 1024)

/*
 * How a reader of that cursor's name stands; unless it is STUCK_NONE text
 * says so, a sentence that begins with the endpoint's name, with the remedy.
 * Times in it are in the zone of now (utc_zone()).
 */
enum stuck
stuck_tell(const struct endpoint *, const char *name, const struct attempts *,
    int64_t now, char text[static STUCK_SIZE]) __attribute__((nonnull));

#endif
