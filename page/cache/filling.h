/*
 * filling: from the journals into the cache: each lead's place, its words, and
 * what it is of.
 *
 * What a lead is of stands among its words, behind a + that no word begins
 * with: its endpoint, person, post, its post's text, and what can be picked.
 * So one index of words answers every question, and as it is only appended to
 * it is made in a tenth of the time of as many indexes.
 */
#ifndef FILLING_H
#define FILLING_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "page/cache/db.h"
#include "page/cache/sources.h"
#include "page/cache/term.h"

struct filling;
struct filling *filling_new(const char *key, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Its terms, borrowed, for their numbers. */
struct terms *filling_terms(struct filling *) __attribute__((nonnull));

enum filling_result {
	FILLING_FAILED = -1, /* the cache can't be written: the fault is set */
	FILLING_DONE,
	FILLING_BEHIND, /* somebody else has written since sources_compare() */
	FILLING_UNREAD  /* the segment can't be read: the fault is set */
};

/*
 * Read on in a segment until then (utc_ticks()), a delivery or some leads at
 * least, in a transaction of its own: where it isn't done nothing is.
 */
enum filling_result
filling_read(struct filling *, struct sources *, struct source *, struct db *,
    int64_t until, struct fault *) __attribute__((nonnull, warn_unused_result));

void filling_free(struct filling *);

#endif
