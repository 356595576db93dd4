/*
 * jsontry: is a text JSON (RFC 8259), and where is it wrong (Jansson)?
 */
#ifndef JSONTRY_H
#define JSONTRY_H

#include <stddef.h>

enum jsontry {
	JSONTRY_FINE,
	JSONTRY_MEMORY, /* there is none to try it */
	JSONTRY_ENDS,   /* it ends too early */
	JSONTRY_WRONG /* the byte at *at, or the token that ends there, is wrong
	               */
};

enum jsontry jsontry(const char *, size_t, size_t *at) __attribute__((nonnull));

#endif
