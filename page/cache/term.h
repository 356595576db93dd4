/*
 * term: what a lead is of, as a number and as a word for the index, and how
 * often each thing that can be picked is there.
 */
#ifndef TERM_H
#define TERM_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "page/cache/db.h"
#include "select/choice.h"
#include "webhook/signature.h"

/* What a lead can be of: the terms of a choice, and these. */
enum {
	TERM_ENDPOINT = CHOICE_TERMS, /* by its number in the cache */
	TERM_PERSON,
	TERM_POST,
	TERM_TEXT, /* of a post, by its number in the cache */
	TERM_KINDS
};

/* The word for it, which begins with a +, as no word of a text does. */
#define TERM_KEY_SIZE 16
void term_key(int kind, int64_t number, char out[static TERM_KEY_SIZE])
    __attribute__((nonnull));

/* How often something is there. */
struct term_count {
	int64_t endpoint, hash, leads;
	int kind;
	uint32_t at, len; /* its text, in the names */
};

/* All zero to begin with; term_end() at the end. */
struct terms {
	char key[128];
	struct signature_digest digest;
	struct bytes text;         /* what is hashed */
	struct term_count *counts; /* owned */
	size_t ncounts;
	struct bytes names;
};

/* With that key.  0, or -1 with FAULT_MEMORY. */
int term_begin(struct terms *, const char *key, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The number of a term, of a person's urn or of a post's id: 63 bits of what
 * the key makes of it, which tell nothing of it; never 0.
 */
int term_number(struct terms *, int kind, const char *, size_t, int64_t *number,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Count one more lead of a term, whose endpoint, kind and hash are given, and
 * text; write what was counted, which counting may do as well; or forget it.
 */
int
term_count(struct terms *, struct db *, const struct term_count *, const char *,
    size_t, struct fault *) __attribute__((nonnull, warn_unused_result));
int term_write(struct terms *, struct db *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
void term_forget(struct terms *) __attribute__((nonnull));

void term_end(struct terms *) __attribute__((nonnull));

#endif
