/*
 * journals: the journals of the endpoints whose leads are asked for, opened
 * together: what is received later is left for the next time.
 */
#ifndef JOURNALS_H
#define JOURNALS_H

#include <stdint.h>

#include "base/fault.h"
#include "cli/export/selection.h"
#include "journal/records.h"

struct unread;

/* All zero to begin with; journals_close() at the end. */
struct journals {
	struct records **list; /* owned; in the order of the endpoints */
	size_t n;
	const struct endpoint *endpoints; /* borrowed */
	int are_new; /* with --new: the records are a consumer's, borrowed */
};

/*
 * Open them for the days that were asked for, or for what is new where --new
 * was given (else NULL will do); both are borrowed until they are closed.  0,
 * or -1 with the fault set.
 */
int journals_open(struct journals *, const struct selection *,
    const struct unread *, struct fault *)
    __attribute__((nonnull(1, 2, 4), warn_unused_result));

/*
 * The same for all days, and not only what is new; with --new no more than
 * there was when that was settled.
 */
int journals_open_whole(struct journals *, const struct selection *,
    const struct unread *, struct fault *)
    __attribute__((nonnull(1, 2, 4), warn_unused_result));

/* How many bytes they have. */
int64_t journals_size(const struct journals *) __attribute__((nonnull));

void journals_close(struct journals *) __attribute__((nonnull));

#endif
