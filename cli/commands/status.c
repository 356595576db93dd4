/* leadsheet status: how the endpoints are, at a glance. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/checks/relays.h"
#include "cli/cli.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "upkeep/concerns.h"
#include "upkeep/tally.h"

const struct flag status_flags[] = {
    {"json", 0, NULL, "as JSON, one object an endpoint"},
    {NULL, 0, NULL, NULL},
};

#define REST_WIDTH 60 /* columns of an endpoint's line behind the name */

struct report {
	const struct cli *cli;
	int64_t now;
	int width;          /* of the terminal */
	int name_width;     /* of the longest name */
	int json;           /* as JSON: all goes there, in one go */
	int nconcerns;      /* told so far; of an endpoint where it is JSON */
	int of_one;         /* settings of an endpoint are told */
	int rc;             /* that of an endpoint that can't be looked at */
	struct bytes notes; /* printed behind what is to be acted on, */
	struct bytes lines; /* and then the endpoints */
};

static void
print_concern(struct report *r, enum concern grade, const char *text)
{
	const char *style = terminal_style(
	    stdout, grade == CONCERN_ACT ? STYLE_BAD : STYLE_WARN);

	(void)printf("%s%c%s ", style, grade == CONCERN_ACT ? '!' : '-',
	    style[0] == '\0' ? "" : terminal_style(stdout, STYLE_PLAIN));
	cli_print(r->cli, stdout, 2, "%s", text);
	(void)putchar('\n');
	r->nconcerns++;
}

static void
add_concern(struct report *r, enum concern grade, const char *text)
{
	struct bytes whole = {0};

	cli_complete(r->cli, text, &whole);
	bytes_printf(&r->lines,
	    "%s{\"act\":%s,\"text\":", r->nconcerns++ > 0 ? "," : "",
	    grade == CONCERN_ACT ? "true" : "false");
	text_json(&r->lines, whole.failed ? text : whole.data,
	    strlen(whole.failed ? text : whole.data));
	bytes_addc(&r->lines, '}');
	bytes_free(&whole);
}

static void
on_concern(void *context, enum concern grade, const char *text)
{
	struct report *r = context;

	if (r->json)
		add_concern(r, grade, text);
	else if (grade == CONCERN_ACT)
		print_concern(r, grade, text);
	else
		bytes_add(&r->notes, text, strlen(text) + 1);
}

/* One wrong setting; those of all endpoints are told once, where it isn't JSON.
 */
static void
on_wrong(void *context, const struct settings_wrong *w)
{
	struct report *r = context;
	char concern[1024];

	if (!r->json && r->of_one &&
	    (w->line == NULL || w->line->section != CONF_ENDPOINT))
		return;
	(void)snprintf(concern, sizeof(concern), "%s; %s", w->text, w->effect);
	on_concern(r, CONCERN_ACT, concern);
}

/* What is wrong with the settings of an endpoint, or with NULL of all. */
static void
tell_settings(struct report *r, const struct cli *cli, const char *name)
{
	struct settings all;

	r->of_one = name != NULL;
	settings_tell(&all, &cli->conf, cli->conf_path, name, on_wrong, r);
}

static void
on_relay(void *context, const char *text)
{
	on_concern(context, CONCERN_ACT, text);
}

/* A number with its noun, as "1,204 leads". */
static void
add_count(struct bytes *b, int64_t n, const char *one, const char *many)
{
	char number[PROGRESS_NUMBER_SIZE];

	bytes_printf(
	    b, "%s %s", progress_number(n, number), n == 1 ? one : many);
}

/* The days as bars; a day without a lead is the lowest, and alone in that. */
static void
add_sparkline(struct bytes *b, const struct tally *t)
{
	int utf8 = terminal_is_utf8(), steps = utf8 ? 7 : 9, level;
	int64_t most = 1;
	size_t i;

	for (i = 0; i < TALLY_DAYS; i++)
		if (t->days[i].leads > most)
			most = t->days[i].leads;
	for (i = 0; i < TALLY_DAYS; i++) {
		level = (int)((t->days[i].leads * steps + most - 1) / most);
		if (utf8)
			bytes_printf(b, "\xe2\x96%c", 0x81 + level);
		else
			bytes_addc(b, level == 0 ? '.' : (char)('0' + level));
	}
}

/* When, and how long ago that is. */
static void
add_time(struct bytes *b, int64_t when, int64_t now)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {
	    {24 * 3600, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	char at[UTC_LOCAL_SIZE], today[UTC_DAY_SIZE],
	    number[PROGRESS_NUMBER_SIZE];
	int64_t ago = (now - when) / UTC_SECOND;
	size_t i = 0;

	utc_local(when, at);
	utc_day(now, today);
	if (strncmp(at, today, UTC_DAY_SIZE - 1) == 0)
		bytes_printf(b, "today %.5s", at + UTC_DAY_SIZE);
	else
		bytes_printf(b, "%.16s", at);
	if (ago < 0) {
		bytes_adds(b, ", by a clock that was ahead");
		return;
	}
	/* Two at least, as in "36 hours": one day would be very rough. */
	while (i < 3 && ago < 2 * units[i].seconds)
		i++;
	ago /= units[i].seconds;
	bytes_printf(b, ", %s %s%s ago", progress_number(ago, number),
	    units[i].name, ago == 1 ? "" : "s");
}

/* The second line: what there is to tell, as clauses. */
static void
add_details(struct report *r, const struct tally *t)
{
	struct bytes *b = &r->lines;
	const char *dot = terminal_is_utf8() ? " \xc2\xb7 " : "; ";
	const struct tally_day sum = tally_sum(t);
	char number[PROGRESS_NUMBER_SIZE];

	if (t->newest == 0) {
		bytes_adds(b, "no delivery yet");
	} else {
		bytes_adds(b, "last ");
		add_time(b, t->newest, r->now);
	}
	if (sum.tests > 0) {
		bytes_adds(b, dot);
		add_count(b, sum.tests, "test", "tests");
	}
	if (sum.unreadable > 0) {
		bytes_adds(b, dot);
		add_count(b, sum.unreadable, "unreadable", "unreadable");
	}
	bytes_printf(b, "%s%s", dot, progress_bytes(t->disk, number));
	if (t->days_kept > 0) {
		bytes_adds(b, " in ");
		add_count(b, (int64_t)t->days_kept, "day", "days");
	}
}

static void
add_endpoint(struct report *r, const struct endpoint *e, const struct tally *t)
{
	struct bytes *b = &r->lines;
	const char *plain = terminal_style(stdout, STYLE_PLAIN);
	char number[PROGRESS_NUMBER_SIZE];

	/* Beside a long name there is no room for the rest. */
	bytes_printf(b, "%s%-*s%s%s%s%-3s%s %9s today  ",
	    terminal_style(stdout, STYLE_BOLD), r->name_width, e->name, plain,
	    r->name_width + REST_WIDTH > r->width ? "\n  " : "  ",
	    terminal_style(stdout, e->disabled ? STYLE_WARN : STYLE_GOOD),
	    e->disabled ? "off" : "on", plain,
	    progress_number(t->days[TALLY_DAYS - 1].leads, number));
	add_sparkline(b, t);
	bytes_adds(b, r->width < REST_WIDTH + 2 ? "\n  " : "  ");
	add_count(b, tally_sum(t).leads, "lead", "leads");
	bytes_printf(b, " in %d days\n", TALLY_DAYS);
	/* NUL: what follows is to be wrapped. */
	bytes_addc(b, '\0');
	add_details(r, t);
	bytes_addc(b, '\0');
}

static void
add_json_days(struct bytes *b, const struct tally *t)
{
	const struct tally_day *d;
	size_t i;

	bytes_adds(b, "\"days\":[");
	for (i = 0; i < TALLY_DAYS; i++) {
		d = &t->days[i];
		bytes_printf(b,
		    "%s{\"day\":\"%s\",\"leads\":%lld,\"deliveries\":%lld,"
		    "\"tests\":%lld,\"other\":%lld,\"unreadable\":%lld}",
		    i > 0 ? "," : "", d->day, (long long)d->leads,
		    (long long)d->deliveries, (long long)d->tests,
		    (long long)d->others, (long long)d->unreadable);
	}
	bytes_adds(b, "],");
}

static void
add_json(struct report *r, const struct cli *cli, const struct endpoint *e,
    const struct tally *t)
{
	const struct tally_day sum = tally_sum(t);
	struct bytes *b = &r->lines;
	char iso[UTC_ISO_SIZE];

	utc_iso(t->newest, iso);
	bytes_printf(b,
	    "{\"name\":\"%s\",\"enabled\":%s,\"last\":%s%s%s,"
	    "\"leads_today\":%lld,\"leads\":%lld,\"tests\":%lld,"
	    "\"unreadable\":%lld,",
	    e->name, e->disabled ? "false" : "true", t->newest == 0 ? "" : "\"",
	    t->newest == 0 ? "null" : iso, t->newest == 0 ? "" : "\"",
	    (long long)t->days[TALLY_DAYS - 1].leads, (long long)sum.leads,
	    (long long)sum.tests, (long long)sum.unreadable);
	add_json_days(b, t);
	bytes_printf(b, "\"disk\":%lld,\"days_kept\":%zu,\"oldest\":%s%s%s,",
	    (long long)t->disk, t->days_kept, t->days_kept == 0 ? "" : "\"",
	    t->days_kept == 0 ? "null" : t->oldest,
	    t->days_kept == 0 ? "" : "\"");
	bytes_adds(b, "\"attention\":[");
	r->nconcerns = 0;
	tell_settings(r, cli, e->name);
	concerns_each(e, &cli->settings, t, r->now, on_concern, r);
	relays_each(cli, on_relay, r);
	bytes_adds(b, "]}\n");
}

static int
report_one(struct cli *cli, const struct endpoint *e, void *context)
{
	struct report *r = context;
	struct fault f = {0};
	struct tally t;

	if (tally_count(&t, e, r->now, &f) == -1) {
		/* The others are to be seen all the same. */
		r->rc = cli_fault(cli, &f);
	} else if (r->json) {
		add_json(r, cli, e, &t);
	} else {
		tell_settings(r, cli, e->name);
		concerns_each(e, &cli->settings, &t, r->now, on_concern, r);
		add_endpoint(r, e, &t);
	}
	return terminal_stopped() == 0 ? EX_OK : EX_TEMPFAIL;
}

static int
measure_name(struct cli *cli, const struct endpoint *e, void *context)
{
	struct report *r = context;

	(void)cli;
	if ((int)strlen(e->name) > r->name_width)
		r->name_width = (int)strlen(e->name);
	return EX_OK;
}

/* Those that were named, or all of them. */
static int
each_named(struct cli *cli,
    int (*what)(struct cli *, const struct endpoint *, void *), void *context)
{
	struct endpoint e;
	int i, rc = EX_OK;

	if (cli->options.narguments == 0)
		return cli_each_endpoint(cli, what, context);
	for (i = 0; i < cli->options.narguments && rc == EX_OK; i++)
		if ((rc = cli_endpoint(cli, cli->options.arguments[i], &e)) ==
			EX_OK &&
		    (rc = cli_use_settings(cli, &e)) == EX_OK)
			rc = what(cli, &e, context);
	return rc;
}

/* What was gathered; the second line of each endpoint is wrapped. */
static void
print_lines(const struct report *r)
{
	const char *dim = terminal_style(stdout, STYLE_DIM), *p;
	size_t at;
	int wrap = 0;

	if (r->nconcerns > 0 && r->lines.len > 0)
		(void)putchar('\n');
	for (at = 0; at < r->lines.len; at += strlen(p) + 1, wrap = !wrap) {
		p = r->lines.data + at;
		if (!wrap) {
			(void)fputs(p, stdout);
			continue;
		}
		(void)printf("  %s", dim);
		terminal_wrap(stdout, p, 2, r->width);
		(void)puts(terminal_style(stdout, STYLE_PLAIN));
	}
}

int
status_run(struct cli *cli)
{
	struct report r = {.cli = cli, .now = utc_now()};
	struct fault f = {0};
	const char *note;
	int rc;

	r.json = cli_option(cli, "json") != NULL;
	r.width = terminal_width(STDOUT_FILENO);
	if ((rc = each_named(cli, measure_name, &r)) != EX_OK)
		return rc;
	if (r.name_width == 0)
		return cli_fail(cli, EX_CONFIG,
		    "there is no endpoint in %s yet; run \"leadsheet endpoint "
		    "add main\"",
		    cli->home);
	if (!r.json) {
		tell_settings(&r, cli, NULL);
		relays_each(cli, on_relay, &r);
	}
	rc = each_named(cli, report_one, &r);
	if (rc == EX_OK && (bytes_check(&r.lines, &f) == -1 ||
			       bytes_check(&r.notes, &f) == -1))
		rc = cli_fault(cli, &f);
	if (rc == EX_OK && r.json) {
		(void)fwrite(r.lines.data, 1, r.lines.len, stdout);
	} else if (rc == EX_OK) {
		for (note = r.notes.data;
		     note != NULL && note < r.notes.data + r.notes.len;
		     note += strlen(note) + 1)
			print_concern(&r, CONCERN_NOTE, note);
		print_lines(&r);
	}
	bytes_free(&r.lines);
	bytes_free(&r.notes);
	return rc == EX_OK ? r.rc : rc;
}
