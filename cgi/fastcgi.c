/* fastcgi: requests from a web server's socket (libfcgi); see doors.h. */
#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/process.h"
#include "cgi/connections.h"
#include "cgi/doors.h"
#include "http/body.h"

#define LISTEN_FD 0 /* FastCGI 1.0 section 2.2: FCGI_LISTENSOCK_FILENO */

/*
 * Who was woken for a connection may die before taking it: the others look
 * after so long.
 */
#define LOOK_MS 1000

/* For so long the rest of a request may come once we are to stop, in ticks. */
#define GRACE UTC_SECOND

/* Requests that are answered at once: so many, or so many bytes of body. */
#define BATCH       64
#define BATCH_BYTES (1 << 20)

/* What a larger request needed is given back, bytes. */
#define SMALL 65536

/* One request of a batch. */
struct job {
	FCGX_Request fcgi;
	struct connection *connection;
	struct request request;
	struct response response;
	struct bytes body;
};

struct worker {
	struct intake *intake;
	int to_stderr;
	struct connections connections;
	int spool; /* a file in memory that libfcgi reads from; -1: none yet */
	struct job jobs[BATCH];
	struct intake_item items[BATCH];
	size_t n;                     /* how many of them are in hand */
	int rested;                   /* nothing came for a while */
	struct bytes line, head, out; /* of an answer */
};

/* What a signal handler has to reach; nothing else here is global. */
static volatile sig_atomic_t stopping;

/*
 * What supervisors stop their children with: systemd and lighttpd, a
 * terminal, multiwatch -s TERM (its 1.0.0 is off by one name), multiwatch.
 */
static const int stop_signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR1};
#define STOP_SIGNALS (sizeof(stop_signals) / sizeof(stop_signals[0]))

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

/*
 * In place of libfcgi's own handlers, which interrupt every call.  The signals
 * come while we wait, with that mask, and at no other time: none is missed.
 */
static void
catch_signals(sigset_t *waiting)
{
	struct sigaction sa;
	sigset_t stops;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_stop;
	sa.sa_flags = SA_RESTART;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigemptyset(&stops);
	for (i = 0; i < STOP_SIGNALS; i++)
		(void)sigaddset(&stops, stop_signals[i]);
	(void)sigprocmask(SIG_BLOCK, &stops, waiting);
	for (i = 0; i < STOP_SIGNALS; i++) {
		(void)sigdelset(waiting, stop_signals[i]);
		(void)sigaction(stop_signals[i], &sa, NULL);
	}
	sa.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &sa, NULL);
}

int
fastcgi_is(void)
{
	return !FCGX_IsCGI();
}

static ssize_t
read_stream(void *context, char *out, size_t n)
{
	FCGX_Stream *in = context;
	int got = FCGX_GetStr(out, n > 1 << 20 ? 1 << 20 : (int)n, in);

	/* End and error look alike to FCGX_GetStr. */
	return got > 0 ? got : FCGX_GetError(in) == 0 ? 0 : -1;
}

/*
 * Where libfcgi can read a request, all of it and nothing behind it; -1 when
 * that can't be made.
 */
static int
source(struct worker *w, const struct connection *c)
{
	size_t done = 0, size = c->records.taken;
	ssize_t n;

	if (c->peeked)
		return c->fd;
	if (w->spool == -1)
		w->spool = memfd_create("request", MFD_CLOEXEC);
	if (w->spool == -1)
		return -1;
	for (; done < size; done += (size_t)n)
		if ((n = pwrite(w->spool, c->in.data + done, size - done,
			 (off_t)done)) <= 0)
			return -1;
	return lseek(w->spool, 0, SEEK_SET) == -1 ? -1 : w->spool;
}

/* It is read: its memory is for others, and nothing of it is for the next. */
static void
empty_source(struct worker *w, struct connection *c)
{
	connections_forget(&w->connections, c);
	if (ftruncate(w->spool, 0) == -1) {
		(void)close(w->spool);
		w->spool = -1;
	}
}

/* libfcgi closes what it can't read a request from. */
static void
drop_source(struct worker *w, struct connection *c)
{
	if (c->peeked)
		c->fd = -1;
	else
		w->spool = -1;
}

static enum request_body
why_short(const struct job *j)
{
	const struct connection *c = j->connection;

	if (c->state != REQUEST_BODY_WHOLE)
		return c->state;
	/* The limit may have been another one while it came. */
	return c->records.dropped ? REQUEST_BODY_TOO_LARGE : REQUEST_BODY_SHORT;
}

static void
read_body(struct job *j, size_t limit)
{
	const struct body_source from = {read_stream, j->fcgi.in};
	struct request *r = &j->request;

	r->state = body_read(&j->body, &from, r->length, limit);
	if (r->state == REQUEST_BODY_SHORT)
		r->state = why_short(j);
	r->body = j->body.len == 0 ? "" : j->body.data;
	r->body_len = j->body.len;
	r->received = utc_now();
}

/*
 * Have libfcgi read a request.  All of it is here, so that it never waits.  0,
 * or -1: it can't be read, and its connection is closed.
 */
static int
read_request(struct worker *w, struct job *j, struct connection *c)
{
	int fd = source(w, c);

	if (fd != -1) {
		j->fcgi.ipcFd = fd;
		j->fcgi.keepConnection = 1; /* it closes that of before */
		/* It would wait for the other side to close as well. */
		FCGX_Detach(&j->fcgi);
		if (FCGX_Accept_r(&j->fcgi) == 0) {
			memset(&j->request, 0, sizeof(j->request));
			memset(&j->response, 0, sizeof(j->response));
			j->connection = c;
			request_environment(&j->request, j->fcgi.envp);
			read_body(j, w->connections.max_body);
			if (!c->peeked)
				empty_source(w, c);
			return 0;
		}
		drop_source(w, c);
	}
	connections_close(&w->connections, c);
	return -1;
}

/*
 * Answer and log line as one write, and not by libfcgi's streams: those make
 * three of it, with the web server woken by each, and break a line off every
 * 504 bytes.
 */
static void
make_answer(struct worker *w, struct job *j)
{
	int id = j->connection->records.id;

	bytes_reset(&w->line);
	bytes_reset(&w->head);
	bytes_reset(&w->out);
	response_write(&j->response, &w->head);
	response_log(&j->response, j->body.len,
	    utc_ticks() - j->connection->since, &w->line);
	if (j->response.body.failed || w->head.failed) {
		bytes_reset(&w->head);
		bytes_adds(&w->head, RESPONSE_NO_MEMORY);
	}
	if (w->to_stderr)
		(void)fwrite(w->line.data, 1, w->line.len, stderr);
	else
		fcgirecords_add_stream(&w->out, FCGI_STDERR, id, &w->line);
	fcgirecords_add_stream(&w->out, FCGI_STDOUT, id, &w->head);
	fcgirecords_add_end(&w->out, id);
}

/* Never waits: a web server has room for an answer, or is of no use. */
static void
send_answer(struct worker *w, struct connection *c)
{
	ssize_t n = -1;

	if (!w->out.failed)
		n = write(c->fd, w->out.data, w->out.len);
	if (n == (ssize_t)w->out.len && c->records.keep &&
	    c->state == REQUEST_BODY_WHOLE)
		connections_keep(&w->connections, c);
	else
		connections_close(&w->connections, c);
}

/*
 * Read as many requests as a batch has room for.  A large one comes after those
 * that it would keep waiting.
 */
static void
read_batch(struct worker *w)
{
	struct connection *c;
	size_t bytes = 0;

	w->n = 0;
	while (w->n < BATCH &&
	       (c = connections_next(&w->connections,
		    w->n == 0 ? SIZE_MAX : BATCH_BYTES - bytes)) != NULL) {
		if (read_request(w, &w->jobs[w->n], c) == -1)
			continue;
		w->items[w->n].request = &w->jobs[w->n].request;
		w->items[w->n].response = &w->jobs[w->n].response;
		bytes += w->jobs[w->n++].body.len;
		if (bytes > BATCH_BYTES)
			break;
	}
}

static void
answer_batch(struct worker *w)
{
	struct job *j;

	read_batch(w);
	intake_answer_many(w->intake, w->items, w->n);
	for (j = w->jobs; j < w->jobs + w->n; j++) {
		make_answer(w, j);
		send_answer(w, j->connection);
		FCGX_Free(&j->fcgi, 0);
		response_free(&j->response);
		if (j->body.cap > SMALL)
			bytes_free(&j->body);
		bytes_reset(&j->body);
	}
}

/* Nothing came for a while: give back what was kept for the next ones. */
static void
rest(struct worker *w)
{
	size_t i;

	for (i = 0; i < BATCH; i++)
		bytes_free(&w->jobs[i].body);
	intake_rest(w->intake);
	process_give_memory_back();
}

/*
 * Wait for requests, and answer those that are here: all of them by one batch,
 * mostly.  0, or -1 with errno set.
 */
static int
work(struct worker *w, int milliseconds, const sigset_t *waiting)
{
	struct connections *all = &w->connections;
	int rc, err, n = connections_wait(all, milliseconds, waiting);

	if (n == 0 && !w->rested)
		rest(w);
	w->rested = n == 0;
	all->max_body = intake_begin(w->intake);
	rc = connections_take(all, n);
	err = errno;
	while (connections_are_ready(all))
		answer_batch(w);
	errno = err;
	return rc;
}

/* Requests that have begun may still come, for a while; no others are taken. */
static void
finish(struct worker *w, const sigset_t *waiting)
{
	int64_t end = utc_ticks() + GRACE, left = 0;

	connections_stop(&w->connections);
	while (work(w, (int)(left / 1000), waiting) == 0 &&
	       connections_are_waiting(&w->connections) &&
	       (left = end - utc_ticks()) > 0)
		continue;
	connections_give_up(&w->connections);
	while (connections_are_ready(&w->connections))
		answer_batch(w);
}

static int
complain(const char *what, int err)
{
	(void)fprintf(stderr, "leadsheet.fcgi: %s: %s\n", what, strerror(err));
	return EX_OSERR;
}

static int
serve(struct worker *w, const sigset_t *waiting)
{
	if (connections_open(&w->connections, LISTEN_FD) == -1)
		return complain("the listening socket", errno);
	while (!stopping)
		if (work(w, LOOK_MS, waiting) == -1)
			return complain("can't accept a connection", errno);
	finish(w, waiting);
	return EX_OK;
}

int
fastcgi_serve(struct intake *intake, int to_stderr)
{
	struct worker *w = calloc(1, sizeof(*w));
	sigset_t waiting;
	size_t i;
	int rc;

	if (w == NULL)
		return complain("it doesn't start", ENOMEM);
	w->intake = intake;
	w->to_stderr = to_stderr;
	w->spool = -1;
	/* It is to accept no connection by itself. */
	for (i = 0; i < BATCH; i++)
		(void)FCGX_InitRequest(&w->jobs[i].fcgi, -1, 0);
	catch_signals(&waiting);
	rc = serve(w, &waiting);
	connections_end(&w->connections);
	for (i = 0; i < BATCH; i++)
		bytes_free(&w->jobs[i].body);
	bytes_free(&w->line);
	bytes_free(&w->head);
	bytes_free(&w->out);
	if (w->spool != -1)
		(void)close(w->spool);
	free(w);
	return rc;
}
