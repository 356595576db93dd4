/*
 * wellformed: a walk over JSON text that checks all that it passes against the
 * grammar of RFC 8259, all of it and nothing else.  So a body is valid, and its
 * members are known, after one pass over it, without a tree.  A member may
 * stand twice: who reads takes the last.
 */
#ifndef WELLFORMED_H
#define WELLFORMED_H

#include <stddef.h>

#include "json/jsontext.h"

/* RFC 8259 section 9 lets us set one; no sender comes near it. */
#define WELLFORMED_LEVELS 100000

enum wellformed_verdict {
	WELLFORMED_JSON,
	WELLFORMED_TOO_DEEP, /* not read further than to there */
	WELLFORMED_BROKEN    /* no JSON */
};

struct wellformed {
	const char *text; /* all of it */
	const char *s;    /* what is left */
	const char *end;
	enum wellformed_verdict verdict; /* so far */
	int fresh;   /* nothing of what was opened last was read yet */
	int escaped; /* the string that was passed last has an escape */
	int levels;
	/* A bit for each level that is open: is it an object? */
	unsigned char objects[(WELLFORMED_LEVELS + 7) / 8];
};

/* The same start as jsontext_begin(). */
void wellformed_begin(struct wellformed *, const char *, size_t n)
    __attribute__((nonnull));

/*
 * The same steps as jsontext_open(), _key(), _element() and _value().  Where
 * the text is broken there is nothing more; a value's length is 0 then.
 */
int wellformed_open(struct wellformed *, char kind) __attribute__((nonnull));
int wellformed_key(struct wellformed *, struct jsontext_slice *)
    __attribute__((nonnull));
int wellformed_element(struct wellformed *) __attribute__((nonnull));
void wellformed_value(struct wellformed *, struct jsontext_slice *)
    __attribute__((nonnull));

/*
 * Append the members of the object that is next, each a struct jsontext_member,
 * and leave it behind: 1; 0 when there is none.  The text is no longer than
 * JSONTEXT_MAX; a longer one is taken for broken.
 */
int wellformed_members(struct wellformed *, struct bytes *)
    __attribute__((nonnull));

/* All was walked over: what is it? */
enum wellformed_verdict
wellformed_end(struct wellformed *) __attribute__((nonnull));

#endif
