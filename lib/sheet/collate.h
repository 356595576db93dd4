/*
 * collate: a read-only comparison of a day's sheet with its journal: no lock,
 * no writes.
 */
#ifndef COLLATE_H
#define COLLATE_H

#include "base/fault.h"
#include "sheet/projection.h"

enum collate_result {
	COLLATE_EQUAL,
	COLLATE_NONE,    /* there is nothing that it should have */
	COLLATE_EDITED,  /* a person has changed it */
	COLLATE_LACKS,   /* it ends before the journal does */
	COLLATE_MISSING, /* someone took it away */
	COLLATE_UNSURE,  /* it has parts, and the index doesn't know them */
	COLLATE_SHAPE,   /* it was written with other settings */
	COLLATE_STOPPED
};

/*
 * Compare the part of a day's sheet that is being written.  The index may be
 * one that was opened to be viewed, or NULL.  step is projection's.  *part is
 * its number: the parts before it were edited, or written with other settings.
 * The result, or -1 with the fault set.
 */
int collate_day(struct books *, const char *day, const char *kind,
    int (*step)(void *, int64_t bytes), void *context, int *part,
    struct fault *) __attribute__((nonnull(1, 2, 3, 6, 7), warn_unused_result));

#endif
