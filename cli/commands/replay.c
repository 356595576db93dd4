/* leadsheet replay: deliver kept records again. */
#include <stdlib.h>
#include <string.h>

#include "cli/deliver/deliver.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "journal/records.h"

/* So far may later ones be ahead of the first that has no answer yet. */
#define WINDOW 256

const struct flag replay_flags[] = {
    {"url", 0, "URL", "where to deliver"},
    {"endpoint", 0, "NAME", "whose records"},
    {"secret-file", 0, "FILE", "sign with the first line of this file"},
    {"secret-of", 0, "NAME", "sign with another endpoint's secret"},
    {"kind", 0, "KIND", "leads (the default), test, other, unreadable"},
    {"after", 0, "ID", "go on behind the delivery of this id"},
    {"jobs", 0, "N", "so many at once; more than 1 loses the order"},
    {"insecure", 0, NULL, "take a self-made certificate"},
    {"dry-run", 0, NULL, "say what would be sent, and send nothing"},
    {NULL, 0, NULL, NULL},
};

/* One that was begun, by its number modulo WINDOW. */
struct begun {
	char tag[HTTP_TAG_SIZE];
	int answered;
};

struct replay {
	struct cli *cli;
	struct endpoint endpoint;
	struct deliver deliver;
	struct progress progress;
	int kinds[4]; /* by enum record_kind: is it wanted? */
	const char *after;
	int found_after;

	struct records *records; /* owned */
	char *has; /* owned; of each day on the command line: is any kept? */
	char noted[UTC_DAY_SIZE]; /* the last that was */

	/* What became of them. */
	int64_t begun;
	int64_t settled; /* all before this number were taken */
	struct begun window[WINDOW];
	char last[HTTP_TAG_SIZE]; /* the id of the last of these */
	int64_t bytes;
	int verdict;
	char failed[HTTP_TAG_SIZE];
	char why[640];
};

static int
take_kinds(struct replay *p)
{
	const char *word;
	size_t n;
	int i;

	for (n = 0; (word = options_nth(&p->cli->options, "kind", n)) != NULL;
	     n++) {
		for (i = 0; i < 4; i++)
			if (strcmp(word, record_kind((enum record_kind)i)) == 0)
				break;
		if (i == 4)
			return cli_fail(p->cli, EX_USAGE,
			    "\"%s\" is no kind; it is leads, test, other or "
			    "unreadable",
			    word);
		p->kinds[i] = 1;
	}
	if (n == 0)
		p->kinds[RECORD_LEADS] = 1;
	return EX_OK;
}

/* Is the day one of those on the command line, which are good ones? */
static int
is_wanted(void *context, const char *day)
{
	const struct replay *p = context;
	char wanted[UTC_DAY_SIZE];
	int i;

	for (i = 0; i < p->cli->options.narguments; i++)
		if (cli_day(p->cli, p->cli->options.arguments[i], wanted) ==
			EX_OK &&
		    strcmp(wanted, day) == 0)
			return 1;
	return 0;
}

/* Every day must be a day. */
static int
open_days(struct replay *p)
{
	char day[UTC_DAY_SIZE], journal[PATH_MAX];
	struct fault f = {0};
	int i, rc;

	for (i = 0; i < p->cli->options.narguments; i++) {
		rc = cli_day(p->cli, p->cli->options.arguments[i], day);
		if (rc != EX_OK)
			return rc;
	}
	endpoint_path(&p->endpoint, journal, "journal");
	p->records = records_open(journal, is_wanted, p, &f);
	if (p->records == NULL)
		return cli_fault(p->cli, &f);
	return EX_OK;
}

/* The record is of one of the days. */
static void
note_day(struct replay *p, const struct record *r)
{
	char day[UTC_DAY_SIZE], wanted[UTC_DAY_SIZE];
	int i;

	utc_day(r->received, day);
	if (strcmp(day, p->noted) == 0)
		return;
	memcpy(p->noted, day, sizeof(day));
	for (i = 0; i < p->cli->options.narguments; i++)
		if (cli_day(p->cli, p->cli->options.arguments[i], wanted) ==
			EX_OK &&
		    strcmp(wanted, day) == 0)
			p->has[i] = 1;
}

/* Of each of the days something must be kept. */
static int
check_days(const struct replay *p)
{
	char day[UTC_DAY_SIZE];
	int i;

	for (i = 0; i < p->cli->options.narguments; i++)
		if (!p->has[i] &&
		    cli_day(p->cli, p->cli->options.arguments[i], day) == EX_OK)
			return cli_fail(p->cli, EX_NOINPUT,
			    "nothing is kept of %s in %s", day,
			    p->endpoint.name);
	return EX_OK;
}

/* Back to the first. */
static void
rewind_all(struct replay *p)
{
	records_rewind(p->records);
	p->found_after = p->after == NULL;
}

/* The next record to send: 1, 0 behind the last, or -1 with the fault set. */
static int
next_record(struct replay *p, struct record *r, struct fault *f)
{
	int64_t passed = records_done(p->records);
	struct place place;
	int rc;

	while ((rc = records_next(p->records, r, &place, f)) > 0) {
		progress_add(
		    &p->progress, records_done(p->records) - passed, 0);
		passed = records_done(p->records);
		if (terminal_stopped() != 0)
			return 0;
		note_day(p, r);
		if (!p->kinds[r->kind])
			continue;
		if (p->found_after)
			return 1;
		p->found_after = strlen(p->after) == r->id_len &&
		                 memcmp(p->after, r->id, r->id_len) == 0;
	}
	return rc;
}

static int
next(void *context, struct http_request *out)
{
	struct replay *p = context;
	struct begun *b = &p->window[p->begun % WINDOW];
	struct fault f = {0};
	struct record r;
	int rc;

	if (p->begun - p->settled == WINDOW)
		return 2; /* wait for the one that takes so long */
	rc = next_record(p, &r, &f);
	if (rc == -1)
		(void)cli_fault(p->cli, &f);
	if (rc != 1)
		return rc;
	out->body = r.body;
	out->len = r.body_len;
	out->number = p->begun++;
	(void)snprintf(out->tag, sizeof(out->tag), "%.*s", (int)r.id_len, r.id);
	memcpy(b->tag, out->tag, sizeof(b->tag));
	b->answered = 0;
	return 1;
}

/* All before the first without a good answer are settled. */
static void
settle(struct replay *p)
{
	struct begun *b = &p->window[p->settled % WINDOW];

	while (p->settled < p->begun && b->answered) {
		memcpy(p->last, b->tag, sizeof(p->last));
		b = &p->window[++p->settled % WINDOW];
	}
}

static int
done(void *context, const struct http_reply *r)
{
	struct replay *p = context;
	int verdict = deliver_verdict(r);
	char line[300];

	progress_add(&p->progress, 0, 1);
	if (verdict == EX_OK) {
		p->window[r->number % WINDOW].answered = 1;
		settle(p);
		return 0;
	}
	if (p->verdict == EX_OK) {
		(void)snprintf(p->failed, sizeof(p->failed), "%s", r->tag);
		if (r->status == 0 || r->why[0] != '\0')
			(void)snprintf(p->why, sizeof(p->why), "%s", r->why);
		else {
			deliver_line(line, sizeof(line), r->body, r->len);
			(void)snprintf(
			    p->why, sizeof(p->why), "%d %s", r->status, line);
		}
	}
	p->verdict = deliver_graver(p->verdict, verdict);
	return 1;
}

/* How to go on, on stderr. */
static int
say_stopped(struct replay *p, int status)
{
	char number[PROGRESS_NUMBER_SIZE];

	if (p->verdict != EX_OK)
		(void)cli_fail(
		    p->cli, EX_OK, "%s was not taken: %s", p->failed, p->why);
	if (p->settled == 0)
		return cli_fail(p->cli, status,
		    "stopped; none was taken before it%s%s",
		    p->after == NULL ? "" : "; go on with --after ",
		    p->after == NULL ? "" : p->after);
	return cli_fail(p->cli, status,
	    "stopped; %s %s taken before it; go on with --after %s",
	    progress_number(p->settled, number),
	    p->settled == 1 ? "was" : "were", p->last);
}

static int
send_all(struct replay *p)
{
	char number[PROGRESS_NUMBER_SIZE];
	int rc;

	progress_begin(
	    &p->progress, "replaying", "deliveries", records_size(p->records));
	rc = deliver_all(&p->deliver, next, done, p);
	progress_end(&p->progress);
	if (terminal_stopped() != 0)
		return say_stopped(p, EX_TEMPFAIL);
	if (rc != EX_OK || p->verdict != EX_OK)
		return say_stopped(p, rc != EX_OK ? rc : p->verdict);
	(void)printf("%s deliver%s sent to %s, and taken\n",
	    progress_number(p->settled, number), p->settled == 1 ? "y" : "ies",
	    p->deliver.url);
	return EX_OK;
}

/* Count what there is to send; nobody wants half of it because of a typo. */
static int
count(struct replay *p, int64_t *n)
{
	struct fault f = {0};
	struct record r;
	int rc;

	rewind_all(p);
	for (*n = 0; (rc = next_record(p, &r, &f)) == 1; ++*n)
		p->bytes += (int64_t)r.body_len;
	if (rc == -1)
		return cli_fault(p->cli, &f);
	if (terminal_stopped() != 0)
		return EX_TEMPFAIL;
	if ((rc = check_days(p)) != EX_OK)
		return rc;
	if (p->after == NULL || p->found_after)
		return EX_OK;
	return cli_fail(p->cli, EX_DATAERR,
	    "there is no delivery %s in these days; nothing was sent",
	    p->after);
}

static int
dry_run(struct replay *p, int64_t n)
{
	char number[PROGRESS_NUMBER_SIZE], size[PROGRESS_NUMBER_SIZE];

	(void)printf("%s deliver%s (%s) would be sent%s%s\n",
	    progress_number(n, number), n == 1 ? "y" : "ies",
	    progress_bytes(p->bytes, size),
	    p->deliver.url == NULL ? "; --url says where to" : " to ",
	    p->deliver.url == NULL ? "" : p->deliver.url);
	return EX_OK;
}

static int
take_secret(struct replay *p)
{
	const char *of = cli_option(p->cli, "secret-of");
	struct endpoint other;
	int rc;

	if (cli_option(p->cli, "secret-file") != NULL)
		return of == NULL ? deliver_take_file(&p->deliver)
		                  : cli_fail(p->cli, EX_USAGE,
					"--secret-of or --secret-file, but "
					"not both");
	if (of == NULL)
		return deliver_take_endpoint(&p->deliver, &p->endpoint);
	if ((rc = cli_endpoint(p->cli, of, &other)) != EX_OK)
		return rc;
	return deliver_take_endpoint(&p->deliver, &other);
}

/* Who only asks what would be sent need not know where to yet. */
static int
open_deliver(struct replay *p, int dry)
{
	return dry && cli_option(p->cli, "url") == NULL
	           ? EX_OK
	           : deliver_open(&p->deliver, p->cli);
}

static int
replay(struct replay *p)
{
	int dry = cli_option(p->cli, "dry-run") != NULL, rc;
	int64_t n;

	if ((rc = open_deliver(p, dry)) != EX_OK ||
	    (rc = take_kinds(p)) != EX_OK ||
	    (rc = cli_endpoint(p->cli, cli_option(p->cli, "endpoint"),
		 &p->endpoint)) != EX_OK ||
	    (rc = cli_use_settings(p->cli, &p->endpoint)) != EX_OK ||
	    (!dry && (rc = take_secret(p)) != EX_OK) ||
	    (rc = open_days(p)) != EX_OK || (rc = count(p, &n)) != EX_OK)
		return rc;
	if (dry)
		return dry_run(p, n);
	rewind_all(p);
	return send_all(p);
}

int
replay_run(struct cli *cli)
{
	struct replay *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return cli_fail(cli, EX_OSERR, "out of memory");
	p->cli = cli;
	p->has = calloc((size_t)cli->options.narguments + 1, 1);
	p->after = cli_option(cli, "after");
	rc = p->has == NULL ? cli_fail(cli, EX_OSERR, "out of memory")
	                    : replay(p);
	deliver_close(&p->deliver);
	records_close(p->records);
	free(p->has);
	free(p);
	return rc;
}
