/*
 * records: the records of some days of a journal, in order, each once.  For
 * reading only: no lock, no index, and whoever may read the journal may read
 * them.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdint.h>

#include "fault.h"
#include "journal.h"

struct records;

/*
 * Open a journal's directory for the days that wanted() says 1 of.  A journal
 * that isn't there has no days.  NULL with the fault set.
 */
struct records *records_open(const char *journal,
    int (*wanted)(void *, const char *day), void *context, struct fault *)
    __attribute__((nonnull(1, 2, 4), warn_unused_result));

/* Is there anything of that day among them? */
int
records_has(const struct records *, const char *day) __attribute__((nonnull));

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

/* Back to the first. */
void records_rewind(struct records *) __attribute__((nonnull));

/* How many lines there were that don't count. */
int64_t records_bad(const struct records *) __attribute__((nonnull));

void records_close(struct records *);

#endif
