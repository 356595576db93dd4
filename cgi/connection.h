/*
 * connection: one of a web server's, and the request that comes by it.
 *
 * What comes is read without ever waiting for it.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/bytes.h"
#include "cgi/fcgirecords.h"
#include "http/request.h"

TAILQ_HEAD(connection_list, connection);

struct connection {
	TAILQ_ENTRY(connection) entry;
	struct connection_list *list; /* that it is on; NULL: none */
	int fd;
	int watched;   /* epoll tells of it */
	int64_t since; /* when the request began to come, in ticks */
	size_t came;   /* bytes since then */
	struct fcgirecords records; /* of the request */
	struct bytes in;            /* they, and what came behind them */
	int peeked;                 /* the request lies in the socket still */
	enum request_body state;    /* WHOLE, or why no more of it will come */
};

/* For what is being read; of no meaning between two calls. */
#define CONNECTION_ROOM (128 * 1024)

enum connection_news {
	CONNECTION_WHOLE, /* all of a request is here */
	CONNECTION_MORE,  /* more of it is to come */
	CONNECTION_ENDED, /* the other side will send no more */
	CONNECTION_BAD    /* broken, or it isn't FastCGI: of no use */
};

/* NULL: out of memory; then fd is closed. */
struct connection *connection_new(int fd);

/*
 * Read what came.  A request that is whole at first sight and has room in
 * room is left in the socket, for libfcgi to read; of one that isn't, what is
 * beyond max_body is dropped.
 */
enum connection_news
connection_read(struct connection *, char room[static CONNECTION_ROOM],
    size_t max_body) __attribute__((nonnull));

/* What was collected of the request isn't needed any more. */
void connection_forget(struct connection *) __attribute__((nonnull));

/*
 * The request is answered: begin the next one, with what came of it.  As
 * connection_read(), but that nothing is read.
 */
enum connection_news
connection_begin(struct connection *, size_t max_body) __attribute__((nonnull));

void connection_free(struct connection *);

#endif
