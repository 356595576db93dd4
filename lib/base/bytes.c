/* bytes: a growing, counted buffer; see bytes.h. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* Bytes that most of what is printed has room in. */
#define PRINTF_ROOM 128

int
bytes_reserve(struct bytes *b, size_t n)
{
	size_t want, cap;
	char *data;

	if (b->failed)
		return -1;
	if (n <= b->cap - b->len)
		return 0;
	if (n > SIZE_MAX / 2 - b->len) {
		b->failed = 1;
		return -1;
	}
	want = b->len + n;
	cap = b->cap < 256 ? 256 : b->cap;
	while (cap < want)
		cap += cap / 2;
	if ((data = realloc(b->data, cap)) == NULL) {
		b->failed = 1;
		return -1;
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

void
bytes_printf(struct bytes *b, const char *fmt, ...)
{
	size_t room = PRINTF_ROOM;
	va_list ap;
	int n;

	for (;;) {
		if (bytes_reserve(b, room) == -1)
			return;
		va_start(ap, fmt);
		n = vsnprintf(b->data + b->len, room, fmt, ap);
		va_end(ap);
		if (n >= 0 && (size_t)n < room)
			break;
		if (n < 0) {
			b->failed = 1;
			return;
		}
		/* Now it is known; the NUL behind it is not counted. */
		room = (size_t)n + 1;
	}
	b->len += (size_t)n;
}

void
bytes_drop(struct bytes *b, size_t n)
{
	if (n == 0)
		return;
	if (n >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
}

int
bytes_check(const struct bytes *b, struct fault *f)
{
	if (b->failed)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	return 0;
}

void
bytes_free(struct bytes *b)
{
	free(b->data);
	memset(b, 0, sizeof(*b));
}
