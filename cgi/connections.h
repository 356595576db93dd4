/*
 * connections: all those of a worker, of which none can hold it.
 *
 * A request is ready once all of it is here.  Who is slow or silent costs a
 * descriptor for a while, and no worker.
 */
#ifndef CONNECTIONS_H
#define CONNECTIONS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "cgi/connection.h"

/*
 * As many as a worker has at once, at most; and no more than half the files
 * that it may open: the rest is for the stores.
 */
#define CONNECTIONS_MAX 512

/* So many of them are looked at in one turn. */
#define CONNECTIONS_EVENTS 64

/*
 * All of a request must be here so long after its first byte, in microseconds;
 * and a second longer for each so many bytes of it.
 */
#define CONNECTIONS_PATIENCE 60000000
#define CONNECTIONS_RATE     16384

struct connections {
	int listening;   /* the socket; -1: no more are taken */
	int watch;       /* of epoll */
	size_t max_body; /* what a body has beyond that is dropped; bytes */
	struct epoll_event events[CONNECTIONS_EVENTS];
	struct connection_list ready;   /* their requests are to be answered */
	struct connection_list waiting; /* for a request, the oldest first */
	struct connection_list idle;    /* kept, between two requests */
	size_t n;                       /* how many there are */
	size_t most;                    /* how many there may be */
	size_t held;                    /* bytes of memory that they have */
	int64_t looked;                 /* for slow ones, in ticks */
	int taken;                      /* in this turn, and to be kept */
	int shortages; /* of descriptors, one after the other */
	char *room;    /* for what is being read; owned */
};

/*
 * Begin with a listening socket, which becomes non-blocking.  0, or -1 with
 * errno set.
 */
int connections_open(struct connections *, int listening)
    __attribute__((nonnull, warn_unused_result));

/*
 * Wait up to so many milliseconds for something to come, with these signals let
 * through and no others.  Returns how many have something, or -1.
 */
int connections_wait(struct connections *, int milliseconds, const sigset_t *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Take what came to so many.  0, or -1 with errno set: no connection can be
 * accepted any more.
 */
int connections_take(struct connections *, int n)
    __attribute__((nonnull, warn_unused_result));

/* Is there a request that is ready? */
int connections_are_ready(const struct connections *) __attribute__((nonnull));

/*
 * The next one, off its list; NULL: there is none, or its body is larger than
 * most bytes.
 */
struct connection *connections_next(struct connections *, size_t most)
    __attribute__((nonnull, warn_unused_result));

/* Its request is read: forget what was collected of it. */
void connections_forget(struct connections *, struct connection *)
    __attribute__((nonnull));

/* Its answer is sent: go on with what comes by it, or close it. */
void connections_keep(struct connections *, struct connection *)
    __attribute__((nonnull));
void connections_close(struct connections *, struct connection *)
    __attribute__((nonnull));

/* Accept no more connections. */
void connections_stop(struct connections *) __attribute__((nonnull));

/* Let go of the idle ones: is there one that has begun a request? */
int connections_are_waiting(struct connections *) __attribute__((nonnull));

/* Wait for no more of them: what can be answered of it is ready now. */
void connections_give_up(struct connections *) __attribute__((nonnull));

void connections_end(struct connections *) __attribute__((nonnull));

#endif
