/*
 * summary: what hits are together: how many a day, which people, and which
 * terms there are.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "page/data/hits.h"
#include "select/choice.h"

/*
 * How many of each day, the newest first; hits that were begun with.  What take
 * returned, 0, or -1 with the fault set.
 */
int summary_days(struct hits *,
    int (*take)(void *, const char *day, int64_t leads), void *context,
    struct fault *) __attribute__((nonnull(1, 2, 4), warn_unused_result));

/*
 * The same without going through the leads, for hits_is_plain(); hits need not
 * be begun with.
 */
int summary_plain_days(struct hits *, const struct choice *,
    int (*take)(void *, const char *day, int64_t leads), void *context,
    struct fault *) __attribute__((nonnull(1, 2, 3, 5), warn_unused_result));

struct summary_person {
	int64_t first, last, leads; /* of all their leads in the scope */
	struct hit newest;          /* of those that are chosen */
};

/*
 * People by their newest lead, from the hits on whose id is below before (0:
 * all), so many at most (0: all).  Hits that were begun with, without "before".
 */
int summary_people(struct hits *, int64_t before, size_t most,
    int (*take)(void *, const struct summary_person *, struct fault *),
    void *context, struct fault *)
    __attribute__((nonnull(1, 4, 6), warn_unused_result));

/* One person: 1, 0 where there is none in the scope, or -1. */
int summary_person(struct hits *, int64_t person, struct summary_person *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* What there is of a term in the scope, the most frequent first. */
int summary_terms(struct hits *, enum choice_term, size_t most,
    int (*take)(void *, const char *text, int64_t leads), void *context,
    struct fault *) __attribute__((nonnull(1, 4, 6), warn_unused_result));

#endif
