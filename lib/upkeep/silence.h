/*
 * silence: has nothing come to an endpoint for longer than its setting "quiet"
 * allows?
 *
 * Whatever came signed counts, a test too: it shows that the way is open.  An
 * endpoint that has heard nothing yet is counted from when its secret was set;
 * one that is switched off is to hear nothing.
 */
#ifndef SILENCE_H
#define SILENCE_H

#include <stdint.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "config/settings.h"

/*
 * Only the journal's end is read, and that where "quiet" is set.  0, or -1 with
 * the fault set: a sentence that begins with the endpoint's name, with the time
 * in the zone in use.  What keeps it from looking is for others to tell: 0.
 */
int silence_check(const struct endpoint *, const struct settings *, int64_t now,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
