/*
 * known: is a delivery known already?
 */
#ifndef KNOWN_H
#define KNOWN_H

#include <stddef.h>

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

/*
 * Is the record of that identity really where the index says, in this journal?
 * Only what can be read back is called a duplicate: an index may know more
 * than a power cut left.  A day whose file is gone was put away by someone and
 * stays known.  1 with its digest as the journal has it put into *id, whatever
 * the index said; 0, or -1 with the fault set.
 */
int known_is_there(const char *journal, struct index_id *id, const char *key,
    size_t, struct fault *) __attribute__((nonnull, warn_unused_result));

/* The same for a reader, which opens the journal with APPENDFILE_VIEW. */
int known_is_seen(const char *journal, struct index_id *, const char *key,
    size_t, struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
