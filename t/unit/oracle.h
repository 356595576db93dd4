/*
 * oracle: what Jansson says of JSON text, and texts to ask it about: changes
 * that look random, the same in every run.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Where Jansson has no memory it is to have none: see json/tree.c. */
static inline void *
oracle_allocate(size_t n)
{
	return errno == ENOMEM ? NULL : malloc(n);
}

/* The tree of a text, or NULL. */
static inline json_t *
oracle_load(const char *s, size_t n, size_t flags)
{
	json_set_alloc_funcs(oracle_allocate, free);
	errno = 0;
	return json_loadb(
	    n == 0 ? "" : s, n, flags | JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
}

/* Numbers that look random, the same in every run. */
static inline unsigned
pick(unsigned *seed, size_t n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % (unsigned)n;
}

/* One change: a byte replaced, put in or taken out, or a piece moved. */
static inline size_t
mutate(unsigned *seed, char *s, size_t n, size_t room)
{
	static const char bytes[] =
	    "{}[]\",:\\u0123456789dDcCeE.-+tfn \n\xc3\xa9\x80\xed\xa0\xf0\xff";
	size_t at = pick(seed, n), from = pick(seed, n), len;
	char c = bytes[pick(seed, sizeof(bytes))]; /* or its NUL */

	switch (pick(seed, 4)) {
	case 0:
		s[at] = c;
		return n;
	case 1:
		if (n == room)
			return n;
		memmove(s + at + 1, s + at, n - at);
		s[at] = c;
		return n + 1;
	case 2:
		if (n == 1)
			return n;
		memmove(s + at, s + at + 1, n - at - 1);
		return n - 1;
	default:
		len = pick(seed, 24) % (n - (at > from ? at : from));
		memmove(s + at, s + from, len);
		return n;
	}
}

#endif
