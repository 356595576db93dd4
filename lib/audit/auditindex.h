/*
 * auditindex: does the index lead to every delivery?  The part of the audit
 * that looks it up.
 */
#ifndef AUDITINDEX_H
#define AUDITINDEX_H

#include "base/fault.h"
#include "journal/record.h"
#include "audit/finding.h"

/*
 * Up to which place is everything in the index?  What the control record says,
 * or else what the index's own head says.
 */
void auditindex_begin(struct audit *) __attribute__((nonnull));

/*
 * Look up the record that stands at that place; one that is missing is counted
 * as unknown, or as behind.  0, or -1 with the fault set.
 */
int
auditindex_check(struct audit *, const struct place *, const struct record *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
