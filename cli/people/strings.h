/*
 * strings: many different strings of bytes, each kept once and known by its
 * number, which counts from 0 in the order in which they came.
 */
#ifndef STRINGS_H
#define STRINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

/* All zero to begin with; strings_free() at the end. */
struct strings {
	struct bytes text; /* one behind the other */
	struct bytes ends; /* where each ends: a size_t */
	uint32_t *slots;   /* owned; 1 and a string's number; 0 is free */
	size_t nslots;     /* a power of two */
};

/*
 * Have n bytes among them; their number goes into *number.  1 where they are
 * new, 0 where they were there, or -1 with FAULT_MEMORY.
 */
int strings_add(struct strings *, const char *, size_t n, uint32_t *number,
    struct fault *) __attribute__((nonnull(1, 4, 5), warn_unused_result));

/* The number of n bytes; 1, or 0 where they are not among them. */
int strings_find(const struct strings *, const char *, size_t n,
    uint32_t *number) __attribute__((nonnull(1, 4)));

/* The string of that number, borrowed until the next strings_add(). */
const char *strings_get(const struct strings *, uint32_t number, size_t *n)
    __attribute__((nonnull));

/* How many there are. */
size_t strings_count(const struct strings *) __attribute__((nonnull));

void strings_free(struct strings *) __attribute__((nonnull));

#endif
