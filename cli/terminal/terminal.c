/* terminal: what a person looks at; see terminal.h. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/terminal/terminal.h"

/* Atomic as well, as other threads than the one with the signal read it. */
static _Atomic volatile sig_atomic_t stopped;
static volatile sig_atomic_t no_colour; /* set once, by main */

int
terminal_width(int fd)
{
	struct winsize w;

	if (ioctl(fd, TIOCGWINSZ, &w) == -1 || w.ws_col < 20)
		return 80;
	return w.ws_col;
}

void
terminal_no_colour(void)
{
	no_colour = 1;
}

const char *
terminal_style(FILE *out, enum style style)
{
	static const char *const codes[] = {[STYLE_PLAIN] = "\033[0m",
	    [STYLE_BOLD] = "\033[1m",
	    [STYLE_DIM] = "\033[2m",
	    [STYLE_GOOD] = "\033[32m",
	    [STYLE_BAD] = "\033[31m",
	    [STYLE_WARN] = "\033[33m"};
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (no_colour || (no != NULL && no[0] != '\0') || term == NULL ||
	    strcmp(term, "dumb") == 0 || !isatty(fileno(out)))
		return "";
	return codes[style];
}

int
terminal_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *value;
	size_t i;

	/* The first that is set counts: locale(7). */
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			return strcasestr(value, "utf-8") != NULL ||
			       strcasestr(value, "utf8") != NULL;
	}
	return 0;
}

/* How many columns a code point takes: East Asian ones and emoji take two. */
static int
columns_of(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		int columns;
	} ranges[] = {{0x300, 0x36f, 0}, {0x483, 0x489, 0}, {0x591, 0x5bd, 0},
	    {0x610, 0x61a, 0}, {0x64b, 0x65f, 0}, {0x93c, 0x93c, 0},
	    {0x941, 0x948, 0}, {0x94d, 0x94d, 0}, {0xe31, 0xe31, 0},
	    {0xe34, 0xe3a, 0}, {0xe47, 0xe4e, 0}, {0x1100, 0x115f, 2},
	    {0x200b, 0x200f, 0}, {0x20d0, 0x20ff, 0}, {0x2e80, 0x303e, 2},
	    {0x3041, 0xa4cf, 2}, {0xac00, 0xd7a3, 2}, {0xf900, 0xfaff, 2},
	    {0xfe00, 0xfe0f, 0}, {0xfe30, 0xfe6f, 2}, {0xfeff, 0xfeff, 0},
	    {0xff00, 0xff60, 2}, {0xffe0, 0xffe6, 2}, {0x1f1e6, 0x1f1ff, 1},
	    {0x1f300, 0x1f3fa, 2}, {0x1f3fb, 0x1f3ff, 0}, {0x1f400, 0x1f64f, 2},
	    {0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1f9ff, 2}, {0x1fa70, 0x1faff, 2},
	    {0x20000, 0x3fffd, 2}};
	size_t i;

	if (c < 0x300 || text_is_control(c)) /* which is shown as a blank */
		return 1;
	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}

int
terminal_columns(const char *s, size_t n)
{
	size_t i = 0;
	uint32_t c;
	int width = 0;

	while (i < n) {
		i += text_next(s + i, n - i, &c, NULL);
		width += columns_of(c);
	}
	return width;
}

void
terminal_fit(FILE *out, const char *text, size_t n, int width)
{
	int fits = terminal_columns(text, n) <= width;
	int room = fits ? width : width - 1, used = 0, columns;
	size_t i, step;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(text + i, n - i, &c, NULL);
		columns = columns_of(c);
		if (used + columns > room)
			break;
		if (text_is_control(c) || c == 0xfffd)
			(void)fputc(' ', out);
		else
			(void)fwrite(text + i, 1, step, out);
		used += columns;
	}
	if (!fits) {
		(void)fputs(terminal_is_utf8() ? "\xe2\x80\xa6" : ">", out);
		used++;
	}
	for (; used < width; used++)
		(void)fputc(' ', out);
}

/* How long a word is; what stands in quotes is to be copied in one go. */
static int
word_length(const char *text)
{
	int n = (int)strcspn(text, " \""), quoted;

	if (text[n] != '"')
		return n;
	quoted = (int)strcspn(text + n + 1, "\"");
	return text[n + 1 + quoted] == '\0'
	           ? (int)strcspn(text, " ")
	           : n + quoted + 2 + (int)strcspn(text + n + quoted + 2, " ");
}

void
terminal_wrap(FILE *out, const char *text, int indent, int width)
{
	int n, columns, used = indent;

	while (*text != '\0') {
		n = word_length(text);
		columns = terminal_columns(text, (size_t)n);
		if (used > indent && used + 1 + columns >= width) {
			(void)fprintf(out, "\n%*s", indent, "");
			used = indent;
		} else if (used > indent) {
			(void)fputc(' ', out);
			used++;
		}
		(void)fprintf(out, "%.*s", n, text);
		used += columns;
		text += n;
		text += strspn(text, " ");
	}
}

static void
on_signal(int sig)
{
	stopped = sig;
}

void
terminal_catch(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa, old;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_signal; /* no SA_RESTART: a wait is to end */
	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		/* Under nohup SIGHUP is to stay ignored. */
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &sa, NULL);
}

int
terminal_stopped(void)
{
	return stopped;
}

void
terminal_die(void)
{
	(void)signal(stopped, SIG_DFL);
	(void)raise(stopped);
}

void
terminal_forgive(void)
{
	stopped = 0;
}
