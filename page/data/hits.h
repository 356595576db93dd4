/*
 * hits: the leads that are chosen, the newest first.
 *
 * Rows are read by the piece, and nothing is locked while they are in use.
 */
#ifndef HITS_H
#define HITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "page/cache/db.h"
#include "page/cache/sources.h"
#include "page/cache/term.h"
#include "page/data/match.h"
#include "select/choice.h"

/* From its beginning, or from hits_go_on(), it works so long: microseconds. */
#define HITS_PATIENCE (2 * UTC_SECOND)

struct hit {
	int64_t id;
	/* From here on only where all is wanted. */
	int64_t segment, offset, lead, person, post, text, body;
};

#define HITS_ROWS   2048
#define HITS_PEOPLE 1024

struct hits {
	struct db *db; /* borrowed, as all these are */
	const struct sources *sources;
	const unsigned char *in_scope; /* one for each of sources->names */
	int is_scoped;                 /* some are not */

	struct match match;
	int64_t from, to; /* ids, both among them */
	int64_t since;    /* microseconds; 0: whoever it is */
	int whole;        /* all of a hit is wanted, or needed */

	struct hit *rows;   /* owned */
	unsigned char *out; /* owned: the row is not wanted */
	size_t n, at, piece;
	int ended;
	/* Whether people of late are new. */
	struct {
		int64_t person;
		int is_new;
	} people[HITS_PEOPLE];
};

/*
 * Begin with what is chosen: all zero but for what is borrowed, and whole.  0,
 * or -1 with the fault set; hits_end() in any case.
 */
int hits_begin(struct hits *, const struct choice *, struct terms *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* The next one, good until the next call: 1, 0 at the end, or -1. */
int hits_next(struct hits *, const struct hit **, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Someone has taken what was found so far: there is time for more. */
void hits_go_on(struct hits *) __attribute__((nonnull));

/*
 * The leads of a person that came before an id, the newest first, whoever sees
 * them: bind, and take each that is in the scope (1).
 */
extern const char HITS_OF_PERSON[];
void hits_bind_person(struct db_query *, int64_t person, int64_t before)
    __attribute__((nonnull));
int hits_take(const struct hits *, struct db_query *, struct hit *)
    __attribute__((nonnull));

/* The days of a choice as times: microseconds UTC, both among them. */
void hits_range(const struct choice *, int64_t *from, int64_t *to)
    __attribute__((nonnull));

/* When a hit was received, as its id tells: microseconds UTC. */
int64_t hits_received(const struct hit *) __attribute__((nonnull));

/* Are days and endpoints all that is asked for? */
int hits_is_plain(const struct choice *) __attribute__((nonnull));

void hits_end(struct hits *) __attribute__((nonnull));

#endif
