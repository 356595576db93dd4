/*
 * pruned: the ids of a day whose journal has left.
 *
 * They stay behind in DAY.ids beside the journal, so that a delivery of that
 * day that comes again is known even when the index is lost.  A line each:
 * {"key":"...","sha256":"..."}, and nothing of a person.
 */
#ifndef PRUNED_H
#define PRUNED_H

#include <limits.h>
#include <stddef.h>

#include "base/fault.h"
#include "journal/journal.h"

/* Write the path of a day's ids below the journal's directory. */
void pruned_path(char out[static PATH_MAX], const char *journal,
    const char *day) __attribute__((nonnull));

/*
 * Add the keys of n segments of a day to its ids: all of them, on stable
 * storage when it returns, or none.  0, or -1 with the fault set.
 */
int pruned_add(const char *journal, const char *day, const struct place *,
    size_t n, struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Call visit for each id of the day, borrowed for the call, until it returns
 * -1.  0, or -1 with the fault set; its err is ENOENT where there are none.
 */
int pruned_each(const char *journal, const char *day,
    int (*visit)(
	void *, const char *key, size_t, const char *sha256, struct fault *),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5), warn_unused_result));

#endif
