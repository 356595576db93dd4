/* connections: those of a web server to one worker; see connections.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utc.h"
#include "cgi/connections.h"

/* How often to look for those that are too slow. */
#define LOOK_EVERY UTC_SECOND

/* What is waited for holds no more than this, or two of the largest bodies. */
#define HELD_MAX (1 << 20)

/* Who holds no more than so many bytes needs not give way. */
#define SMALL 65536

/*
 * So many of those that are to be kept are accepted in one turn: a worker that
 * took as many as there are would have all of them, and the others none.
 */
#define KEPT_TAKEN 4

/* accept(2) out of descriptors or memory: how often and how long to wait. */
#define SHORTAGES 100
#define PAUSE_MS  100

/* How many connections there may be. */
static size_t
most_connections(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    files.rlim_cur / 2 > CONNECTIONS_MAX)
		return CONNECTIONS_MAX;
	return (size_t)files.rlim_cur / 2;
}

int
connections_open(struct connections *all, int listening)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	int flags = fcntl(listening, F_GETFL);

	memset(all, 0, sizeof(*all));
	all->watch = -1;
	TAILQ_INIT(&all->ready);
	TAILQ_INIT(&all->waiting);
	TAILQ_INIT(&all->idle);
	all->listening = listening;
	all->most = most_connections();
	/* Not blocking: another worker may be faster to take a connection. */
	if (flags == -1 || fcntl(listening, F_SETFL, flags | O_NONBLOCK) == -1)
		return -1;
	if ((all->room = malloc(CONNECTION_ROOM)) == NULL ||
	    (all->watch = epoll_create1(EPOLL_CLOEXEC)) == -1)
		return -1;
	/* Of all workers that wait, a connection wakes one. */
	return epoll_ctl(all->watch, EPOLL_CTL_ADD, listening, &event);
}

static void
move(struct connection *c, struct connection_list *to)
{
	if (c->list == to)
		return;
	if (c->list != NULL)
		TAILQ_REMOVE(c->list, c, entry);
	if (to != NULL)
		TAILQ_INSERT_TAIL(to, c, entry);
	c->list = to;
}

void
connections_close(struct connections *all, struct connection *c)
{
	move(c, NULL);
	all->held -= c->in.cap;
	all->n--;
	connection_free(c);
}

/* Have epoll tell of it; 0, or -1 when that can't be. */
static int
watch(const struct connections *all, struct connection *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

	if (!c->watched &&
	    epoll_ctl(all->watch, EPOLL_CTL_ADD, c->fd, &event) == -1)
		return -1;
	c->watched = 1;
	return 0;
}

/*
 * No more of it will come.  Where its parameters are here it can be answered;
 * else nobody could tell what was asked.
 */
static void
break_off(
    struct connections *all, struct connection *c, enum request_body state)
{
	if (!c->records.params) {
		connections_close(all, c);
		return;
	}
	c->state = state;
	move(c, &all->ready);
}

/*
 * The memory is for requests that come fast: the one that began first gives
 * way.
 */
static void
give_memory(struct connections *all)
{
	struct connection *c, *next;
	size_t held = all->held, most = HELD_MAX;

	if (most < 2 * all->max_body)
		most = 2 * all->max_body;
	for (c = TAILQ_FIRST(&all->waiting); c != NULL && held > most;
	     c = next) {
		next = TAILQ_NEXT(c, entry);
		if (c->in.cap <= SMALL)
			continue;
		held -= c->in.cap;
		break_off(all, c, REQUEST_BODY_SLOW);
	}
}

/* So that another one has room: one is closed.  0: there is none. */
static int
give_descriptor(struct connections *all)
{
	struct connection *c = TAILQ_FIRST(&all->idle);

	if (c == NULL)
		c = TAILQ_FIRST(&all->waiting);
	if (c == NULL)
		return 0;
	connections_close(all, c);
	return 1;
}

/* Where does the news leave it?  before: how much memory it had. */
static void
settle(struct connections *all, struct connection *c, size_t before,
    enum connection_news news)
{
	all->held += c->in.cap - before;
	if (news == CONNECTION_WHOLE) {
		all->taken += c->records.keep;
		c->state = REQUEST_BODY_WHOLE;
		move(c, &all->ready);
	} else if (news == CONNECTION_ENDED) {
		break_off(all, c, REQUEST_BODY_SHORT);
	} else if (news == CONNECTION_BAD || watch(all, c) == -1) {
		connections_close(all, c);
	} else if (c->list != &all->idle || c->in.len > 0) {
		move(c, &all->waiting);
	}
}

/* See what came. */
static void
look(struct connections *all, struct connection *c)
{
	size_t before = c->in.cap;

	settle(all, c, before, connection_read(c, all->room, all->max_body));
}

/* Can accept(2) work again when something else was closed? */
static int
is_shortage(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS ||
	       err == ENOMEM;
}

/* No connection was accepted: is that no fault?  0, or -1 with errno set. */
static int
excuse(struct connections *all, int err)
{
	if (is_shortage(err) && all->shortages++ < SHORTAGES) {
		if (!give_descriptor(all))
			(void)poll(NULL, 0, PAUSE_MS);
		return 0;
	}
	errno = err;
	return err == EAGAIN || err == EINTR || err == ECONNABORTED ? 0 : -1;
}

/* Take the connections that there are.  0, or -1 with errno set. */
static int
take_connections(struct connections *all)
{
	struct connection *c;
	int fd, i;

	all->taken = 0;
	for (i = 0; i < CONNECTIONS_EVENTS && all->taken < KEPT_TAKEN &&
		    all->listening != -1;
	     i++) {
		fd = accept4(
		    all->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd == -1)
			return excuse(all, errno);
		all->shortages = 0;
		if (all->n >= all->most)
			(void)give_descriptor(all);
		if ((c = connection_new(fd)) == NULL)
			return 0;
		all->n++;
		look(all, c);
	}
	return 0;
}

/* Those that take too long. */
static void
look_for_slow(struct connections *all)
{
	int64_t now = utc_ticks();
	struct connection *c, *next;

	if (now - all->looked < LOOK_EVERY)
		return;
	all->looked = now;
	for (c = TAILQ_FIRST(&all->waiting); c != NULL; c = next) {
		next = TAILQ_NEXT(c, entry);
		if (now - c->since >
		    CONNECTIONS_PATIENCE +
			(int64_t)(c->came / CONNECTIONS_RATE) * UTC_SECOND)
			break_off(all, c, REQUEST_BODY_SLOW);
	}
}

int
connections_wait(
    struct connections *all, int milliseconds, const sigset_t *signals)
{
	return epoll_pwait(
	    all->watch, all->events, CONNECTIONS_EVENTS, milliseconds, signals);
}

int
connections_take(struct connections *all, int n)
{
	struct connection *c;
	int i, rc, come = n == 0;

	/* Until this is through, no connection is closed but its own. */
	for (i = 0; i < n; i++) {
		if ((c = all->events[i].data.ptr) == NULL) {
			come = 1;
			continue;
		}
		if (c->list == &all->idle)
			c->since = utc_ticks();
		look(all, c);
	}
	/* A worker that died before it took a connection has woken nobody. */
	rc = come ? take_connections(all) : 0;
	look_for_slow(all);
	give_memory(all);
	return rc;
}

int
connections_are_ready(const struct connections *all)
{
	return !TAILQ_EMPTY(&all->ready);
}

struct connection *
connections_next(struct connections *all, size_t most)
{
	struct connection *c = TAILQ_FIRST(&all->ready);

	if (c == NULL || c->records.body > most)
		return NULL;
	move(c, NULL);
	return c;
}

void
connections_forget(struct connections *all, struct connection *c)
{
	all->held -= c->in.cap;
	connection_forget(c);
	all->held += c->in.cap;
}

void
connections_keep(struct connections *all, struct connection *c)
{
	size_t before = c->in.cap;

	if (all->listening == -1) {
		connections_close(all, c);
		return;
	}
	move(c, &all->idle);
	settle(all, c, before, connection_begin(c, all->max_body));
}

void
connections_stop(struct connections *all)
{
	(void)epoll_ctl(all->watch, EPOLL_CTL_DEL, all->listening, NULL);
	all->listening = -1;
}

int
connections_are_waiting(struct connections *all)
{
	struct connection *c;

	while ((c = TAILQ_FIRST(&all->idle)) != NULL) {
		/* epoll tells of so many in one turn; there may be more. */
		c->since = utc_ticks();
		look(all, c);
		if (c == TAILQ_FIRST(&all->idle))
			connections_close(all, c);
	}
	return !TAILQ_EMPTY(&all->waiting);
}

void
connections_give_up(struct connections *all)
{
	struct connection *c, *next;

	for (c = TAILQ_FIRST(&all->waiting); c != NULL; c = next) {
		next = TAILQ_NEXT(c, entry);
		break_off(all, c, REQUEST_BODY_STOPPED);
	}
}

void
connections_end(struct connections *all)
{
	struct connection *c;

	while ((c = TAILQ_FIRST(&all->ready)) != NULL ||
	       (c = TAILQ_FIRST(&all->waiting)) != NULL ||
	       (c = TAILQ_FIRST(&all->idle)) != NULL)
		connections_close(all, c);
	(void)close(all->watch);
	free(all->room);
}
