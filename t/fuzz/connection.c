/*
 * A connection: requests that come by it one behind the other are the same,
 * however the bytes come, and wherever a request is read from.
 */
#include <sys/socket.h>

#include "fuzz.h"

#include "cgi/connection.h"
#include "memory.h"

/* What was heard of a connection: the bytes of each request, and its end. */
struct heard {
	struct bytes requests, answers;
	enum connection_news last;
	int n;
};

/* The request is whole: where it lies, read it as libfcgi would. */
static void
note_request(struct heard *h, struct connection *c)
{
	static char text[CONNECTION_ROOM];
	struct fcgirecords r = {0};
	struct bytes copy = {0}, none = {0};
	size_t n = c->records.taken;

	if (c->peeked) {
		n = (size_t)recv(c->fd, text, sizeof(text), MSG_DONTWAIT);
		bytes_add(&copy, text, n);
	} else {
		bytes_add(&copy, c->in.data, n);
	}
	/* In its shortest form, which one that was peeked at may not have. */
	HOLDS(fcgirecords_take(&r, &copy, SIZE_MAX, &none) == 0);
	HOLDS(r.whole && r.taken == copy.len && none.len == 0);
	HOLDS(r.id == c->records.id && r.keep == c->records.keep);
	bytes_add(&h->requests, copy.data, copy.len);
	bytes_free(&copy);
	h->n++;
}

/* Go on until nothing more can come of what was sent. */
static enum connection_news
listen_to(struct heard *h, struct connection *c, size_t limit)
{
	static char room[CONNECTION_ROOM];
	enum connection_news news;

	memory_begin();
	news = connection_read(c, room, limit);

	while (news == CONNECTION_WHOLE) {
		note_request(h, c);
		/* A worker that has nothing to do gives its memory back. */
		if (h->n % 2 == 1)
			connection_forget(c);
		HOLDS(memory_most <= 4 * limit);
		news = connection_begin(c, limit);
	}
	return news;
}

static void
hear(struct heard *h, const uint8_t *s, size_t n, size_t limit, size_t most)
{
	char answers[4096];
	struct connection *c;
	size_t i, piece;
	ssize_t got;
	int fds[2];

	memset(h, 0, sizeof(*h));
	HOLDS(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	HOLDS((c = connection_new(fds[0])) != NULL);
	h->last = CONNECTION_MORE;
	for (i = 0; i < n && h->last == CONNECTION_MORE; i += piece) {
		piece = 1 + (i * 11 + most) % most;
		if (piece > n - i)
			piece = n - i;
		HOLDS(send(fds[1], s + i, piece, MSG_DONTWAIT | MSG_NOSIGNAL) ==
		      (ssize_t)piece);
		h->last = listen_to(h, c, limit);
	}
	if (h->last == CONNECTION_MORE) {
		HOLDS(listen_to(h, c, limit) == CONNECTION_MORE);
		HOLDS(shutdown(fds[1], SHUT_WR) == 0);
		h->last = listen_to(h, c, limit);
		HOLDS(h->last == CONNECTION_ENDED);
	}
	while ((got = recv(fds[1], answers, sizeof(answers), MSG_DONTWAIT)) > 0)
		bytes_add(&h->answers, answers, (size_t)got);
	connection_free(c);
	(void)close(fds[1]);
}

/* What must be heard: the requests of all the bytes, one behind the other. */
static void
read_requests(struct heard *h, const uint8_t *s, size_t n, size_t limit)
{
	struct fcgirecords r = {0};
	struct bytes all = {0}, none = {0};

	memset(h, 0, sizeof(*h));
	bytes_add(&all, s, n);
	while (all.len > 0 && fcgirecords_take(&r, &all, limit, &none) == 0 &&
	       r.whole) {
		bytes_add(&h->requests, all.data, r.taken);
		bytes_drop(&all, r.taken);
		memset(&r, 0, sizeof(r));
		h->n++;
	}
	bytes_free(&all);
	bytes_free(&none);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input in = {data, n};
	/* One that is peeked at isn't shortened, so that no body may be. */
	size_t limit = 65536, most = 1 + take_byte(&in);
	struct heard one, many, expected;

	read_requests(&expected, in.s, in.n, limit);
	hear(&one, in.s, in.n, limit, in.n + 1);
	hear(&many, in.s, in.n, limit, most);
	HOLDS(one.last == many.last && one.n == many.n);
	HOLDS(one.n == expected.n);
	HOLDS(same(one.requests.data, one.requests.len, expected.requests.data,
	    expected.requests.len));
	HOLDS(same(one.requests.data, one.requests.len, many.requests.data,
	    many.requests.len));
	HOLDS(one.last == CONNECTION_BAD ||
	      same(one.answers.data, one.answers.len, many.answers.data,
		  many.answers.len));
	bytes_free(&one.requests);
	bytes_free(&one.answers);
	bytes_free(&many.requests);
	bytes_free(&many.answers);
	bytes_free(&expected.requests);
	return 0;
}
