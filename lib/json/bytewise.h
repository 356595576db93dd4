/*
 * bytewise: the grammar of RFC 8259, a byte at a time.  Where one stands in it
 * is a small value that can be copied and compared: so one can ask what might
 * follow, and whether two ways lead to the same place.
 *
 * Bytes from 0x80 on may stand in a string; that they are UTF-8 is for others.
 */
#ifndef BYTEWISE_H
#define BYTEWISE_H

#include <stdint.h>

/* How deep objects and arrays may stand in one another. */
#define BYTEWISE_LEVELS 64

enum bytewise_state {
	BYTEWISE_VALUE,         /* a value must come */
	BYTEWISE_FIRST_VALUE,   /* or the array is empty */
	BYTEWISE_KEY,           /* a member's name must come */
	BYTEWISE_FIRST_KEY,     /* or the object is empty */
	BYTEWISE_COLON,         /* behind a name */
	BYTEWISE_AFTER,         /* behind a value */
	BYTEWISE_STRING,        /* within one */
	BYTEWISE_ESCAPE,        /* behind its backslash */
	BYTEWISE_HEX,           /* of \u: rest digits are to come */
	BYTEWISE_MINUS,         /* a digit must come */
	BYTEWISE_ZERO,          /* behind a number's leading zero */
	BYTEWISE_INTEGER,       /* within its digits */
	BYTEWISE_POINT,         /* a digit must come */
	BYTEWISE_FRACTION,      /* behind the point */
	BYTEWISE_E,             /* a sign or a digit must come */
	BYTEWISE_EXPONENT_SIGN, /* a digit must come */
	BYTEWISE_EXPONENT,
	BYTEWISE_WORD /* true, false, null: what must come is at rest */
};

struct bytewise {
	uint64_t objects;     /* a bit for each level: is it an object? */
	unsigned char levels; /* that are open */
	unsigned char state;
	unsigned char is_key; /* the string is a member's name */
	unsigned char rest;
};

/* At the start of a text. */
void bytewise_begin(struct bytewise *) __attribute__((nonnull));

/* Take a byte: 0, or -1 where it can't stand here; then nothing has changed. */
int bytewise_step(struct bytewise *, char) __attribute__((nonnull));

/* Can the text end here? */
int bytewise_end(const struct bytewise *) __attribute__((nonnull));

/* Do both stand in the same place? */
int bytewise_equal(const struct bytewise *, const struct bytewise *)
    __attribute__((nonnull));

#endif
