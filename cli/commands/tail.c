/* leadsheet tail: today's leads as they come, a line each. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/terminal/terminal.h"
#include "config/shape.h"
#include "journal/follow.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

#define EVERY     250000000 /* nanoseconds between looks at the journal */
#define LINES     10
#define LINES_MAX 1000000

const struct flag tail_flags[] = {
    {"lines", 'n', "N", "begin with the last N of today (10)"},
    {"json", 0, NULL, "as JSON, one object a lead"},
    {NULL, 0, NULL, NULL},
};

/* The columns of a lead's line. */
enum { TIME, PERSON, JOB, DEED, SIGNAL, CELLS };

/* What is under way. */
struct view {
	int json;
	int terminal;
	size_t lines;       /* of those before, how many to show */
	struct bytes *ring; /* owned; the last of them */
	size_t nring;       /* how many there were */
	int follows;        /* those before are shown */
};

/* The values of a lead that a line is made of, and what stands between. */
static const struct {
	enum leads_field field;
	int column;
	const char *before; /* where something stands in the column already */
} cells[] = {{LEADS_FULL_NAME, PERSON, ""}, {LEADS_JOB_TITLE, JOB, ""},
    {LEADS_COMPANY_NAME, JOB, ", "}, {LEADS_ENGAGEMENT_TYPE, DEED, ""},
    {LEADS_REACTION_TYPE, DEED, " "}, {LEADS_COMMENT_TEXT, DEED, ": "},
    {LEADS_SIGNAL_NAME, SIGNAL, ""}};

/* Add a text without NULs, which end a column. */
static void
add_text(struct bytes *b, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		bytes_addc(b, s[i] == '\0' ? ' ' : s[i]);
}

/* A lead as its columns, a NUL behind each. */
static int
add_columns(struct bytes *b, const struct record *r, struct leads *d,
    size_t lead, struct fault *f)
{
	char at[UTC_LOCAL_SIZE];
	struct value v;
	size_t i, from;
	int column;

	utc_local(r->received, at);
	bytes_printf(b, "%s%c", at, 0);
	for (column = PERSON, i = 0; column < CELLS; column++) {
		from = b->len;
		for (; i < sizeof(cells) / sizeof(cells[0]) &&
		       cells[i].column == column;
		     i++) {
			if (leads_value(d, lead, cells[i].field, &v, f) == -1)
				return -1;
			if (v.type == VALUE_NONE || v.len == 0)
				continue;
			if (b->len > from)
				bytes_adds(b, cells[i].before);
			add_text(b, v.data, v.len);
		}
		bytes_addc(b, '\0');
	}
	return bytes_check(b, f);
}

/* A lead as JSON, a NUL behind it as well. */
static int
add_json(struct bytes *b, const struct record *r, struct leads *d, size_t lead,
    struct fault *f)
{
	struct sheet_value v;
	int column;

	for (column = 0; column < SHAPE_COLUMNS; column++) {
		if (sheet_value(column, r, d, lead, &v, f) == -1)
			return -1;
		bytes_printf(b, "%c\"%s\":", column == 0 ? '{' : ',',
		    shape_column_name(column));
		sheet_json(b, &v);
	}
	bytes_addc(b, '}');
	bytes_addc(b, '\0');
	return bytes_check(b, f);
}

/*
 * How wide each column is, two blanks between them: the time and the name as
 * far as there is room, the rest shared out.  A column of 0 is left out.
 */
static void
share_width(int width, int wide[static CELLS])
{
	/* One column stays free: some terminals go on to the next line. */
	int rest = width - 1 - 8;

	memset(wide, 0, CELLS * sizeof(wide[0]));
	wide[TIME] = 8;
	if (width < 50) {
		wide[PERSON] = rest - 2;
		return;
	}
	rest -= 2 * (CELLS - 1);
	wide[PERSON] = rest * 28 / 100 > 30 ? 30 : rest * 28 / 100;
	wide[SIGNAL] = rest * 18 / 100 > 30 ? 30 : rest * 18 / 100;
	rest -= wide[PERSON] + wide[SIGNAL];
	wide[JOB] = rest / 2 > 60 ? 60 : rest / 2;
	wide[DEED] = rest - wide[JOB];
}

static void
print_fitted(const char *line)
{
	int wide[CELLS], column;

	share_width(terminal_width(STDOUT_FILENO), wide);
	for (column = TIME; column < CELLS; column++) {
		if (wide[column] > 0 && column > TIME)
			(void)fputs("  ", stdout);
		/* Of the time, only the hours: it is today's. */
		if (column == TIME)
			(void)printf("%s%.8s%s",
			    terminal_style(stdout, STYLE_DIM),
			    line + UTC_DAY_SIZE,
			    terminal_style(stdout, STYLE_PLAIN));
		else if (wide[column] > 0)
			terminal_fit(stdout, line, strlen(line), wide[column]);
		line += strlen(line) + 1;
	}
	(void)putchar('\n');
}

/* By TABs, whole; what a terminal would do, not show, is a blank. */
static void
print_whole(const char *line)
{
	size_t n, i, step;
	uint32_t c;
	int column;

	for (column = TIME; column < CELLS; column++) {
		if (column > TIME)
			(void)putchar('\t');
		n = strlen(line);
		for (i = 0; i < n; i += step) {
			step = text_next(line + i, n - i, &c, NULL);
			if (text_is_control(c))
				(void)putchar(' ');
			else
				(void)fwrite(line + i, 1, step, stdout);
		}
		line += n + 1;
	}
	(void)putchar('\n');
}

static void
print_line(const struct view *v, const char *line)
{
	if (v->json)
		(void)puts(line);
	else if (v->terminal)
		print_fitted(line);
	else
		print_whole(line);
}

/* Print a lead, or keep it where those before are not yet counted. */
static int
take_lead(struct view *v, const struct record *r, struct leads *d, size_t lead,
    struct fault *f)
{
	struct bytes one = {0}, *b = &one;
	int rc;

	if (!v->follows && v->lines == 0)
		return 0;
	if (!v->follows)
		b = &v->ring[v->nring++ % v->lines];
	bytes_reset(b);
	rc = (v->json ? add_json : add_columns)(b, r, d, lead, f);
	if (rc == 0 && v->follows)
		print_line(v, b->data);
	bytes_free(&one);
	return rc;
}

static int
take_record(struct view *v, const struct record *r, struct fault *f)
{
	struct leads leads = {.at = 0};
	size_t lead;
	int rc;

	if (r->kind != RECORD_LEADS)
		return 0;
	rc = leads_read(&leads, r->body, r->body_len, f);
	for (lead = 0; lead < leads_count(&leads) && rc == 0; lead++)
		rc = take_lead(v, r, &leads, lead, f);
	leads_free(&leads);
	return rc;
}

/* All that there was when we began is read: show the last of it. */
static void
begin_to_follow(struct view *v)
{
	size_t i = v->nring > v->lines ? v->nring - v->lines : 0;

	for (; i < v->nring; i++)
		print_line(v, v->ring[i % v->lines].data);
	v->follows = 1;
	for (i = 0; i < v->lines; i++)
		bytes_free(&v->ring[i]);
}

/* Wait for a quarter of a second; 0, or 1 when nobody reads any more. */
static int
wait_a_little(const sigset_t *waiting)
{
	const struct timespec every = {0, EVERY};
	struct pollfd out = {STDOUT_FILENO, 0, 0};

	return ppoll(&out, 1, &every, waiting) > 0 &&
	       (out.revents & (POLLERR | POLLHUP)) != 0;
}

/* Until a signal; SIGTERM is let in while it waits, as waiting says. */
static int
watch_until_stopped(
    struct cli *cli, struct view *v, struct follow *w, const sigset_t *waiting)
{
	struct fault f = {0};
	struct record r;
	int rc, stopped;

	while (!ferror(stdout)) {
		/* Asked before it reads: SIGTERM waits for all of the rest. */
		stopped = terminal_stopped();
		if (stopped != 0 && stopped != SIGTERM)
			break;
		if ((rc = follow_next(w, utc_now(), &r, &f)) == 1)
			rc = take_record(v, &r, &f) == -1 ? -1 : 1;
		if (rc == -1)
			return cli_fault(cli, &f);
		if (rc == 1)
			continue;
		if (!v->follows)
			begin_to_follow(v);
		if (fflush(stdout) == EOF || stopped != 0 ||
		    wait_a_little(waiting))
			break;
	}
	/* Who reads no more, as head(1), has all that was asked for. */
	return terminal_stopped() == 0 ? EX_OK : EX_TEMPFAIL;
}

/*
 * What came before SIGTERM is shown, all of it: a write(2) that the signal ends
 * would lose what stdout holds, so it is kept out until there is nothing more
 * to write.  Ctrl-C is for a person, who wants an end at once.
 */
static int
watch(struct cli *cli, struct view *v, struct follow *w)
{
	sigset_t term, before;
	int rc;

	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, &before);
	rc = watch_until_stopped(cli, v, w, &before);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

/* How many of those before to show; -1 when that is no number. */
static long
count_lines(const char *text)
{
	char *end;
	long n;

	if (text == NULL)
		return LINES;
	n = strtol(text, &end, 10);
	return text[0] < '0' || text[0] > '9' || *end != '\0' || n > LINES_MAX
	           ? -1
	           : n;
}

int
tail_run(struct cli *cli)
{
	struct view v = {0};
	struct endpoint e;
	struct fault f = {0};
	struct follow *w;
	char dir[PATH_MAX];
	long lines = count_lines(cli_option(cli, "lines"));
	int rc = cli_endpoint(cli, cli->options.arguments[0], &e);

	if (rc != EX_OK || (rc = cli_use_settings(cli, &e)) != EX_OK)
		return rc;
	if (cli->settings.wrong.kind != FAULT_NONE)
		(void)cli_fail(cli, EX_OK, "%s; %s", cli->settings.wrong.text,
		    settings_effect(&cli->settings));
	if (lines == -1)
		return cli_fail(cli, EX_USAGE,
		    "--lines wants a number up to %d, not \"%s\"", LINES_MAX,
		    cli_option(cli, "lines"));
	v.lines = (size_t)lines;
	v.json = cli_option(cli, "json") != NULL;
	v.terminal = isatty(STDOUT_FILENO);
	endpoint_path(&e, dir, "journal");
	v.ring = calloc(v.lines + 1, sizeof(*v.ring));
	w = follow_open(dir, &f);
	if (v.ring == NULL)
		(void)fault_set(&f, FAULT_MEMORY, 0, "out of memory");
	rc = f.kind != FAULT_NONE ? cli_fault(cli, &f) : watch(cli, &v, w);
	for (; !v.follows && lines > 0 && v.ring != NULL; lines--)
		bytes_free(&v.ring[lines - 1]);
	free(v.ring);
	follow_close(w);
	return rc;
}
