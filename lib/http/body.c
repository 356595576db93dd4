/* body: a request's body; see body.h. */
#include "http/body.h"

#define PIECE 65536 /* bytes a read */

static enum request_body
drain(const struct body_source *from, enum request_body state)
{
	char piece[PIECE];

	while (from->read(from->context, piece, sizeof(piece)) > 0)
		continue;
	return state;
}

/*
 * The body is as long as it said, or it said nothing: then the signature is
 * what holds it against.
 */
static enum request_body
compare_length(size_t got, size_t expected, int unknown)
{
	if (unknown || got == expected)
		return REQUEST_BODY_WHOLE;
	return got < expected ? REQUEST_BODY_SHORT : REQUEST_BODY_MISMATCHED;
}

enum request_body
body_read(struct bytes *body, const struct body_source *from,
    const char *content_length, size_t limit)
{
	enum request_body state;
	size_t expected;
	ssize_t n;
	int unknown;

	state = request_length(content_length, limit, &expected, &unknown);
	if (state != REQUEST_BODY_WHOLE)
		return drain(from, state);
	/* One byte more: the read that finds the end needs room as well. */
	(void)bytes_reserve(body, expected + 1);
	for (;;) {
		if (body->cap - body->len < PIECE / 8)
			(void)bytes_reserve(body, PIECE);
		if (body->failed)
			return drain(from, REQUEST_BODY_NO_MEMORY);
		n = from->read(from->context, body->data + body->len,
		    body->cap - body->len);
		if (n <= 0)
			break;
		body->len += (size_t)n;
		if (body->len > limit) {
			bytes_reset(body);
			return drain(from, REQUEST_BODY_TOO_LARGE);
		}
	}
	state = n == -1 ? REQUEST_BODY_SHORT
	                : compare_length(body->len, expected, unknown);
	if (state != REQUEST_BODY_WHOLE)
		bytes_reset(body);
	return state;
}
