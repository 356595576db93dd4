/* connection: one of a web server's; see connection.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utc.h"
#include "cgi/connection.h"

/* Read so much at once, bytes; and so many of them before others have a turn.
 */
#define PIECE  65536
#define PIECES 4

struct connection *
connection_new(int fd)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		(void)close(fd);
		return NULL;
	}
	c->fd = fd;
	c->since = utc_ticks();
	return c;
}

/* Say it now or never; -1: the connection is of no use. */
static int
say(const struct connection *c, const struct bytes *b)
{
	if (b->len == 0)
		return 0;
	return b->failed || send(c->fd, b->data, b->len,
				MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)b->len
	           ? -1
	           : 0;
}

/* Take the records out of what came. */
static enum connection_news
take(struct connection *c, size_t max_body)
{
	struct bytes reply = {0};
	int rc = -1;

	if (!c->in.failed &&
	    fcgirecords_take(&c->records, &c->in, max_body, &reply) == 0)
		rc = say(c, &reply);
	bytes_free(&reply);
	if (rc == -1)
		return CONNECTION_BAD;
	return c->records.whole ? CONNECTION_WHOLE : CONNECTION_MORE;
}

static enum connection_news
collect(struct connection *c, char *room, size_t max_body)
{
	enum connection_news news = CONNECTION_MORE;
	ssize_t n = PIECE;
	int i;

	for (i = 0; i < PIECES && n == PIECE && news == CONNECTION_MORE; i++) {
		n = recv(c->fd, room, PIECE, MSG_DONTWAIT);
		if (n == 0)
			return CONNECTION_ENDED;
		if (n == -1)
			return errno == EAGAIN || errno == EINTR
			           ? CONNECTION_MORE
			           : CONNECTION_BAD;
		c->came += (size_t)n;
		bytes_add(&c->in, room, (size_t)n);
		news = take(c, max_body);
	}
	return news;
}

/* Does all of a request lie in the socket, and nothing else? */
static int
peek(struct connection *c, char *room)
{
	struct fcgirecords whole = {0};
	ssize_t n = recv(c->fd, room, CONNECTION_ROOM, MSG_PEEK | MSG_DONTWAIT);

	if (n <= 0 || !fcgirecords_are_request(&whole, room, (size_t)n))
		return 0;
	c->records = whole;
	c->peeked = 1;
	return 1;
}

enum connection_news
connection_read(
    struct connection *c, char room[static CONNECTION_ROOM], size_t max_body)
{
	if (c->in.len == 0 && peek(c, room))
		return CONNECTION_WHOLE;
	return collect(c, room, max_body);
}

void
connection_forget(struct connection *c)
{
	if (!c->peeked)
		bytes_drop(&c->in, c->records.taken);
	if (c->in.len == 0)
		bytes_free(&c->in);
	c->records.taken = 0;
}

enum connection_news
connection_begin(struct connection *c, size_t max_body)
{
	connection_forget(c);
	memset(&c->records, 0, sizeof(c->records));
	c->peeked = 0;
	c->came = c->in.len;
	c->since = utc_ticks();
	return c->in.len == 0 ? CONNECTION_MORE : take(c, max_body);
}

void
connection_free(struct connection *c)
{
	if (c == NULL)
		return;
	(void)close(c->fd);
	bytes_free(&c->in);
	free(c);
}
