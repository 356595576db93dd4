/*
 * audit: is an endpoint's store what its journal makes?  Every line's form and
 * digest, its signature, the index, the sheets.  Nothing is written and no
 * lock is taken, so that whoever may read the files can ask.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdint.h>

#include "audit/finding.h"
#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"

/* Make it ready: paths, the control record, the index where there is one. */
void audit_open(struct audit *, const struct endpoint *,
    const struct settings *, const struct boot *) __attribute__((nonnull));

/* How many bytes step() will hear of; 0 when that can't be told. */
int64_t audit_size(const struct audit *) __attribute__((nonnull));

/* 0 when all was looked at, 1 when step() ended it, -1 with the fault set. */
int audit_run(struct audit *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void audit_close(struct audit *) __attribute__((nonnull));

#endif
