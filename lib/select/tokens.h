/*
 * tokens: texts cut into words, as an index of words has them, and what a
 * person looks for cut in the same way.
 *
 * Capitals and accents make no difference (fold.h; an é is an e).  Punctuation
 * is as good as a blank, but + and # at a word's end: C++ is no C.  Scripts
 * that put no blanks between words (Chinese, Japanese, Thai), and symbols, are
 * cut into characters; who looks for several of them looks for these in a row.
 *
 * A token is of a-z, 0-9, + and # (never at its beginning), or bytes from 0x80
 * on: it can't be taken for a part of any query language.
 */
#ifndef TOKENS_H
#define TOKENS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

#define TOKENS_LETTERS 48 /* a longer word ends here, for either side */

/* Append the tokens of n bytes, each with a blank before it. */
void
tokens_add(struct bytes *, const char *, size_t n) __attribute__((nonnull(1)));

/* What somebody looks for: this, in a row. */
struct tokens_phrase {
	size_t at, len; /* its tokens, in the text, with blanks between */
	int begins;     /* it is one token, and may be a word's beginning */
};

#define TOKENS_PHRASES 16 /* further ones are passed over */

/* All zero to begin with; tokens_free() at the end. */
struct tokens {
	struct bytes text;
	struct tokens_phrase list[TOKENS_PHRASES];
	size_t n;
};

/*
 * What a person wrote: phrases with blanks between, all of which are wanted.  A
 * word of three letters or more also stands for those that begin with it; a
 * shorter one, and one with punctuation in it, for itself.  Between "" stands
 * one phrase.  What has no letter is passed over: there may be no phrase at
 * all.  0, or -1 with FAULT_MEMORY.
 */
int tokens_read(struct tokens *, const char *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void tokens_free(struct tokens *) __attribute__((nonnull));

#endif
