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
#include "page/data/choice.h"
#include "page/data/db.h"
#include "page/data/sources.h"

/* What a lead can be of: the terms of a choice, and these. */
enum {
	FILLING_ENDPOINT = CHOICE_TERMS, /* by its number in the cache */
	FILLING_PERSON,
	FILLING_POST,
	FILLING_TEXT, /* by its number in the cache */
	FILLING_KINDS
};

#define FILLING_KEY_SIZE 16

/* The word for that. */
void filling_key(int kind, int64_t number, char out[static FILLING_KEY_SIZE])
    __attribute__((nonnull));

/*
 * The number of a term, a person's urn or a post's id: 63 bits of what a secret
 * key makes of it, which tell nothing of it; never 0.
 */
struct filling;
struct filling *filling_new(const char *key, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int filling_number(struct filling *, int kind, const char *, size_t,
    int64_t *number, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Forget what is known of the cache: it is another one. */
void filling_reset(struct filling *) __attribute__((nonnull));

/*
 * Read on in a segment until then (utc_ticks()), in a transaction of its own.
 * *leads are counted.  0; 1: somebody else has written since sources_compare(),
 * and nothing was done; or -1 with the fault set: nothing of it is kept.
 */
int filling_read(struct filling *, struct sources *, struct source *,
    struct db *, int64_t until, int64_t *leads, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void filling_free(struct filling *);

#endif
