/*
 * concerns: what at an endpoint needs a person, each with what to do.
 *
 * Like tally it only reads.
 */
#ifndef CONCERNS_H
#define CONCERNS_H

#include <stdint.h>

#include "config/endpoint.h"
#include "config/settings.h"
#include "upkeep/tally.h"

enum concern {
	CONCERN_ACT, /* leads are kept out, or may be lost: do something */
	CONCERN_NOTE /* good to know */
};

/*
 * The lock is held for long from here on, in microseconds; so long concerns
 * waits where it is held.
 */
#define CONCERNS_LOCK_LONG (INT64_C(2) * 1000000)

/*
 * Call tell with each, a sentence that begins with the endpoint's name; those
 * to act on come first.
 */
void concerns_each(const struct endpoint *, const struct settings *,
    const struct tally *, int64_t now,
    void (*tell)(void *, enum concern, const char *), void *context)
    __attribute__((nonnull(1, 2, 3, 5)));

#endif
