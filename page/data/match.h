/*
 * match: a choice as a search in the index of words (FTS5).
 *
 * A word may stand in what is of the lead, or in the text of its post.  Posts
 * have their own index, as thousands of leads may share one: where a word is in
 * a few texts, leads of these are searched for as well; a word that is in many
 * is a common one, and whether a lead has it is looked up lead by lead.
 */
#ifndef MATCH_H
#define MATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "page/cache/db.h"
#include "page/cache/sources.h"
#include "page/cache/term.h"
#include "select/choice.h"
#include "select/tokens.h"

struct match_common {
	struct bytes text;  /* the search for it among the leads' words */
	struct bytes texts; /* a bit for each post's text that has it */
};

/* All zero to begin with; match_end() at the end. */
struct match {
	struct bytes text; /* the search; empty: every lead */
	int nothing;       /* no lead can be in it */
	struct tokens tokens;
	struct match_common common[TOKENS_PHRASES];
	size_t ncommon;
};

/* Words, terms, person and post of a choice.  0, or -1 with the fault set. */
int
match_begin(struct match *, const struct choice *, struct db *, struct terms *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* And only leads of endpoints that are in the scope: one for each name. */
void match_scope(struct match *, const struct sources *,
    const unsigned char *in_scope) __attribute__((nonnull));

/* Is a common word in that text? */
int match_has_text(const struct match_common *, int64_t text)
    __attribute__((nonnull));

void match_end(struct match *) __attribute__((nonnull));

#endif
