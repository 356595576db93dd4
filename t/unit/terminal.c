#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "cli/terminal/terminal.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* What terminal_fit() writes; good until the next call. */
static const char *
fit(const char *text, size_t n, int width)
{
	static char *out;
	size_t len;
	FILE *f;

	free(out);
	f = open_memstream(&out, &len);
	assert_non_null(f);
	terminal_fit(f, text, n, width);
	assert_int_equal(fclose(f), 0);
	return out;
}

static void
a_text_takes_its_columns_exactly(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *fitted;
	} cases[] = {
	    {"", 3, "   "},
	    {"abc", 3, "abc"},
	    {"abc", 5, "abc  "},
	    {"abcd", 3, "ab" ELLIPSIS},
	    {"abcd", 1, ELLIPSIS},
	    {"Jos\xc3\xa9 x", 4, "Jos" ELLIPSIS},
	    {"Jos\xc3\xa9", 4, "Jos\xc3\xa9"},
	    /* Two columns each: the second does not fit beside the mark. */
	    {"\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a", 6,
		"\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a"},
	    {"\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a", 5,
		"\xe6\xa0\xaa\xe5\xbc\x8f" ELLIPSIS},
	    {"\xe6\xa0\xaa\xe5\xbc\x8f\xe4\xbc\x9a", 4,
		"\xe6\xa0\xaa" ELLIPSIS " "},
	    /* An accent of its own takes no column. */
	    {"e\xcc\x81x", 2, "e\xcc\x81x"},
	    {"\xf0\x9f\x98\x80!", 3, "\xf0\x9f\x98\x80!"},
	    {"a\x1b[2Jb", 6, "a [2Jb"},
	    {"a\rb\nc\td", 7, "a b c d"},
	    {"a\xe2\x80\xae"
	     "b",
		3, "a b"},
	    {"a\xffz", 3, "a z"},
	};
	size_t i;

	(void)state;
	assert_int_equal(setenv("LC_ALL", "C.UTF-8", 1), 0);
	for (i = 0; i < COUNT(cases); i++) {
		assert_string_equal(
		    fit(cases[i].text, strlen(cases[i].text), cases[i].width),
		    cases[i].fitted);
		assert_int_equal(
		    terminal_columns(cases[i].fitted, strlen(cases[i].fitted)),
		    cases[i].width);
	}
	assert_string_equal(fit("a\0b", 3, 3), "a b");
}

static void
the_locale_tells_which_mark(void **state)
{
	(void)state;
	assert_int_equal(setenv("LC_ALL", "", 1), 0);
	assert_int_equal(setenv("LC_CTYPE", "de_DE.utf8", 1), 0);
	assert_int_equal(setenv("LANG", "C", 1), 0);
	assert_true(terminal_is_utf8());
	assert_int_equal(unsetenv("LC_CTYPE"), 0);
	assert_false(terminal_is_utf8());
	assert_string_equal(fit("abcd", 4, 3), "ab>");
	assert_int_equal(setenv("LC_ALL", "C.UTF-8", 1), 0);
	assert_true(terminal_is_utf8());
}

static void
words_are_wrapped_and_what_is_quoted_is_not(void **state)
{
	static const struct {
		const char *text;
		const char *wrapped;
	} cases[] = {
	    {"", ""},
	    {"one two", "one two"},
	    {"one two three four", "one two\n  three four"},
	    {"see it  \"a b\" now", "see it\n  \"a b\" now"},
	    {"an unwrappable-long one", "an\n  unwrappable-long\n  one"},
	    {"an odd \" mark", "an odd \"\n  mark"},
	};
	char *out;
	size_t len, i;
	FILE *f;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		out = NULL;
		f = open_memstream(&out, &len);
		assert_non_null(f);
		terminal_wrap(f, cases[i].text, 2, 13);
		assert_int_equal(fclose(f), 0);
		assert_string_equal(out, cases[i].wrapped);
		free(out);
	}
}

static void
no_terminal_has_80_columns_and_no_colour(void **state)
{
	FILE *f = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(setenv("TERM", "xterm", 1), 0);
	assert_int_equal(terminal_width(fileno(f)), 80);
	assert_string_equal(terminal_style(f, STYLE_BAD), "");
	assert_int_equal(fclose(f), 0);
}

/* Colour on a terminal, unless somebody says no. */
static void
a_terminal_has_its_width_and_colour(void **state)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY);
	struct winsize w = {24, 132, 0, 0};
	FILE *f;

	(void)state;
	assert_true(fd != -1);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	f = fopen(ptsname(fd), "r+e");
	assert_non_null(f);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &w), 0);
	assert_int_equal(terminal_width(fileno(f)), 132);
	w.ws_col = 0;
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &w), 0);
	assert_int_equal(terminal_width(fileno(f)), 80);
	assert_int_equal(setenv("TERM", "xterm", 1), 0);
	assert_int_equal(unsetenv("NO_COLOR"), 0);
	assert_string_equal(terminal_style(f, STYLE_BAD), "\033[31m");
	assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
	assert_string_equal(terminal_style(f, STYLE_BAD), "");
	assert_int_equal(setenv("NO_COLOR", "", 1), 0);
	assert_string_equal(terminal_style(f, STYLE_BAD), "\033[31m");
	assert_int_equal(setenv("TERM", "dumb", 1), 0);
	assert_string_equal(terminal_style(f, STYLE_BAD), "");
	assert_int_equal(setenv("TERM", "xterm", 1), 0);
	terminal_no_colour();
	assert_string_equal(terminal_style(f, STYLE_BAD), "");
	assert_int_equal(fclose(f), 0);
	assert_int_equal(close(fd), 0);
}

/* A child catches, is stopped, tidies up and dies of it. */
static void
who_is_stopped_dies_of_the_signal(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	int status;
	size_t i;
	pid_t pid;

	(void)state;
	for (i = 0; i < COUNT(signals); i++) {
		if ((pid = fork()) == 0) {
			/* The test itself may run under nohup. */
			(void)signal(signals[i], SIG_DFL);
			terminal_catch();
			if (terminal_stopped() != 0 || raise(signals[i]) != 0 ||
			    terminal_stopped() != signals[i])
				_exit(1);
			terminal_die();
			_exit(2);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
	}
	if ((pid = fork()) == 0) {
		(void)signal(SIGHUP, SIG_IGN);
		terminal_catch();
		_exit(raise(SIGHUP) == 0 && terminal_stopped() == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a text takes its columns exactly, and moves no cursor",
		a_text_takes_its_columns_exactly),
	    TEST("words are wrapped, and what is quoted stays in one piece",
		words_are_wrapped_and_what_is_quoted_is_not),
	    TEST("the locale tells which mark a cut text has",
		the_locale_tells_which_mark),
	    TEST("what is no terminal has 80 columns and no colour",
		no_terminal_has_80_columns_and_no_colour),
	    TEST("a terminal has its width, and colour unless someone says no",
		a_terminal_has_its_width_and_colour),
	    TEST("who is stopped dies of the signal, but of none under nohup",
		who_is_stopped_dies_of_the_signal),
	};

	return RUN(tests);
}
