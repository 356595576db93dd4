/* leadsheet send: play the sender. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/deliver/deliver.h"
#include "cli/terminal/progress.h"
#include "cli/terminal/terminal.h"
#include "webhook/envelope.h"

#define REPEAT_MAX 10000000
#define STATUSES   600

const struct flag send_flags[] = {
    {"url", 0, "URL", "the webhook's URL"},
    {"endpoint", 0, "NAME", "sign with this endpoint's newest secret"},
    {"secret-file", 0, "FILE", "sign with the first line of this file"},
    {"test", 0, NULL, "a made-up test, as the Test button sends"},
    {"repeat", 0, "N", "send N, each with an id of its own"},
    {"jobs", 0, "N", "so many at once"},
    {"insecure", 0, NULL, "take a self-made certificate"},
    {"json", 0, NULL, "an object for each delivery"},
    {NULL, 0, NULL, NULL},
};

struct sending {
	struct cli *cli;
	struct deliver deliver;
	struct progress progress;
	struct bytes body;  /* as it was given */
	struct bytes fresh; /* the same under another id */
	int readdress;
	int json;
	int64_t total, begun, ended;
	int64_t *took; /* owned; one for each that has ended */
	int64_t statuses[STATUSES];
	int64_t unanswered;
	int verdict;
	char why[512]; /* of the first that failed */
};

static int
read_body(struct sending *s, const char *name)
{
	int is_stdin = strcmp(name, "-") == 0, err = 0;
	FILE *in = is_stdin ? stdin : fopen(name, "re");
	char piece[65536];
	size_t n;

	if (in == NULL)
		return cli_fail(s->cli, EX_NOINPUT, "can't read %s: %s", name,
		    strerror(errno));
	errno = 0;
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		bytes_add(&s->body, piece, n);
	if (ferror(in))
		err = errno == 0 ? EIO : errno;
	if (!is_stdin)
		(void)fclose(in);
	if (err != 0)
		return cli_fail(s->cli, EX_NOINPUT, "can't read %s: %s",
		    is_stdin ? "stdin" : name, strerror(err));
	return EX_OK;
}

/* The body, from a file or made up. */
static int
take_body(struct sending *s)
{
	const char *name = s->cli->options.arguments[0];
	int test = cli_option(s->cli, "test") != NULL, rc;
	struct fault f = {0};

	if (test && name != NULL)
		return cli_fail(s->cli, EX_USAGE,
		    "a file, or --test, but not both: --test has a body of "
		    "its own");
	if (!test && name == NULL)
		return cli_fail(s->cli, EX_USAGE,
		    "say what to send: a file, - for stdin, or --test");
	if (test)
		deliver_make_test(&s->body);
	else if ((rc = read_body(s, name)) != EX_OK)
		return rc;
	if (bytes_check(&s->body, &f) == -1)
		return cli_fault(s->cli, &f);
	s->readdress = test || s->total > 1;
	if (!s->readdress ||
	    envelope_readdress(&s->fresh,
		s->body.data == NULL ? "" : s->body.data, s->body.len, "") == 1)
		return EX_OK;
	return cli_fail(s->cli, EX_DATAERR,
	    "%s is no JSON object, and can't get other ids; leave --repeat out",
	    name);
}

/* The secret: of a file, or of an endpoint, the only one unless named. */
static int
take_secret(struct sending *s)
{
	const char *name = cli_option(s->cli, "endpoint");
	struct endpoint e;
	int rc;

	if (cli_option(s->cli, "secret-file") != NULL) {
		if (name == NULL)
			return deliver_take_file(&s->deliver);
		return cli_fail(s->cli, EX_USAGE,
		    "--endpoint or --secret-file, but not both");
	}
	if ((rc = cli_endpoint(s->cli, name, &e)) != EX_OK)
		return rc;
	return deliver_take_endpoint(&s->deliver, &e);
}

static int
next(void *context, struct http_request *r)
{
	struct sending *s = context;
	char id[ENVELOPE_ID_SIZE];
	struct fault f = {0};
	const char *own;
	size_t n = 0;

	if (s->begun == s->total)
		return 0;
	r->number = s->begun++;
	r->body = s->body.len == 0 ? "" : s->body.data;
	r->len = s->body.len;
	if (s->readdress) {
		bytes_reset(&s->fresh);
		if (envelope_new_id(id, &f) == -1 ||
		    envelope_readdress(
			&s->fresh, s->body.data, s->body.len, id) != 1 ||
		    bytes_check(&s->fresh, &f) == -1) {
			(void)cli_fault(s->cli, &f);
			return -1;
		}
		r->body = s->fresh.data;
		r->len = s->fresh.len;
	}
	own = envelope_string(r->body, r->len, "delivery_id", &n);
	if (own != NULL && n < sizeof(r->tag))
		memcpy(r->tag, own, n);
	return 1;
}

static void
print_json(const struct http_reply *r)
{
	struct bytes b = {0};

	/* The id is as it stood in the body: escaped already. */
	bytes_printf(&b, "{\"delivery_id\":\"%s\",\"status\":%d,\"ms\":%.1f",
	    r->tag, r->status, (double)r->took / 1000);
	if (r->status != 0) {
		bytes_adds(&b, ",\"reply\":");
		text_json(&b, r->body, r->len);
	}
	if (r->why[0] != '\0') {
		bytes_adds(&b, ",\"error\":");
		text_json(&b, r->why, strlen(r->why));
	}
	bytes_adds(&b, "}\n");
	(void)fwrite(b.data, 1, b.len, stdout);
	bytes_free(&b);
}

static void
print_reply(const struct http_reply *r)
{
	int good = deliver_verdict(r) == EX_OK;

	if (r->status == 0)
		return; /* said on stderr */
	(void)printf("%s%d%s in %.0f ms\n",
	    terminal_style(stdout, good ? STYLE_GOOD : STYLE_BAD), r->status,
	    terminal_style(stdout, STYLE_PLAIN), (double)r->took / 1000);
	deliver_print(stdout, r->body, r->len);
}

static int
done(void *context, const struct http_reply *r)
{
	struct sending *s = context;

	s->took[s->ended++] = r->took;
	if (r->status > 0 && r->status < STATUSES)
		s->statuses[r->status]++;
	else
		s->unanswered++;
	s->verdict = deliver_graver(s->verdict, deliver_verdict(r));
	if (s->why[0] == '\0')
		(void)snprintf(s->why, sizeof(s->why), "%s", r->why);
	progress_add(&s->progress, (int64_t)s->body.len, 1);
	if (s->json)
		print_json(r);
	else if (s->total == 1)
		print_reply(r);
	return 0;
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
print_counts(struct sending *s, int64_t took)
{
	char number[PROGRESS_NUMBER_SIZE];
	int64_t n = s->ended;
	double seconds = (double)(took < 1 ? 1 : took) / 1e6;
	int i;

	(void)printf("%s deliver%s in %.1f s, %.0f a second\n",
	    progress_number(n, number), n == 1 ? "y" : "ies", seconds,
	    (double)n / seconds);
	for (i = 0; i < STATUSES; i++)
		if (s->statuses[i] > 0)
			(void)printf("  %-10d %s\n", i,
			    progress_number(s->statuses[i], number));
	if (s->unanswered > 0)
		(void)printf("  %-10s %s\n", "no answer",
		    progress_number(s->unanswered, number));
	if (n == 0)
		return;
	qsort(s->took, (size_t)n, sizeof(*s->took), by_size);
	(void)printf("median %.1f ms, 99th percentile %.1f ms\n",
	    (double)s->took[n / 2] / 1000,
	    (double)s->took[(n * 99 + 99) / 100 - 1] / 1000);
}

static int
send_all(struct sending *s)
{
	int64_t began = utc_ticks();
	int rc;

	s->took = calloc((size_t)s->total, sizeof(*s->took));
	if (s->took == NULL)
		return cli_fail(s->cli, EX_OSERR, "out of memory");
	progress_begin(&s->progress, "sending", "deliveries",
	    s->total * (int64_t)s->body.len);
	rc = deliver_all(&s->deliver, next, done, s);
	progress_end(&s->progress);
	if (s->total > 1 && !s->json)
		print_counts(s, utc_ticks() - began);
	if (s->why[0] != '\0')
		(void)cli_fail(s->cli, EX_OK, "%s: %s", s->deliver.url, s->why);
	if (rc != EX_OK)
		return rc;
	if (terminal_stopped() != 0)
		return cli_fail(s->cli, EX_TEMPFAIL,
		    "stopped; %lld of %lld were sent and answered",
		    (long long)s->ended, (long long)s->total);
	return s->verdict;
}

int
send_run(struct cli *cli)
{
	struct sending s = {.cli = cli};
	long repeat = 1;
	int rc;

	s.json = cli_option(cli, "json") != NULL;
	rc = deliver_open(&s.deliver, cli);
	if (rc == EX_OK)
		rc = deliver_number(cli, "repeat", REPEAT_MAX, &repeat);
	s.total = repeat;
	if (rc == EX_OK && (rc = take_body(&s)) == EX_OK &&
	    (rc = take_secret(&s)) == EX_OK)
		rc = send_all(&s);
	deliver_close(&s.deliver);
	bytes_free(&s.body);
	bytes_free(&s.fresh);
	free(s.took);
	return rc;
}
