#include "unit.h"

#include <fcntl.h>
#include <signal.h>

#include "base/process.h"
#include "cli/digest/mailer.h"

/* A mail program that is a shell script, in the scratch; its path. */
static const char *
make_program(const char *script)
{
	const char *path = in_scratch("sendmail");
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "#!/bin/sh\ncd '%s' || exit 99\n%s\n", scratch, script);
	write_file(path, text, strlen(text));
	assert_int_equal(chmod(path, 0755), 0);
	return path;
}

/* Mail a text of n bytes by it. */
static int
send_by(const char *program, size_t n, int seconds, struct fault *f)
{
	static const char *const to[] = {"anna@example.org", "bert@b.example"};
	struct bytes mail = {0};
	size_t i;
	int rc;

	(void)signal(SIGPIPE, SIG_IGN); /* as process_start() does */
	for (i = 0; i < n; i++)
		bytes_addc(&mail, i % 64 == 63 ? '\n' : 'm');
	assert_false(mail.failed);
	rc = mailer_send(
	    program, "leads@example.org", to, COUNT(to), &mail, seconds, f);
	bytes_free(&mail);
	return rc;
}

static void
file_is(const char *name, const char *text)
{
	char *got = read_file(in_scratch(name), NULL);

	assert_string_equal(got, text);
	free(got);
}

static int
count_fds(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static void
the_program_gets_arguments_and_mail(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(send_by(make_program("echo \"$# $*\" >arguments\n"
					      "cat >mail"),
			     6, 60, &f),
	    0);
	file_is("arguments",
	    "6 -i -f leads@example.org -- anna@example.org bert@b.example\n");
	file_is("mail", "mmmmmm");
}

static void
a_mail_larger_than_a_pipe_arrives_whole(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(
	    send_by(make_program("wc -c <&0 >size"), 300000, 60, &f), 0);
	file_is("size", "300000\n");
}

static void
an_exit_code_says_if_a_retry_helps(void **state)
{
	static const struct {
		int code;
		enum fault_kind kind;
	} cases[] = {{75, FAULT_BUSY}, {69, FAULT_BUSY}, {71, FAULT_BUSY},
	    {1, FAULT_BUSY}, {255, FAULT_BUSY}, {65, FAULT_DAMAGED},
	    {67, FAULT_DAMAGED}, {68, FAULT_DAMAGED}, {64, FAULT_SETUP},
	    {77, FAULT_SETUP}, {78, FAULT_SETUP}, {126, FAULT_SETUP},
	    {127, FAULT_SETUP}};
	char script[64], says[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct fault f = {0};

		(void)snprintf(script, sizeof(script),
		    "cat >/dev/null; exit %d", cases[i].code);
		(void)snprintf(
		    says, sizeof(says), "(it exited with %d)", cases[i].code);
		assert_int_equal(send_by(make_program(script), 9, 60, &f), -1);
		assert_int_equal(f.kind, cases[i].kind);
		assert_non_null(strstr(f.text, says));
	}
}

static void
a_signal_is_told_and_a_retry_may_help(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(send_by(make_program("kill -SEGV $$"), 9, 60, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	assert_non_null(strstr(f.text, "(it was ended by signal 11)"));
}

static void
its_first_line_is_told(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(send_by(make_program("echo >&2; echo 'user  \"x\" is "
					      "unknown' >&2\n"
					      "echo more >&2; exit 67"),
			     9, 60, &f),
	    -1);
	assert_non_null(strstr(f.text,
	    "didn't take the mail (it exited with 67, and said: user  \"x\" is "
	    "unknown); "));
}

static void
one_that_reads_nothing_is_judged_by_its_code(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(
	    send_by(make_program("exec <&-; exit 0"), 300000, 60, &f), 0);
	assert_int_equal(
	    send_by(make_program("exec <&-; exit 75"), 300000, 60, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
}

static void
one_that_says_much_is_heard_to_the_end(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(send_by(make_program("yes | head -c 400000 >&2\n"
					      "cat >/dev/null; exit 75"),
			     300000, 60, &f),
	    -1);
	assert_non_null(strstr(f.text, "exited with 75, and said: y)"));
}

static void
one_that_doesnt_end_is_ended_with_its_children(void **state)
{
	struct fault f = {0};
	char *pid;
	int tries = 0;

	(void)state;
	assert_int_equal(send_by(make_program("trap '' TERM; sleep 1000 &\n"
					      "echo $! >child; wait; wait"),
			     9, 1, &f),
	    -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	assert_non_null(strstr(f.text, "has not ended within 1 seconds"));
	pid = read_file(in_scratch("child"), NULL);
	/* Whoever inherits it may take a while to bury it. */
	while (kill((pid_t)atol(pid), 0) == 0 && tries++ < 6000)
		(void)usleep(10000);
	assert_int_equal(kill((pid_t)atol(pid), 0), -1);
	free(pid);
}

static void
what_it_leaves_behind_is_not_waited_for(void **state)
{
	struct fault f = {0};
	char *pid;

	(void)state;
	assert_int_equal(send_by(make_program("cat >/dev/null; sleep 1000 &\n"
					      "echo $! >child"),
			     9, 60, &f),
	    0);
	pid = read_file(in_scratch("child"), NULL);
	assert_int_equal(kill((pid_t)atol(pid), SIGKILL), 0);
	free(pid);
}

static void
no_program_is_said_with_the_remedy(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_int_equal(send_by("/nonexistent/sendmail", 9, 60, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_non_null(strstr(f.text,
	    "this machine has no mail program at /nonexistent/sendmail; "
	    "install one"));
	fault_clear(&f);
	assert_int_equal(send_by("/etc/passwd", 9, 60, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_non_null(strstr(f.text, "Permission denied"));
}

static void
no_file_is_left_open_here_or_there(void **state)
{
	int before, fd;
	struct fault f = {0};

	(void)state;
	/* Whoever started the test may have left some open. */
	for (fd = 3; fd < 10; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	before = count_fds();
	assert_int_equal(
	    send_by(make_program("for fd in 3 4 5 6 7 8 9; do\n"
				 "[ -e /proc/$$/fd/$fd ] && echo $fd\n"
				 "done >fds; exit 0"),
		9, 60, &f),
	    0);
	file_is("fds", "");
	(void)send_by("/nonexistent/sendmail", 9, 60, &f);
	assert_int_equal(count_fds(), before);
}

static void
signals_are_for_it_as_they_are_for_others(void **state)
{
	struct fault f = {0};
	unsigned long long ignored;
	char *text;

	(void)state;
	assert_int_equal(process_start(&f), 0);
	assert_int_equal(
	    send_by(make_program("grep SigIgn /proc/self/status >ignored"), 9,
		60, &f),
	    0);
	text = read_file(in_scratch("ignored"), NULL);
	ignored = strtoull(text + strlen("SigIgn:"), NULL, 16);
	free(text);
	assert_int_equal(ignored >> (SIGPIPE - 1) & 1, 0);
	assert_int_equal(ignored >> (SIGXFSZ - 1) & 1, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the program gets arguments and mail",
		the_program_gets_arguments_and_mail),
	    TEST("a mail larger than a pipe arrives whole",
		a_mail_larger_than_a_pipe_arrives_whole),
	    TEST("an exit code says if a retry helps",
		an_exit_code_says_if_a_retry_helps),
	    TEST("a signal is told, and a retry may help",
		a_signal_is_told_and_a_retry_may_help),
	    TEST("its first line is told", its_first_line_is_told),
	    TEST("one that reads nothing is judged by its exit code",
		one_that_reads_nothing_is_judged_by_its_code),
	    TEST("one that says much is heard to the end",
		one_that_says_much_is_heard_to_the_end),
	    TEST("one that doesn't end is ended, with its children",
		one_that_doesnt_end_is_ended_with_its_children),
	    TEST("what it leaves behind is not waited for",
		what_it_leaves_behind_is_not_waited_for),
	    TEST("no program is said with the remedy",
		no_program_is_said_with_the_remedy),
	    TEST("no file is left open, here or there",
		no_file_is_left_open_here_or_there),
	    TEST("signals are for it as they are for others",
		signals_are_for_it_as_they_are_for_others),
	};

	return RUN(tests);
}
