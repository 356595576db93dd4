#include "unit.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include "base/utc.h"
#include "cli/terminal/progress.h"

/* Half of a long work, all of it within a moment: the clock is set back. */
static void
work(int64_t seconds, int64_t total)
{
	struct progress p;

	progress_begin(&p, "exporting", "records", total);
	p.began -= seconds * UTC_SECOND;
	p.drawn -= seconds * UTC_SECOND;
	progress_add(&p, 500000, 1234567);
	progress_end(&p);
}

/* What a child that works with stderr on a terminal so wide draws there. */
static char *
draw(int width, int64_t seconds, int64_t total)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY), other, status;
	struct winsize w = {24, (unsigned short)width, 0, 0};
	static char out[4096];
	ssize_t n, used = 0;
	pid_t pid;

	assert_true(fd != -1);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	other = open(ptsname(fd), O_RDWR | O_NOCTTY);
	assert_true(other != -1);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &w), 0);
	if ((pid = fork()) == 0) {
		(void)dup2(other, STDERR_FILENO);
		work(seconds, total);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* An end mark, as a terminal with nothing to read would wait. */
	assert_int_equal(write(other, "$", 1), 1);
	do {
		n = read(fd, out + used, sizeof(out) - 1 - (size_t)used);
		assert_true(n > 0);
		used += n;
	} while (out[used - 1] != '$');
	out[used - 1] = '\0';
	(void)close(other);
	(void)close(fd);
	return out;
}

static void
it_is_drawn_and_wiped(void **state)
{
	(void)state;
	assert_string_equal(draw(80, 10, 1000000),
	    "\rexporting  50% [##########..........] 1,234,567 records  50 "
	    "kB/s  0:10 left\033[K\r\033[K");
	assert_string_equal(draw(80, 10, 0),
	    "\rexporting  1,234,567 records  50 kB/s\033[K\r\033[K");
	/* More than there was to do: nobody counts beyond the end. */
	assert_non_null(strstr(draw(80, 10, 250000), "[###################"));
}

static void
it_never_fills_the_line(void **state)
{
	char *drawn = draw(30, 10, 1000000), *end;

	(void)state;
	end = strstr(drawn, "\033[K");
	assert_non_null(end);
	assert_int_equal(end - (drawn + 1), 29);
}

static void
short_work_draws_nothing(void **state)
{
	(void)state;
	assert_string_equal(draw(80, 0, 1000000), "");
}

static void
elsewhere_nothing_is_drawn(void **state)
{
	char *out;
	int was = dup(STDERR_FILENO);

	(void)state;
	assert_true(was != -1);
	assert_non_null(freopen(in_scratch("err"), "w", stderr));
	work(10, 1000000);
	(void)fflush(stderr);
	assert_int_equal(dup2(was, STDERR_FILENO), STDERR_FILENO);
	(void)close(was);
	out = read_file(in_scratch("err"), NULL);
	assert_string_equal(out, "");
	free(out);
}

static void
numbers_have_separators_and_units(void **state)
{
	static const struct {
		int64_t n;
		const char *number, *bytes;
	} cases[] = {{0, "0", "0 B"}, {7, "7", "7 B"}, {999, "999", "999 B"},
	    {1000, "1,000", "1.0 kB"}, {12345, "12,345", "12 kB"},
	    {999499, "999,499", "999 kB"}, {999500, "999,500", "1.0 MB"},
	    {9949999, "9,949,999", "9.9 MB"}, {1234567, "1,234,567", "1.2 MB"},
	    {INT64_C(5000000000000000), "5,000,000,000,000,000", "5000 TB"}};
	char out[PROGRESS_NUMBER_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_string_equal(
		    progress_number(cases[i].n, out), cases[i].number);
		assert_string_equal(
		    progress_bytes(cases[i].n, out), cases[i].bytes);
	}
	assert_string_equal(progress_number(-1234, out), "-1,234");
	assert_string_equal(
	    progress_number(INT64_MIN, out), "-9,223,372,036,854,775,808");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("it is drawn on a terminal, and wiped", it_is_drawn_and_wiped),
	    TEST("it never fills the line", it_never_fills_the_line),
	    TEST("short work draws nothing", short_work_draws_nothing),
	    TEST("where there is no terminal nothing is drawn",
		elsewhere_nothing_is_drawn),
	    TEST("numbers have their separators and units",
		numbers_have_separators_and_units),
	};

	return RUN(tests);
}
