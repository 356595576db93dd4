/*
 * body: a request's body, read from whatever a door reads it from.
 */
#ifndef BODY_H
#define BODY_H

#include <stddef.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "http/request.h"

/* Where a body comes from. */
struct body_source {
	/* Up to n bytes: how many, 0 at the end, -1 when it broke off. */
	ssize_t (*read)(void *context, char *, size_t n);
	void *context;
};

/*
 * Read it to its end, keeping at most limit bytes; what is too large is read
 * and dropped, as some web servers answer for themselves when a body is left
 * unread.  content_length is the header's text, or NULL.
 */
enum request_body body_read(struct bytes *, const struct body_source *,
    const char *content_length, size_t limit) __attribute__((nonnull(1, 2)));

#endif
