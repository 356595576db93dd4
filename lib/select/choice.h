/*
 * choice: which leads are asked for, as the URL of a screen says it.
 *
 * One choice has one text: choice_read(choice_write(x)) is x.
 */
#ifndef CHOICE_H
#define CHOICE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"

#define CHOICE_TEXT 200 /* bytes of a text, its NUL included */

/*
 * What can be picked from what there is; equal letter by letter, as far as a
 * choice holds it: choice_set_term().
 */
enum choice_term {
	CHOICE_SIGNAL,
	CHOICE_ENGAGEMENT,
	CHOICE_COMPANY,
	CHOICE_INDUSTRY,
	CHOICE_SIZE,
	CHOICE_TITLE,
	CHOICE_TERMS
};

struct query;

/* All zero: every lead. */
struct choice {
	char endpoint[ENDPOINT_NAME_SIZE]; /* empty: all that may be seen */
	char words[CHOICE_TEXT];           /* all of them are wanted */
	char terms[CHOICE_TERMS][CHOICE_TEXT];
	/* Days of receipt, both among them; empty: no limit. */
	char from[UTC_DAY_SIZE], to[UTC_DAY_SIZE];
	/* Only people whose first lead came on this day or later; or empty. */
	char since[UTC_DAY_SIZE];
	int64_t person, post; /* catalog.h's numbers; 0: any */
	int64_t
	    before; /* only leads whose id is lower; 0: from the newest on */
};

/* The name that a term has in a URL: signal, engagement, ...; static. */
const char *choice_term_name(enum choice_term);

/* Take a term of n bytes; what is longer than CHOICE_TEXT is cut. */
void choice_set_term(struct choice *, enum choice_term, const char *, size_t n)
    __attribute__((nonnull));

/* So many bytes of a text are a choice's term: whole characters. */
size_t choice_term_length(const char *, size_t n) __attribute__((nonnull));

/*
 * Read it: q, endpoint, signal, engagement, company, industry, size, title,
 * from, to, since, before.  (person and post are part of the path.)  Days are
 * as people write them: 2026-11-23, today, yesterday.  0, or -1 with the fault
 * set, a sentence that says how to write it.
 */
int choice_read(struct choice *, const struct query *, int64_t now,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Append what its URL has behind the ?, without "before"; nothing where it is
 * empty. */
void
choice_write(struct bytes *, const struct choice *) __attribute__((nonnull));

/* Is anything but a day, a person or a post asked for? */
int choice_filters(const struct choice *) __attribute__((nonnull));

#endif
