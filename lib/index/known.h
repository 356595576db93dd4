/*
 * known: is a delivery known already?
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "base/fault.h"
#include "index/index.h"
#include "journal/journal.h"

struct known {
	struct place place; /* of its record, where it is known */
	int conflict;       /* its id is known with another body */
	int again;          /* known, but only from a segment that a sync failed
	                       on: its rows are there, its record is not safe */
};

/*
 * Look a record up.  One whose id is known with another body becomes
 * DELIVERY_OTHER and is looked up as that.  Returns 1 when it is a duplicate;
 * 0 when it is to be kept; -1 with the fault set.
 */
int known_look_up(struct index *, const char *journal, struct record *,
    struct known *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
