/*
 * wellformed: a fast JSON validator without allocation.  It says valid or
 * undecided; Jansson, which makes a tree, decides the rest.
 */
#ifndef WELLFORMED_H
#define WELLFORMED_H

#include <stddef.h>

/*
 * 1 when the text is one JSON value that Jansson takes with
 * JSON_REJECT_DUPLICATES.  0 when it is none, or has something that is rare:
 * a number with a fraction, an exponent or more than 18 digits, a NUL, an
 * escape in a key, more than 32 levels, more than 256 keys in the objects that
 * are open at once.
 */
int wellformed_is_json(const char *, size_t n) __attribute__((nonnull));

#endif
