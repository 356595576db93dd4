/*
 * records: the records of a journal from one day to another, in order, each
 * once.  For reading only: no lock, no index, and whoever may read the journal
 * may read them.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdint.h>

#include "fault.h"
#include "journal.h"

struct records;

/*
 * Open a journal's directory, from the day of first to that of last, both
 * included; NULL: from the beginning, to the end.  NULL with the fault set.
 */
struct records *
records_open(const char *journal, const char *first, const char *last,
    struct fault *) __attribute__((nonnull(1, 4), warn_unused_result));

/* How many bytes of journal there are to read, and how many were. */
int64_t records_size(const struct records *) __attribute__((nonnull));
int64_t records_done(const struct records *) __attribute__((nonnull));

/*
 * The next record, borrowed until the next call, and where it stands: 1; 0 at
 * the end, -1 with the fault set.  A record that was journalled again, because
 * a sync of the first one's segment had failed, is passed over.
 */
int records_next(struct records *, struct record *, struct place *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* How many lines there were that don't count. */
int64_t records_bad(const struct records *) __attribute__((nonnull));

void records_close(struct records *);

#endif
