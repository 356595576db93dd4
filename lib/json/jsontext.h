/*
 * jsontext: walk over JSON text in one pass, without making a tree of it.
 *
 * For text that is known to be JSON already, as every body in a journal is
 * that has leads: it was decoded when it came, and its digest holds.  On
 * anything else a walk ends early and reads nothing behind the text's end.
 */
#ifndef JSONTEXT_H
#define JSONTEXT_H

#include <stddef.h>
#include <stdint.h>

struct bytes;

/* A piece of the text; borrowed. */
struct jsontext_slice {
	const char *s;
	size_t n;
};

/* A text with members that are remembered is no longer than this, in bytes. */
#define JSONTEXT_MAX INT32_MAX

/*
 * A member of an object: where in the text its key, quotes included, and its
 * value stand.  16 bytes, as a body may have a member every five.
 */
struct jsontext_member {
	uint32_t key, value;
	uint32_t key_len : 31;
	/* Is there an escape in it?  Of a value only where that is a string. */
	uint32_t key_escaped : 1;
	uint32_t value_len : 31;
	uint32_t value_escaped : 1;
};

/* The two, of a member of that text. */
static inline struct jsontext_slice __attribute__((nonnull))
jsontext_key_of(const char *text, const struct jsontext_member *m)
{
	const struct jsontext_slice key = {text + m->key, m->key_len};

	return key;
}

static inline struct jsontext_slice __attribute__((nonnull))
jsontext_value_of(const char *text, const struct jsontext_member *m)
{
	const struct jsontext_slice value = {text + m->value, m->value_len};

	return value;
}

/* What is left of the text. */
struct jsontext {
	const char *s;
	const char *end;
};

/*
 * The length of the byte order mark before a text: 3, or 0 where there is none.
 * RFC 8259 section 8.1 lets whoever reads pass over it.
 */
size_t jsontext_bom(const char *, size_t n) __attribute__((nonnull));

/*
 * Begin at n bytes of text, which are borrowed until the end; a byte order mark
 * before it is passed over.
 */
void jsontext_begin(struct jsontext *, const char *, size_t n)
    __attribute__((nonnull));

/* Go into the object '{' or array '[' that is next: 1; 0 when it is none. */
int jsontext_open(struct jsontext *, char kind) __attribute__((nonnull));

/*
 * The next key of the object we are in, its quotes included: 1, with its value
 * next; or 0 at the object's end, which is left behind.
 */
int jsontext_key(struct jsontext *, struct jsontext_slice *key)
    __attribute__((nonnull));

/* Is there a next element in the array we are in?  Else it is left behind. */
int jsontext_element(struct jsontext *) __attribute__((nonnull));

/* Step over the value that is next, whatever it is. */
void jsontext_value(struct jsontext *, struct jsontext_slice *)
    __attribute__((nonnull));

/*
 * What a string means, quotes taken off: a part of the text itself where
 * there are no escapes, else written into scratch in place of what it had.  0
 * when it is no string; what scratch holds is to be checked by bytes_check().
 */
int jsontext_string(const struct jsontext_slice *, struct bytes *scratch,
    struct jsontext_slice *out) __attribute__((nonnull));

/* Is it this string of n bytes?  scratch is for one that has escapes. */
int jsontext_is(const struct jsontext_slice *, const char *text, size_t n,
    struct bytes *scratch) __attribute__((nonnull));

/*
 * Is it plain to see that its value stands there as compact_json() would write
 * it?
 */
int jsontext_is_plain(const char *text, const struct jsontext_member *)
    __attribute__((nonnull));

#endif
