/*
 * retired: the secrets that an endpoint accepted once.
 *
 * Its file "retired" has a line for each: when it was dropped, and a part of
 * its SHA-256, so that neither it nor anything that it could sign stands there.
 * What came before that can't be verified any more, and that is no alarm.
 */
#ifndef RETIRED_H
#define RETIRED_H

#include <stdint.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "webhook/signature.h"

/*
 * Remember those of old that are not in now, and forget those that are.  Before
 * they are replaced; now is the time in microseconds UTC.  0, or -1 with the
 * fault set: nothing is changed.
 */
int retired_add(const struct endpoint *, const struct signature_secrets *old,
    const struct signature_secrets *kept, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * When that secret was dropped, or with NULL the last of them; 0: never, or it
 * can't be told.
 */
int64_t retired_when(const struct endpoint *, const char *secret)
    __attribute__((nonnull(1)));

#endif
