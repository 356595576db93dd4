/*
 * auditsheets: are a store's sheets what its journal makes?  The part of the
 * audit that looks at them.
 */
#ifndef AUDITSHEETS_H
#define AUDITSHEETS_H

#include "base/fault.h"
#include "journal/segments.h"
#include "audit/finding.h"

/*
 * Every part of every day, for the segments of the audit's journal.  0, or -1
 * with the fault set.
 */
int auditsheets_run(struct audit *, const struct segments *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
