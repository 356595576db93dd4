/* plaincgi: one request from environment and stdin; see doors.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/bytes.h"
#include "cgi/doors.h"
#include "http/body.h"

extern char **environ;

/* stdin, of which the server need not tell the end (RFC 3875 section 4.2). */
struct input {
	size_t expected; /* bytes that it must give */
	size_t given;
};

static ssize_t
read_stdin(void *context, char *out, size_t n)
{
	struct pollfd stdin_now = {.fd = STDIN_FILENO, .events = POLLIN};
	struct input *in = context;
	ssize_t got;

	/* Behind the expected end: look, but don't wait. */
	if (in->given >= in->expected && poll(&stdin_now, 1, 0) != 1)
		return 0;
	if (in->given < in->expected && n > in->expected - in->given)
		n = in->expected - in->given;
	do
		got = read(STDIN_FILENO, out, n);
	while (got == -1 && errno == EINTR);
	if (got > 0)
		in->given += (size_t)got;
	return got;
}

/* A client that is gone hears nothing; the delivery is kept all the same. */
static void
write_all(int fd, const char *data, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write(fd, data + done, len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

/*
 * Is there a body, wanted or not?  A server may drop the answer of who leaves
 * it unread.  That of a POST need not tell its length; where another method's
 * doesn't, nothing may ever come.
 */
static int
has_body(const struct request *r)
{
	return (r->method != NULL && strcmp(r->method, "POST") == 0) ||
	       (r->length != NULL && r->length[0] != '\0');
}

static void
read_body(struct request *r, struct bytes *body, size_t limit)
{
	struct input in = {SIZE_MAX, 0};
	const struct body_source from = {read_stdin, &in};
	size_t expected;
	int unknown;

	if (request_length(r->length, SIZE_MAX, &expected, &unknown) ==
		REQUEST_BODY_WHOLE &&
	    !unknown)
		in.expected = expected;
	r->state = body_read(body, &from, r->length, limit);
	r->body = body->len == 0 ? "" : body->data;
	r->body_len = body->len;
}

int
plaincgi_serve(struct intake *intake)
{
	struct request request = {.body = ""};
	struct response response = {0};
	struct bytes body = {0}, out = {0}, log = {0};
	int64_t start = utc_ticks();
	size_t limit = intake_begin(intake);
	sigset_t term;

	request_environment(&request, environ);
	if (has_body(&request))
		read_body(&request, &body, limit);
	/* The body is here: from now on SIGTERM waits for the answer. */
	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, NULL);
	request.received = utc_now();
	intake_answer(intake, &request, &response);
	response_write(&response, &out);
	response_log(&response, body.len, utc_ticks() - start, &log);
	write_all(STDERR_FILENO, log.data, log.failed ? 0 : log.len);
	if (out.failed || response.body.failed)
		write_all(STDOUT_FILENO, RESPONSE_NO_MEMORY,
		    strlen(RESPONSE_NO_MEMORY));
	else
		write_all(STDOUT_FILENO, out.data, out.len);
	response_free(&response);
	bytes_free(&body);
	bytes_free(&out);
	bytes_free(&log);
	return EX_OK;
}
