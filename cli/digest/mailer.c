/* mailer: the machine's mail program; see mailer.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/utc.h"
#include "cli/digest/mailer.h"
#include "cli/terminal/terminal.h"

#define SAID_MAX 200 /* bytes of what it says that a sentence has room for */

/* So often is looked whether it has ended: milliseconds. */
#define TICK 50

/* Who is asked to end has so long before it has to: microseconds. */
#define GRACE (3 * UTC_SECOND)

extern char **environ;

struct run {
	const char *program;
	const struct bytes *mail;
	size_t written;
	int in,
	    out; /* our ends of its stdin, and of what it says; -1: closed */
	pid_t pid;
	int status; /* of waitpid(2) */
	int err;    /* why it can't have the rest of the mail, or 0 */
	char said[SAID_MAX];
	size_t nsaid;
};

static void
close_fd(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* The two pipes; those ends are its own. */
static int
open_pipes(struct run *r, int *its_in, int *its_out, struct fault *f)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) == -1)
		return fault_set(f, FAULT_BUSY, errno, "can't make a pipe");
	*its_in = in[0];
	r->in = in[1];
	if (pipe2(out, O_CLOEXEC) == -1)
		return fault_set(f, FAULT_BUSY, errno, "can't make a pipe");
	r->out = out[0];
	*its_out = out[1];
	if (fcntl(r->in, F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(r->out, F_SETFL, O_NONBLOCK) == -1)
		return fault_set(f, FAULT_BUSY, errno, "can't use a pipe");
	return 0;
}

/*
 * A process group of its own, as it may start others; and signals as a program
 * expects to find them (process_start() ignores some).
 */
static int
set_attributes(posix_spawnattr_t *a)
{
	sigset_t none, standard;
	int err;

	(void)sigemptyset(&none);
	(void)sigemptyset(&standard);
	(void)sigaddset(&standard, SIGPIPE);
	(void)sigaddset(&standard, SIGXFSZ);
	if ((err = posix_spawnattr_setflags(
		 a, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
			POSIX_SPAWN_SETSIGMASK)) == 0 &&
	    (err = posix_spawnattr_setpgroup(a, 0)) == 0 &&
	    (err = posix_spawnattr_setsigmask(a, &none)) == 0)
		err = posix_spawnattr_setsigdefault(a, &standard);
	return err;
}

/* Start it; 0 or an errno. */
static int
spawn(struct run *r, const char *const *argv, int in, int out)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int err;

	if ((err = posix_spawn_file_actions_init(&files)) != 0)
		return err;
	if ((err = posix_spawnattr_init(&attributes)) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return err;
	}
	if ((err = set_attributes(&attributes)) == 0 &&
	    (err = posix_spawn_file_actions_adddup2(
		 &files, in, STDIN_FILENO)) == 0 &&
	    (err = posix_spawn_file_actions_adddup2(
		 &files, out, STDOUT_FILENO)) == 0 &&
	    (err = posix_spawn_file_actions_adddup2(
		 &files, out, STDERR_FILENO)) == 0)
		/* It takes no const, and changes nothing. */
		err = posix_spawn(&r->pid, r->program, &files, &attributes,
		    (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&files);
	return err;
}

static int
complain_start(const struct run *r, int err, struct fault *f)
{
	if (err == ENOENT || err == ENOTDIR)
		return fault_set(f, FAULT_SETUP, 0,
		    "this machine has no mail program at %s; install one, such "
		    "as postfix, msmtp-mta or dma, or write below [digest] in "
		    "leadsheet.conf where it is, like sendmail = "
		    "/usr/lib/sendmail",
		    r->program);
	if (err == EAGAIN || err == ENOMEM)
		return fault_set(f, FAULT_BUSY, err,
		    "can't start the mail "
		    "program %s",
		    r->program);
	return fault_set(f, FAULT_SETUP, err,
	    "can't start the mail program %s; write below [digest] in "
	    "leadsheet.conf where there is one, like sendmail "
	    "= " MAILER_PROGRAM,
	    r->program);
}

/* What it says: the beginning is kept. */
static void
hear(struct run *r)
{
	char room[4096];
	size_t more = sizeof(r->said) - r->nsaid;
	ssize_t n = read(r->out, room, sizeof(room));

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		close_fd(&r->out);
	if (n <= 0)
		return;
	if ((size_t)n < more)
		more = (size_t)n;
	(void)memcpy(r->said + r->nsaid, room, more);
	r->nsaid += more;
}

/* Give it more of the mail; where it reads no more, its exit code tells. */
static void
give(struct run *r)
{
	ssize_t n =
	    write(r->in, r->mail->data + r->written, r->mail->len - r->written);

	if (n > 0)
		r->written += (size_t)n;
	if (n == -1 && errno != EAGAIN && errno != EINTR && errno != EPIPE)
		r->err = errno;
	if (r->written == r->mail->len || r->err != 0 ||
	    (n == -1 && errno == EPIPE))
		close_fd(&r->in);
}

/*
 * As much of the mail as the pipe has room for, which is all of a digest: so it
 * is whole, whatever becomes of us once the program has begun.
 */
static void
fill(struct run *r)
{
	size_t before;

	do {
		before = r->written;
		give(r);
	} while (r->in != -1 && r->written > before);
}

/* Wait a moment for it; 1 when it has ended. */
static int
attend(struct run *r)
{
	struct pollfd fds[2] = {{r->in, POLLOUT, 0}, {r->out, POLLIN, 0}};
	pid_t pid;

	if (poll(fds, 2, TICK) > 0) {
		if (fds[0].revents != 0)
			give(r);
		if (fds[1].revents != 0)
			hear(r);
	}
	do
		pid = waitpid(r->pid, &r->status, WNOHANG);
	while (pid == -1 && errno == EINTR);
	return pid != 0;
}

/* End it with all that it has started: asked first, and then made to. */
static void
end(struct run *r)
{
	int64_t until = utc_ticks() + GRACE;

	(void)kill(-r->pid, SIGTERM);
	while (!attend(r))
		if (utc_ticks() >= until)
			(void)kill(-r->pid, SIGKILL);
	/* It has; what it started may not. */
	(void)kill(-r->pid, SIGKILL);
}

/* It must not have half of a mail. */
static int
complain_mail(const struct run *r, struct fault *f)
{
	return fault_set(f, FAULT_BUSY, r->err,
	    "can't hand the mail to the mail program %s", r->program);
}

/* Until it has ended, or is ended. */
static int
wait_for(struct run *r, int seconds, struct fault *f)
{
	int64_t until = utc_ticks() + seconds * UTC_SECOND;

	while (!attend(r)) {
		if (utc_ticks() < until && terminal_stopped() == 0 &&
		    r->err == 0)
			continue;
		end(r);
		if (r->err != 0)
			return complain_mail(r, f);
		if (terminal_stopped() != 0)
			return fault_set(f, FAULT_BUSY, 0,
			    "stopped before the mail program %s had taken the "
			    "mail",
			    r->program);
		return fault_set(f, FAULT_BUSY, 0,
		    "the mail program %s has not ended within %d seconds, and "
		    "was stopped; see that it works, and try again",
		    r->program, seconds);
	}
	if (r->out != -1)
		hear(r);
	return r->err == 0 ? 0 : complain_mail(r, f);
}

/* What an exit code means to whoever sent the mail, and what is to be done. */
static enum fault_kind
kind_of(int code, const char **remedy)
{
	switch (code) {
	case EX_DATAERR:
	case EX_NOUSER:
	case EX_NOHOST:
		*remedy = "are the addresses right?";
		return FAULT_DAMAGED;
	case EX_USAGE:
	case EX_NOPERM:
	case EX_CONFIG:
	case 126: /* of a shell: it can't run what it was to, */
	case 127: /* or hasn't found it */
		*remedy = "is it set up to send mail?";
		return FAULT_SETUP;
	default:
		*remedy = "nothing is lost, try again later";
		return FAULT_BUSY;
	}
}

/* The first line that it said, with what leads to it in a sentence. */
static void
add_said(const struct run *r, char *out, size_t size)
{
	const char *s = r->said, *end = s + r->nsaid, *line;

	while (s < end && (*s == '\n' || *s == '\r' || *s == ' '))
		s++;
	for (line = s; line < end; line++)
		if (*line == '\n' || *line == '\r' || *line == '\0')
			break;
	out[0] = '\0';
	if (line > s)
		(void)snprintf(
		    out, size, ", and said: %.*s", (int)(line - s), s);
}

/* It has ended: has it taken the mail? */
static int
judge(const struct run *r, struct fault *f)
{
	const char *remedy = "nothing is lost, try again later";
	enum fault_kind kind = FAULT_BUSY;
	char how[64], said[SAID_MAX + 16];

	if (WIFEXITED(r->status) && WEXITSTATUS(r->status) == 0)
		return 0;
	if (WIFEXITED(r->status)) {
		kind = kind_of(WEXITSTATUS(r->status), &remedy);
		(void)snprintf(
		    how, sizeof(how), "exited with %d", WEXITSTATUS(r->status));
	} else {
		(void)snprintf(how, sizeof(how), "was ended by signal %d",
		    WTERMSIG(r->status));
	}
	add_said(r, said, sizeof(said));
	return fault_set(f, kind, 0,
	    "the mail program %.150s didn't take the mail (it %s%s); %s",
	    r->program, how, said, remedy);
}

/* PROGRAM -i -f FROM -- TO...; to be freed; NULL: no memory. */
static const char **
make_arguments(
    const char *program, const char *from, const char *const *to, size_t nto)
{
	const char *const first[] = {program, "-i", "-f", from, "--"};
	const size_t n = sizeof(first) / sizeof(first[0]);
	const char **argv = calloc(n + nto + 1, sizeof(*argv));

	if (argv == NULL)
		return NULL;
	(void)memcpy(argv, first, sizeof(first));
	(void)memcpy(argv + n, to, nto * sizeof(*to));
	return argv;
}

int
mailer_send(const char *program, const char *from, const char *const *to,
    size_t nto, const struct bytes *mail, int seconds, struct fault *f)
{
	struct run r = {.program = program, .mail = mail, .in = -1, .out = -1};
	const char **argv = make_arguments(program, from, to, nto);
	int its_in = -1, its_out = -1, err, rc = -1;

	if (argv == NULL) {
		(void)fault_memory(f);
		goto out;
	}
	if (open_pipes(&r, &its_in, &its_out, f) == -1)
		goto out;
	fill(&r);
	if (r.err != 0) {
		rc = complain_mail(&r, f);
		goto out;
	}
	err = spawn(&r, argv, its_in, its_out);
	close_fd(&its_in);
	close_fd(&its_out);
	if (err != 0)
		rc = complain_start(&r, err, f);
	else if (wait_for(&r, seconds, f) == 0)
		rc = judge(&r, f);
out:
	close_fd(&its_in);
	close_fd(&its_out);
	close_fd(&r.in);
	close_fd(&r.out);
	free(argv);
	return rc;
}
