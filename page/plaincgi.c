/* plaincgi: one visit by environment and stdin; see doors.h. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/utc.h"
#include "http/body.h"
#include "page/doors.h"
#include "page/log.h"
#include "page/page.h"
#include "page/serve.h"

extern char **environ;

/* stdin, of which the server need not tell the end (RFC 3875 section 4.2). */
static ssize_t
read_stdin(void *context, char *out, size_t n)
{
	size_t *left = context;
	ssize_t got;

	if (n > *left)
		n = *left;
	if (n == 0)
		return 0;
	do
		got = read(STDIN_FILENO, out, n);
	while (got == -1 && errno == EINTR);
	if (got > 0)
		*left -= (size_t)got;
	return got;
}

static int
write_all(int fd, const char *s, size_t n)
{
	ssize_t done;

	for (; n > 0; s += done, n -= (size_t)done) {
		done = write(fd, s, n);
		if (done == -1 && errno == EINTR)
			done = 0;
		else if (done <= 0)
			return -1;
	}
	return 0;
}

static int
put_stdout(void *context, const char *s, size_t n)
{
	(void)context;
	return write_all(STDOUT_FILENO, s, n);
}

/* A form's.  Where its length isn't told there is none: it is 400 then. */
static void
read_body(struct visit *v, struct bytes *body)
{
	size_t left;
	const struct body_source from = {read_stdin, &left};
	int unknown;

	(void)request_length(v->request.length, SIZE_MAX, &left, &unknown);
	v->request.state =
	    body_read(body, &from, v->request.length, VISIT_BODY_MAX);
}

int
plaincgi_serve(struct page *p)
{
	int64_t start = utc_ticks();
	struct bytes body = {0}, line = {0};
	struct visit visit = {.now = utc_now()};
	struct fault f = {0};
	struct reply reply;
	int cut;

	reply_start(&reply, put_stdout, NULL);
	request_environment(&visit.request, environ);
	read_body(&visit, &body);
	if (visit_read(&visit, environ, body.len == 0 ? "" : body.data,
		body.len, &f) == -1)
		serve_no_memory(&reply);
	else
		serve_answer(p, &visit, &reply);
	log_line(&line, &reply, utc_ticks() - start);
	(void)write_all(STDERR_FILENO, line.data, line.failed ? 0 : line.len);
	/* Half a file is none: the web server is told as far as CGI can. */
	cut = reply.cut;
	reply_free(&reply);
	visit_free(&visit);
	bytes_free(&body);
	bytes_free(&line);
	return cut ? EX_IOERR : EX_OK;
}
