/*
 * wellformed: a walk over JSON text that checks all that it passes against the
 * grammar of RFC 8259.  So a body is valid, and its members are known, after
 * one pass over it, without a tree and without allocation.
 */
#ifndef WELLFORMED_H
#define WELLFORMED_H

#include <stddef.h>
#include <stdint.h>

#include "json/jsontext.h"

#define WELLFORMED_LEVELS  2048 /* deeper it is no JSON of ours */
#define WELLFORMED_TRACKED 32   /* levels whose keys are compared */
#define WELLFORMED_KEYS    256 /* that are compared, of objects that are open */

enum wellformed_verdict {
	WELLFORMED_JSON, /* valid, and Jansson takes it with equal values */
	/*
	 * Valid, with something rare that Jansson may refuse: half a surrogate
	 * pair, a number beyond 18 digits or 1e99, and keys that were not
	 * compared: with an escape, too many, too deep; a key twice.
	 */
	WELLFORMED_RARE,
	WELLFORMED_BROKEN /* no JSON */
};

struct wellformed {
	const char *s; /* what is left of the text */
	const char *end;
	enum wellformed_verdict verdict; /* so far */
	int fresh;   /* nothing of what was opened last was read yet */
	int escaped; /* the string that was passed last has an escape */
	int levels;
	char closers[WELLFORMED_LEVELS]; /* } or ] */
	/* Of the objects that are open, level by level. */
	size_t nkeys;
	struct jsontext_slice keys[WELLFORMED_KEYS];
	size_t first[WELLFORMED_TRACKED];  /* of the level's keys */
	uint64_t seen[WELLFORMED_TRACKED]; /* a bit for each of them */
};

/* Begin at n bytes of text, which are borrowed until the end. */
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
 * and leave it behind: 1; 0 when there is none.
 */
int wellformed_members(struct wellformed *, struct bytes *)
    __attribute__((nonnull));

/* All was walked over: what is it? */
enum wellformed_verdict
wellformed_end(struct wellformed *) __attribute__((nonnull));

#endif
