/*
 * bytes: a growing, counted buffer.
 *
 * Appending never needs a check of its own: when memory runs out the buffer
 * is marked as failed, takes nothing more, and bytes_check() says so once at
 * the end.  All zero is an empty buffer.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <string.h>

#include "base/fault.h"

struct bytes {
	char *data; /* owned; not NUL-terminated; NULL while cap is 0 */
	size_t len;
	size_t cap;
	int failed;
};

/* Make room for n more bytes; returns 0, or -1 with the buffer failed. */
int bytes_reserve(struct bytes *, size_t n) __attribute__((nonnull));

/* These are here to become part of their callers: a row has hundreds. */
static inline void __attribute__((nonnull(1)))
bytes_add(struct bytes *b, const void *p, size_t n)
{
	if (n == 0 ||
	    ((b->failed || n > b->cap - b->len) && bytes_reserve(b, n) == -1))
		return;
	memcpy(b->data + b->len, p, n);
	b->len += n;
}

static inline void __attribute__((nonnull)) bytes_addc(struct bytes *b, char c)
{
	if ((b->failed || b->cap == b->len) && bytes_reserve(b, 1) == -1)
		return;
	b->data[b->len++] = c;
}

static inline void __attribute__((nonnull))
bytes_adds(struct bytes *b, const char *s)
{
	bytes_add(b, s, strlen(s));
}

/* Append n bytes again that stand in it from an offset on. */
static inline void __attribute__((nonnull))
bytes_repeat(struct bytes *b, size_t from, size_t n)
{
	if (bytes_reserve(b, n) == -1)
		return;
	memcpy(b->data + b->len, b->data + from, n);
	b->len += n;
}

void bytes_printf(struct bytes *, const char *fmt, ...)
    __attribute__((nonnull, format(printf, 2, 3)));

/* Take n bytes off the front. */
void bytes_drop(struct bytes *, size_t n) __attribute__((nonnull));

/* Empty it and clear a failure, keeping the memory for the next use. */
static inline void __attribute__((nonnull)) bytes_reset(struct bytes *b)
{
	b->len = 0;
	b->failed = 0;
}

/* 0 when every append was made, else -1 with FAULT_MEMORY. */
int bytes_check(const struct bytes *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Release the memory; the buffer is empty and usable again. */
void bytes_free(struct bytes *) __attribute__((nonnull));

#endif
