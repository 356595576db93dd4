/* fcgirecords: FastCGI records as bytes; see fcgirecords.h. */
#include <fastcgi.h>
#include <string.h>

#include "cgi/fcgirecords.h"

/* More parameters than any web server lets through, in bytes. */
#define PARAMS_MAX (1 << 20)

/* One record; data is what stands behind its header. */
struct one {
	int version;
	int type;
	int id;
	size_t n;    /* bytes of content */
	size_t size; /* of all of it, header and padding too */
	const unsigned char *content;
};

/* The record at p, of which n bytes are there; 0: it isn't whole yet. */
static int
look(struct one *r, const char *p, size_t n)
{
	const unsigned char *h = (const unsigned char *)p;

	if (n < FCGI_HEADER_LEN)
		return 0;
	r->version = h[0];
	r->type = h[1];
	r->id = h[2] << 8 | h[3];
	r->n = (size_t)h[4] << 8 | h[5];
	r->size = FCGI_HEADER_LEN + r->n + h[6];
	r->content = h + FCGI_HEADER_LEN;
	return r->size <= n;
}

/* A record of a request: how far has that come with it?  0, or -1. */
static int
count(struct fcgirecords *s, const struct one *r)
{
	if (r->version != FCGI_VERSION_1 || r->id == FCGI_NULL_REQUEST_ID)
		return -1;
	if (s->id == 0) {
		if (r->type != FCGI_BEGIN_REQUEST ||
		    r->n < sizeof(FCGI_BeginRequestBody) ||
		    (r->content[0] << 8 | r->content[1]) != FCGI_RESPONDER)
			return -1;
		s->id = r->id;
		s->keep = (r->content[2] & FCGI_KEEP_CONN) != 0;
		return 0;
	}
	if (r->id != s->id || r->type != (s->params ? FCGI_STDIN : FCGI_PARAMS))
		return -1;
	if (s->params) {
		s->whole = r->n == 0;
		s->body += r->n;
	} else {
		s->params = r->n == 0;
	}
	return 0;
}

/* Neighbours of one stream become one record, as long as it has room. */
static int
join(struct fcgirecords *s, struct bytes *b, const struct one *r)
{
	unsigned char *h = (unsigned char *)b->data + s->last;
	size_t n;

	if (s->taken == s->last || h[1] != r->type || r->n == 0)
		return 0;
	n = (size_t)h[4] << 8 | h[5];
	if (n == 0 || n + r->n > FCGI_MAX_LENGTH)
		return 0;
	memmove(h + FCGI_HEADER_LEN + n, r->content, r->n);
	n += r->n;
	h[4] = (unsigned char)(n >> 8);
	h[5] = (unsigned char)n;
	h[6] = 0;
	s->taken = s->last + FCGI_HEADER_LEN + n;
	return 1;
}

/* Keep a record of the request, at the end of those that are kept. */
static void
keep(struct fcgirecords *s, struct bytes *b, const struct one *r)
{
	if (join(s, b, r))
		return;
	memmove(b->data + s->taken, r->content - FCGI_HEADER_LEN, r->size);
	s->last = s->taken;
	s->taken += r->size;
}

static void
add_header(struct bytes *b, int type, int id, size_t n)
{
	char head[FCGI_HEADER_LEN] = {FCGI_VERSION_1, (char)type};

	head[2] = (char)(id >> 8);
	head[3] = (char)id;
	head[4] = (char)(n >> 8);
	head[5] = (char)n;
	bytes_add(b, head, sizeof(head));
}

/*
 * Section 4: of what a web server may ask for, such as FCGI_MAX_CONNS, we have
 * nothing to say; and other records of no request we don't know.
 */
static void
answer_management(const struct one *r, struct bytes *reply)
{
	char body[sizeof(FCGI_UnknownTypeBody)] = {(char)r->type};

	if (r->type == FCGI_GET_VALUES) {
		add_header(reply, FCGI_GET_VALUES_RESULT, 0, 0);
		return;
	}
	add_header(reply, FCGI_UNKNOWN_TYPE, 0, sizeof(body));
	bytes_add(reply, body, sizeof(body));
}

int
fcgirecords_take(
    struct fcgirecords *s, struct bytes *b, size_t limit, struct bytes *reply)
{
	size_t at = s->taken;
	struct one r;
	int rc = 0;

	while (!s->whole && rc == 0 && look(&r, b->data + at, b->len - at)) {
		at += r.size;
		if (r.version == FCGI_VERSION_1 &&
		    r.id == FCGI_NULL_REQUEST_ID) {
			answer_management(&r, reply);
			continue;
		}
		if ((rc = count(s, &r)) == 0) {
			if (r.n == 0 || !s->params || s->body - r.n <= limit)
				keep(s, b, &r);
			else
				s->dropped = 1;
		}
		if (!s->params && s->taken > PARAMS_MAX)
			rc = -1;
	}
	if (at != s->taken) {
		memmove(b->data + s->taken, b->data + at, b->len - at);
		b->len -= at - s->taken;
	}
	return rc;
}

int
fcgirecords_are_request(struct fcgirecords *s, const char *p, size_t n)
{
	size_t at = 0;
	struct one r;

	while (!s->whole && look(&r, p + at, n - at)) {
		if (count(s, &r) == -1)
			return 0;
		at += r.size;
	}
	return s->whole && at == n;
}

void
fcgirecords_add_stream(
    struct bytes *b, int type, int id, const struct bytes *content)
{
	size_t done = 0, n;

	do {
		n = content->len - done;
		if (n > FCGI_MAX_LENGTH)
			n = FCGI_MAX_LENGTH;
		add_header(b, type, id, n);
		bytes_add(b, content->data + done, n);
		done += n;
	} while (n > 0);
}

void
fcgirecords_add_end(struct bytes *b, int id)
{
	/* Its status is 0, and FCGI_REQUEST_COMPLETE is too. */
	static const char body[sizeof(FCGI_EndRequestBody)];

	add_header(b, FCGI_END_REQUEST, id, sizeof(body));
	bytes_add(b, body, sizeof(body));
}
