/* fastcgi: visits from a web server's socket (libfcgi); see doors.h. */
#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/process.h"
#include "base/utc.h"
#include "http/body.h"
#include "page/arrival.h"
#include "page/confine.h"
#include "page/copies.h"
#include "page/doors.h"
#include "page/log.h"
#include "page/page.h"
#include "page/routes.h"
#include "page/serve.h"

#define LISTEN_FD 0 /* FastCGI 1.0 section 2.2: FCGI_LISTENSOCK_FILENO */

/* A worker ended so that another one takes its place. */
#define AGAIN 100

/* Another worker may have taken a connection: nobody waits for it, in ms. */
#define LOOK_MS 1000

/* How often it is looked whether the others have ended, in ms. */
#define WAIT_MS 10

/* A visit that comes slowly has come by then, in seconds. */
#define SLOW_SECONDS 30

/* A web server that takes nothing for so long is gone, in seconds. */
#define SEND_SECONDS 30

/* Once we are to stop the others may go on for so long. */
#define GRACE (20 * UTC_SECOND)

struct worker {
	struct page *page;
	int to_stderr;
	struct copies copies;
	sigset_t stops, waiting;
};

/* What a signal handler has to reach; nothing else here is global. */
static volatile sig_atomic_t stopping;

static const int stop_signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR1};
#define STOP_SIGNALS (sizeof(stop_signals) / sizeof(stop_signals[0]))

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

/* A copy that ends only has to wake us. */
static void
on_child(int sig)
{
	(void)sig;
}

static void catch (int sig, void (*handler)(int))
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	sa.sa_flags = SA_RESTART;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(sig, &sa, NULL);
}

/*
 * In place of libfcgi's own handlers, which interrupt every call.  The signals
 * come while we wait, with that mask, and at no other time: none is missed.
 */
static void
catch_signals(struct worker *w)
{
	size_t i;

	w->waiting = w->stops;
	(void)sigemptyset(&w->waiting);
	for (i = 0; i < STOP_SIGNALS; i++)
		catch (stop_signals[i], on_stop);
	catch (SIGCHLD, on_child);
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
	int got =
	    FCGX_GetStr(out, n > VISIT_BODY_MAX ? VISIT_BODY_MAX : (int)n, in);

	/* End and error look alike to FCGX_GetStr. */
	return got > 0 ? got : FCGX_GetError(in) == 0 ? 0 : -1;
}

static int
put_stream(void *context, const char *s, size_t n)
{
	FCGX_Stream *out = context;
	int piece;

	for (; n > 0; s += piece, n -= (size_t)piece) {
		piece = n > 1 << 20 ? 1 << 20 : (int)n;
		if (FCGX_PutStr(s, piece, out) != piece)
			return -1;
	}
	return 0;
}

/* SO_SNDTIMEO or SO_RCVTIMEO: a call that takes longer fails. */
static void
limit(int fd, int option, int seconds)
{
	const struct timeval most = {.tv_sec = seconds};

	(void)setsockopt(fd, SOL_SOCKET, option, &most, sizeof(most));
}

/*
 * The end of a visit.  What was begun and isn't whole is broken off: a web
 * server that hears no end takes it for what it is.
 */
static void
finish(const struct worker *w, FCGX_Request *fcgi, const struct reply *r,
    int64_t start)
{
	struct bytes line = {0};

	log_line(&line, r, utc_ticks() - start);
	if (w->to_stderr || r->cut)
		(void)fwrite(line.data, 1, line.failed ? 0 : line.len, stderr);
	else
		(void)put_stream(
		    fcgi->err, line.data, line.failed ? 0 : line.len);
	bytes_free(&line);
	if (r->cut)
		(void)FCGX_FFlush(fcgi->out);
	else
		FCGX_Finish_r(fcgi);
	FCGX_Free(fcgi, 1);
}

/* As copies_make(); what is open for this process only isn't the copy's. */
static int
take_copy(struct worker *w, enum copies_kind kind)
{
	int is = copies_make(&w->copies, kind);

	if (is == 1)
		serve_forked(w->page);
	return is;
}

static void
answer(struct worker *w, FCGX_Request *fcgi, struct visit *visit,
    const struct bytes *body, int64_t start)
{
	struct fault f = {0};
	struct reply reply;

	reply_start(&reply, put_stream, fcgi->out);
	if (visit_read(visit, fcgi->envp, body->len == 0 ? "" : body->data,
		body->len, &f) == -1) {
		serve_no_memory(&reply);
	} else if (routes_lasts(visit) && take_copy(w, COPIES_FILES) == 0) {
		FCGX_Free(fcgi, 1);
		reply_free(&reply);
		return;
	} else {
		serve_answer(w->page, visit, &reply);
	}
	finish(w, fcgi, &reply, start);
	reply_free(&reply);
}

/* Read a visit from a connection, which is closed in the end, and answer it. */
static void
serve(struct worker *w, int fd)
{
	int64_t start = utc_ticks();
	struct visit visit = {.now = utc_now()};
	struct bytes body = {0};
	struct body_source from = {read_stream, NULL};
	FCGX_Request fcgi;

	limit(fd, SO_SNDTIMEO, SEND_SECONDS);
	(void)FCGX_InitRequest(&fcgi, -1, 0);
	fcgi.ipcFd = fd;
	fcgi.keepConnection = 1; /* it closes that of before */
	/* It would wait for the other side to close as well. */
	FCGX_Detach(&fcgi);
	if (FCGX_Accept_r(&fcgi) != 0)
		return; /* it is closed */
	from.context = fcgi.in;
	request_environment(&visit.request, fcgi.envp);
	visit.request.state =
	    body_read(&body, &from, visit.request.length, VISIT_BODY_MAX);
	(void)alarm(0);
	(void)sigprocmask(SIG_BLOCK, &w->stops, NULL);
	answer(w, &fcgi, &visit, &body, start);
	visit_free(&visit);
	bytes_free(&body);
}

/* Nothing of it needs to be finished: a signal, or an alarm, ends it. */
static void
serve_slowly(struct worker *w, int fd)
{
	size_t i;

	for (i = 0; i < STOP_SIGNALS; i++)
		catch (stop_signals[i], SIG_DFL);
	catch (SIGALRM, SIG_DFL);
	(void)alarm(SLOW_SECONDS);
	(void)sigprocmask(SIG_UNBLOCK, &w->stops, NULL);
	serve(w, fd);
}

static void
take(struct worker *w, int fd)
{
	int prompt = arrival_is_prompt(fd);

	if (prompt == 1) {
		/* All of it is here, unless the records say nonsense. */
		limit(fd, SO_RCVTIMEO, 1);
		serve(w, fd);
	} else {
		if (prompt == 0 && take_copy(w, COPIES_SLOW) == 1)
			serve_slowly(w, fd);
		else
			(void)close(fd);
	}
	if (w->copies.is_one)
		_exit(EX_OK);
}

static int
complain(const char *what, int err)
{
	(void)fprintf(
	    stderr, "leadsheet-page.fcgi: %s: %s\n", what, strerror(err));
	return EX_OSERR;
}

/* Wait for a connection: 1, 0 when there was none, or -1 with errno set. */
static int
wait_for_one(struct worker *w)
{
	const struct timespec limit = {.tv_sec = LOOK_MS / 1000};
	struct pollfd socket_now = {.fd = LISTEN_FD, .events = POLLIN};
	int n = ppoll(&socket_now, 1, &limit, &w->waiting);

	(void)copies_reap(&w->copies);
	return n == -1 && errno == EINTR ? 0 : n;
}

static int
work(struct worker *w)
{
	uint64_t look = confine_look(w->page->home);
	int64_t end;
	int fd, n, rested = 0;

	(void)confine_process(w->page->home);
	while (!stopping) {
		if ((n = wait_for_one(w)) == -1)
			return complain("the listening socket", errno);
		if (n == 0 && !rested)
			process_give_memory_back();
		rested = n == 0;
		if (rested)
			serve_rest(w->page);
		if (n == 0)
			continue;
		/* Who comes after us may open what is new, and takes it. */
		if (confine_look(w->page->home) != look)
			return AGAIN;
		fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC);
		if (fd != -1)
			take(w, fd);
		else if (errno != EAGAIN && errno != EINTR &&
			 errno != ECONNABORTED)
			return complain("can't accept a connection", errno);
	}
	copies_stop(&w->copies);
	for (end = utc_ticks() + GRACE;
	     copies_reap(&w->copies) > 0 && utc_ticks() < end;)
		(void)poll(NULL, 0, WAIT_MS);
	return EX_OK;
}

/*
 * Wait until a worker has ended, and pass on to it what we are told: its exit
 * status, or 128 and the signal that ended it.
 */
static int
watch(const struct worker *w, pid_t pid, int *stopped)
{
	sigset_t all = w->stops;
	int sig, status;

	(void)sigaddset(&all, SIGCHLD);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigwait(&all, &sig) != 0 || sig == SIGCHLD)
			continue;
		*stopped = 1;
		(void)kill(pid, SIGTERM);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What a confined worker can't open, one that is started anew can. */
int
fastcgi_serve(struct page *p, int to_stderr)
{
	struct worker w = {.page = p, .to_stderr = to_stderr};
	int rc, stopped = 0, flags = fcntl(LISTEN_FD, F_GETFL);
	sigset_t blocked;
	size_t i;
	pid_t pid;

	if (flags == -1 || fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) == -1)
		return complain("the listening socket", errno);
	(void)sigemptyset(&w.stops);
	for (i = 0; i < STOP_SIGNALS; i++)
		(void)sigaddset(&w.stops, stop_signals[i]);
	blocked = w.stops;
	(void)sigaddset(&blocked, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &blocked, NULL);
	do {
		if ((pid = fork()) == -1)
			return complain("can't start a process", errno);
		if (pid == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
			catch_signals(&w);
			return work(&w);
		}
		rc = watch(&w, pid, &stopped);
		if (rc == AGAIN)
			(void)fprintf(stderr,
			    "page note=\"the endpoints or leadsheet.conf are "
			    "others now: started anew\"\n");
	} while (rc == AGAIN && !stopped);
	return rc == AGAIN ? EX_OK : rc;
}
