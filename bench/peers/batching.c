/*
 * batching: a receiver that does no work, and syncs the deliveries that came
 * together at once.  A FastCGI responder that waits on many connections, takes
 * every request that is there as a whole, appends BYTES bytes for each to FILE
 * in one write, has them synced, both under a lock, and says 200 to each.  It
 * keeps a connection when it is asked to.
 *
 * usage: batching FILE BYTES, with the listening socket as fd 0
 */
#define _GNU_SOURCE
#include <fastcgi.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH_MAX 64
#define BYTES_MAX (256 << 10) /* a delivery */

struct connection {
	int fd;
	int keep;  /* it stays open after the answer */
	int whole; /* all of a request has come */
	FCGI_Header head;
	size_t at; /* in a record: its header and what follows */
};

/* What is written for a delivery; nobody reads it. */
static char rows[BATCH_MAX * BYTES_MAX];

static size_t
content_length(const FCGI_Header *h)
{
	return (size_t)h->contentLengthB1 << 8 | h->contentLengthB0;
}

/* Bytes of a record behind its header; the flags of a request are the third. */
static size_t
take_content(struct connection *c, const unsigned char *p, size_t n)
{
	const size_t flags = offsetof(FCGI_BeginRequestRecord, body.flags);
	size_t left = sizeof(c->head) + content_length(&c->head) +
	              c->head.paddingLength - c->at;

	if (n > left)
		n = left;
	if (c->head.type == FCGI_BEGIN_REQUEST && c->at <= flags &&
	    flags < c->at + n)
		c->keep = (p[flags - c->at] & FCGI_KEEP_CONN) != 0;
	c->at += n;
	if (n < left)
		return n;
	/* An empty record is the end of the body, and of the request. */
	if (c->head.type == FCGI_STDIN && content_length(&c->head) == 0)
		c->whole = 1;
	c->at = 0;
	return n;
}

static void
take(struct connection *c, const unsigned char *p, size_t n)
{
	size_t took;

	for (; n > 0; p += took, n -= took) {
		took = sizeof(c->head) - c->at;
		if (c->at >= sizeof(c->head)) {
			took = take_content(c, p, n);
			continue;
		}
		if (took > n)
			took = n;
		memcpy((char *)&c->head + c->at, p, took);
		c->at += took;
		if (c->at == sizeof(c->head))
			(void)take_content(c, p, 0);
	}
}

static void
end_connection(struct connection *c)
{
	(void)close(c->fd);
	free(c);
}

/* What the socket has; is a request whole by that? */
static int
read_some(struct connection *c)
{
	unsigned char piece[64 << 10];
	ssize_t n;

	do {
		n = read(c->fd, piece, sizeof(piece));
		if (n > 0)
			take(c, piece, (size_t)n);
	} while (n == (ssize_t)sizeof(piece));
	if (n == 0) {
		end_connection(c);
		return 0;
	}
	return c->whole;
}

static struct connection *
accept_one(int loop)
{
	struct connection *c;
	struct epoll_event event = {.events = EPOLLIN};
	int fd = accept4(FCGI_LISTENSOCK_FILENO, NULL, NULL, SOCK_NONBLOCK);

	if (fd == -1)
		return NULL;
	if ((c = calloc(1, sizeof(*c))) == NULL)
		exit(1);
	c->fd = fd;
	event.data.ptr = c;
	if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) == -1)
		exit(1);
	return c;
}

static void
answer(struct connection *c)
{
	static const char text[] = "Status: 200 OK\r\n"
				   "Content-Type: application/json\r\n\r\n"
				   "{\"status\":\"stored\"}\n";
	struct {
		FCGI_Header head;
		char text[sizeof(text) - 1];
		FCGI_Header end_of_text;
		FCGI_EndRequestRecord end;
	} said = {.head = {FCGI_VERSION_1, FCGI_STDOUT, .requestIdB0 = 1,
		      .contentLengthB0 = sizeof(said.text)},
	    .end_of_text = {FCGI_VERSION_1, FCGI_STDOUT, .requestIdB0 = 1},
	    .end.header = {FCGI_VERSION_1, FCGI_END_REQUEST, .requestIdB0 = 1,
		.contentLengthB0 = sizeof(said.end.body)}};

	memcpy(said.text, text, sizeof(said.text));
	c->whole = 0;
	if (write(c->fd, &said, sizeof(said)) != (ssize_t)sizeof(said) ||
	    !c->keep)
		end_connection(c);
}

/* Nothing is answered that is not on the disk. */
static void
keep_batch(int fd, struct connection **whole, size_t n, size_t bytes)
{
	size_t i;

	if (flock(fd, LOCK_EX) == -1 ||
	    write(fd, rows, n * bytes) != (ssize_t)(n * bytes) ||
	    fdatasync(fd) == -1 || flock(fd, LOCK_UN) == -1)
		exit(1);
	for (i = 0; i < n; i++)
		answer(whole[i]);
}

static void
serve(int loop, int fd, size_t bytes)
{
	struct epoll_event events[BATCH_MAX];
	struct connection *whole[BATCH_MAX], *c;
	size_t n;
	int i, ready;

	for (;;) {
		ready = epoll_wait(loop, events, BATCH_MAX, -1);
		for (i = 0, n = 0; i < ready; i++) {
			c = events[i].data.ptr;
			if (c == NULL)
				c = accept_one(loop);
			if (c != NULL && read_some(c))
				whole[n++] = c;
		}
		if (n > 0)
			keep_batch(fd, whole, n, bytes);
	}
}

int
main(int argc, char **argv)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	size_t bytes = argc == 3 ? (size_t)atol(argv[2]) : 0;
	int fd, loop, listening = FCGI_LISTENSOCK_FILENO;

	if (bytes == 0 || bytes > BYTES_MAX ||
	    (fd = open(argv[1], O_WRONLY | O_APPEND | O_CREAT, 0640)) == -1 ||
	    fcntl(listening, F_SETFL, O_NONBLOCK) == -1 ||
	    (loop = epoll_create1(0)) == -1 ||
	    epoll_ctl(loop, EPOLL_CTL_ADD, listening, &event) == -1)
		return 1;
	serve(loop, fd, bytes);
}
