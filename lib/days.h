/*
 * days: the records of some days, in order, each once, for who only looks.
 *
 * A delivery whose segment was retired may have been journalled again, on
 * another day even: of the records with one key only the first is given.
 */
#ifndef DAYS_H
#define DAYS_H

#include "fault.h"
#include "journal.h"
#include "segments.h"

struct days {
	char journal[PATH_MAX];
	struct segments segments; /* owned; of the days that are wanted */
	size_t at;                /* the one that is open */
	struct appendfile *file;
	struct journal_reader reader;
	void *seen;     /* keys, by tsearch(3) */
	int has_copies; /* a segment is retired */
	int64_t passed; /* bytes that days_next() has read, in all */
};

/*
 * Open the days that wanted() says 1 of.  *d is all zero, and to be closed in
 * any case.  A journal that isn't there has no days.  0, or -1 with the fault.
 */
int days_open(struct days *d, const char *journal,
    int (*wanted)(void *, const char *day), void *context, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5), warn_unused_result));

/*
 * The next record, borrowed until the next call: 1, 2 for a line that doesn't
 * count or a copy, 0 behind the last, or -1 with the fault set.
 */
int days_next(struct days *, struct record *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Back to the first. */
void days_rewind(struct days *) __attribute__((nonnull));

void days_close(struct days *) __attribute__((nonnull));

#endif
