/* fastcgi: requests from a web server's socket (libfcgi); see doors.h. */
#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/bytes.h"
#include "cgi/body.h"
#include "cgi/doors.h"

#define LISTEN_FD 0 /* FastCGI 1.0 section 2.2: FCGI_LISTENSOCK_FILENO */

/* accept(2) out of descriptors or memory: how often and how long to wait. */
#define PATIENCE 100
#define PAUSE_MS 100

/*
 * Who was woken for a connection may die before taking it: the others look
 * after so long.
 */
#define LOOK_MS 1000

/* For how long a body may still come once we are to stop, in seconds. */
#define GRACE 1

/* What a signal handler has to reach; nothing else here is global. */
static volatile sig_atomic_t stopping, too_late;
static volatile sig_atomic_t reading_fd = -1;

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
	if (reading_fd != -1)
		(void)alarm(GRACE);
}

/* The flag alone could be set just before read(2) goes to sleep. */
static void
on_alarm(int sig)
{
	(void)sig;
	too_late = 1;
	if (reading_fd != -1)
		(void)shutdown((int)reading_fd, SHUT_RD);
}

static void
catch_signals(sigset_t *stops)
{
	struct sigaction sa;
	sigset_t bell;
	size_t i;

	/* In place of libfcgi's own handlers, which interrupt every call. */
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_stop;
	sa.sa_flags = SA_RESTART;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigemptyset(stops);
	for (i = 0; i < STOP_SIGNALS; i++)
		(void)sigaddset(stops, stop_signals[i]);
	(void)sigprocmask(SIG_BLOCK, stops, NULL);
	/* What started us may have blocked it. */
	(void)sigemptyset(&bell);
	(void)sigaddset(&bell, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &bell, NULL);
	for (i = 0; i < STOP_SIGNALS; i++)
		(void)sigaction(stop_signals[i], &sa, NULL);
	sa.sa_handler = on_alarm;
	(void)sigaction(SIGALRM, &sa, NULL);
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
	int got;

	if (too_late)
		return -1;
	got = FCGX_GetStr(out, n > 1 << 20 ? 1 << 20 : (int)n, in);
	/* End and error look alike to FCGX_GetStr. */
	return got > 0 ? got : FCGX_GetError(in) == 0 && !too_late ? 0 : -1;
}

/* The body, with SIGTERM let through while it comes. */
static void
read_body(FCGX_Request *fcgi, struct request *r, struct bytes *body,
    size_t limit, const sigset_t *stops)
{
	const struct body_source from = {read_stream, fcgi->in};

	reading_fd = fcgi->ipcFd;
	(void)sigprocmask(SIG_UNBLOCK, stops, NULL);
	r->state = body_read(body, &from, r->length, limit);
	(void)sigprocmask(SIG_BLOCK, stops, NULL);
	if (stopping)
		(void)alarm(0);
	reading_fd = -1;
	if (too_late && r->state != REQUEST_BODY_WHOLE)
		r->state = REQUEST_BODY_STOPPED;
	r->body = body->len == 0 ? "" : body->data;
	r->body_len = body->len;
}

/* A stream as records, and its end (FastCGI 1.0 section 3.3). */
static void
add_stream(struct bytes *b, int type, int id, const struct bytes *content)
{
	char head[FCGI_HEADER_LEN] = {FCGI_VERSION_1, (char)type};
	size_t done = 0, n;

	head[2] = (char)(id >> 8);
	head[3] = (char)id;
	do {
		n = content->len - done;
		if (n > FCGI_MAX_LENGTH)
			n = FCGI_MAX_LENGTH;
		head[4] = (char)(n >> 8);
		head[5] = (char)n;
		bytes_add(b, head, sizeof(head));
		bytes_add(b, content->data + done, n);
		done += n;
	} while (n > 0);
}

static void
add_end(struct bytes *b, int id)
{
	FCGI_EndRequestRecord end;

	memset(&end, 0, sizeof(end)); /* FCGI_REQUEST_COMPLETE is 0 */
	end.header.version = FCGI_VERSION_1;
	end.header.type = FCGI_END_REQUEST;
	end.header.requestIdB1 = (unsigned char)(id >> 8);
	end.header.requestIdB0 = (unsigned char)id;
	end.header.contentLengthB0 = sizeof(end.body);
	bytes_add(b, &end, sizeof(end));
}

/*
 * Answer and log line in one write, and not by libfcgi's streams: those make
 * three of it, with the web server woken by each, and break a line off every
 * 504 bytes.  Then let go of the connection at once where all was read that
 * came by it; else libfcgi waits for the other side, as an answer is lost
 * when a connection is closed with something unread.
 */
static void
send_all(FCGX_Request *fcgi, const struct bytes *b)
{
	int all_read = !too_late && FCGX_HasSeenEOF(fcgi->in) != 0 &&
	               FCGX_GetError(fcgi->in) == 0;
	ssize_t n = 0;
	size_t done;

	/* A web server that is gone needs no answer. */
	for (done = 0; n != -1 && done < b->len; done += (size_t)n)
		n = write(fcgi->ipcFd, b->data + done, b->len - done);
	if (n != -1 && fcgi->keepConnection && all_read) {
		FCGX_Free(fcgi, 0);
		return;
	}
	if (n != -1 && all_read) {
		(void)close(fcgi->ipcFd);
		fcgi->ipcFd = -1;
	}
	FCGX_Free(fcgi, 1);
}

static void
answer(struct intake *intake, FCGX_Request *fcgi, struct bytes *body,
    const sigset_t *stops, int to_stderr)
{
	struct request request = {.body = ""};
	struct response response = {0};
	struct bytes out = {0}, line = {0}, all = {0};
	int64_t start = utc_ticks();
	size_t limit = intake_begin(intake);

	request_environment(&request, fcgi->envp);
	/* A body is always read: on a kept connection it would be in the way.
	 */
	read_body(fcgi, &request, body, limit, stops);
	request.received = utc_now();
	intake_answer(intake, &request, &response);
	response_write(&response, &out);
	response_log(&response, body->len, utc_ticks() - start, &line);
	if (line.failed)
		bytes_reset(&line);
	if (to_stderr)
		(void)fwrite(line.data, 1, line.len, stderr);
	else
		add_stream(&all, FCGI_STDERR, fcgi->requestId, &line);
	add_stream(&all, FCGI_STDOUT, fcgi->requestId, &out);
	add_end(&all, fcgi->requestId);
	if (all.failed || out.failed || response.body.failed) {
		if (!to_stderr)
			(void)FCGX_PutStr(line.data, (int)line.len, fcgi->err);
		(void)FCGX_PutS(RESPONSE_NO_MEMORY, fcgi->out);
		FCGX_Finish_r(fcgi);
	} else {
		send_all(fcgi, &all);
	}
	bytes_free(&all);
	bytes_free(&line);
	bytes_free(&out);
	response_free(&response);
}

/* Don't hold on to what one large delivery needed. */
static void
tidy(struct bytes *body)
{
	if (body->cap > 1 << 20)
		bytes_free(body);
	bytes_reset(body);
}

/*
 * What tells of a connection: of all workers that wait it wakes one, where
 * poll(2) would wake them all.
 */
static int
watch_socket(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE};
	int fd = epoll_create1(EPOLL_CLOEXEC);

	/* Where this fails the process is about to end. */
	if (fd != -1 && epoll_ctl(fd, EPOLL_CTL_ADD, LISTEN_FD, &event) == -1)
		return -1;
	return fd;
}

/*
 * Wait for a connection, or for more on the one that was kept.  The signals
 * come through here and nowhere else, so that none is missed.  A kept
 * connection gives way to a new one: another client may be waiting.
 */
static void
wait_for_work(FCGX_Request *fcgi, int watch, const sigset_t *waiting)
{
	struct pollfd fds[2] = {{.fd = LISTEN_FD, .events = POLLIN},
	    {.fd = fcgi->ipcFd, .events = POLLIN}};
	struct epoll_event event;

	if (fcgi->ipcFd == -1)
		(void)epoll_pwait(watch, &event, 1, LOOK_MS, waiting);
	else if (ppoll(fds, 2, NULL, waiting) > 0 && fds[1].revents == 0)
		FCGX_Free(fcgi, 1);
}

/* Can accept(2) work again when something else was closed? */
static int
is_shortage(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS ||
	       err == ENOMEM;
}

static int
complain(const char *what, int err)
{
	(void)fprintf(stderr, "leadsheet.fcgi: %s: %s\n", what, strerror(err));
	return EX_OSERR;
}

int
fastcgi_serve(struct intake *intake, int to_stderr)
{
	struct bytes body = {0};
	sigset_t stops, waiting;
	FCGX_Request fcgi;
	int rc, patience = PATIENCE, flags, watch;
	size_t i;

	(void)sigprocmask(SIG_BLOCK, NULL, &waiting);
	catch_signals(&stops);
	for (i = 0; i < STOP_SIGNALS; i++)
		(void)sigdelset(&waiting, stop_signals[i]);
	/*
	 * Not blocking: when another worker was faster, accept(2) must not
	 * keep us from hearing a signal.
	 */
	flags = fcntl(LISTEN_FD, F_GETFL);
	if (flags == -1 || fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) == -1)
		return complain("the listening socket", errno);
	if ((watch = watch_socket()) == -1)
		return complain("the listening socket can't be watched", errno);
	if (FCGX_InitRequest(&fcgi, LISTEN_FD, 0) != 0)
		return complain("libfcgi doesn't start", ENOMEM);
	while (!stopping) {
		wait_for_work(&fcgi, watch, &waiting);
		if (stopping)
			break;
		rc = FCGX_Accept_r(&fcgi);
		if (rc == 0) {
			patience = PATIENCE;
			answer(intake, &fcgi, &body, &stops, to_stderr);
			tidy(&body);
		} else if (is_shortage(-rc) && patience-- > 0) {
			(void)poll(NULL, 0, PAUSE_MS);
		} else if (rc != -EAGAIN && rc != -EINTR &&
			   rc != -ECONNABORTED) {
			bytes_free(&body);
			return complain("can't accept a connection", -rc);
		}
	}
	FCGX_Free(&fcgi, 1);
	(void)close(watch);
	bytes_free(&body);
	return EX_OK;
}
