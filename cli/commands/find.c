/* leadsheet find: who is it, and since when do they come? */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands/export.h"
#include "cli/people/found.h"
#include "cli/terminal/terminal.h"

#define EX_NOBODY 1 /* as grep(1) has it */

const struct flag find_flags[] = {
    {"endpoint", 0, "A,B,...", "of these endpoints only"},
    {"json", 0, NULL, "as JSON, one object a person"},
    {NULL, 0, NULL, NULL},
};

/* How the lines are to look. */
struct view {
	int terminal;
	int width;
	struct bytes
	    waiting; /* for a terminal, while a progress bar is on it */
};

/* By TABs, whole; what a terminal would do, not show, is a blank. */
static void
print_text(const char *s)
{
	size_t n = strlen(s), i, step;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, NULL);
		if (text_is_control(c))
			(void)putchar(' ');
		else
			(void)fwrite(s + i, 1, step, stdout);
	}
}

static void
print_whole(const char *const cells[FOUND_CELLS])
{
	int i;

	for (i = 0; i < FOUND_CELLS; i++) {
		if (i > 0)
			(void)putchar('\t');
		print_text(cells[i]);
	}
	(void)putchar('\n');
}

/* Their first line: who, what they do and where, when and how often. */
static void
print_fitted(const struct view *v, const char *name, const char *job,
    const char *company, const char *first, const char *last, const char *times)
{
	struct bytes work = {0};
	/* One column stays free: some terminals go on to the next line. */
	int rest = v->width - 1, wide = rest >= 60;

	rest -= 2 + (wide ? 2 * (UTC_DAY_SIZE + 1) + 7 : 0);
	bytes_adds(&work, job);
	if (job[0] != '\0' && company[0] != '\0')
		bytes_adds(&work, ", ");
	bytes_adds(&work, company);
	terminal_fit(stdout, name, strlen(name), rest * 2 / 5);
	(void)fputs("  ", stdout);
	terminal_fit(stdout, work.data == NULL ? "" : work.data, work.len,
	    rest - rest * 2 / 5);
	if (wide)
		(void)printf("  %.10s  %.10s %6s", first, last, times);
	(void)putchar('\n');
	bytes_free(&work);
}

/* Their second: what tells them apart for good, to be copied whole. */
static void
print_person(const struct view *v, const char *const cells[FOUND_CELLS])
{
	print_fitted(v, cells[FOUND_NAME], cells[FOUND_JOB],
	    cells[FOUND_COMPANY], cells[FOUND_FIRST], cells[FOUND_LAST],
	    cells[FOUND_TIMES]);
	(void)printf("  %s", terminal_style(stdout, STYLE_DIM));
	print_text(cells[FOUND_URN][0] == '\0' ? "(no urn)" : cells[FOUND_URN]);
	(void)fputs("  ", stdout);
	print_text(cells[FOUND_URL]);
	(void)printf("%s\n", terminal_style(stdout, STYLE_PLAIN));
}

static int
take(void *view, const char *const cells[FOUND_CELLS], struct fault *f)
{
	struct view *v = view;
	int i;

	if (!v->terminal) {
		print_whole(cells);
		return 0;
	}
	for (i = 0; i < FOUND_CELLS; i++)
		bytes_add(&v->waiting, cells[i], strlen(cells[i]) + 1);
	return bytes_check(&v->waiting, f);
}

static void
print_waiting(const struct view *v)
{
	const char *at = v->waiting.data, *cells[FOUND_CELLS];
	const char *end = at + v->waiting.len;
	int i;

	if (at == end)
		return;
	(void)fputs(terminal_style(stdout, STYLE_DIM), stdout);
	print_fitted(
	    v, "name", "job", "company", "first seen", "last seen", "times");
	(void)fputs(terminal_style(stdout, STYLE_PLAIN), stdout);
	while (at < end) {
		for (i = 0; i < FOUND_CELLS; i++) {
			cells[i] = at;
			at += strlen(at) + 1;
		}
		print_person(v, cells);
	}
}

/* Words that stand apart are one text. */
static int
join(const struct cli *cli, struct bytes *text)
{
	struct fault f = {0};
	int i;

	for (i = 0; i < cli->options.narguments; i++) {
		if (i > 0)
			bytes_addc(text, ' ');
		bytes_adds(text, cli->options.arguments[i]);
	}
	if (bytes_check(text, &f) == -1)
		return cli_fault(cli, &f);
	return text->len > 0
	           ? EX_OK
	           : cli_fail(cli, EX_USAGE,
			 "the text is empty; say a part of a name, a company, "
			 "a profile's URL or a urn");
}

static int
run(struct cli *cli, struct view *v, const struct bytes *text)
{
	const struct seek seek = {text->data, text->len, 0};
	struct found x = {.context = v};
	int rc;

	if (cli_option(cli, "json") == NULL)
		x.take = take;
	if ((rc = found_people(&x, cli, &seek)) != EX_OK)
		return rc;
	print_waiting(v);
	if (x.damaged > 0)
		return export_complain_damaged(cli, x.damaged, x.endpoint);
	return x.count > 0 ? EX_OK
	                   : cli_fail(cli, EX_NOBODY,
				 "nobody is kept whose name, company, profile "
				 "URL or urn "
				 "has \"%.*s\" in it; try a shorter part",
				 (int)text->len, text->data);
}

int
find_run(struct cli *cli)
{
	struct view v = {.terminal = isatty(STDOUT_FILENO)};
	struct bytes text = {0};
	int rc = join(cli, &text);

	v.width = terminal_width(STDOUT_FILENO);
	if (rc == EX_OK)
		rc = run(cli, &v, &text);
	bytes_free(&v.waiting);
	bytes_free(&text);
	return rc;
}
