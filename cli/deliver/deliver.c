/* deliver: what send, replay and check share; see deliver.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/deliver/deliver.h"
#include "cli/terminal/terminal.h"
#include "config/secrets.h"
#include "webhook/envelope.h"

#define JOBS_MAX  256
#define EVENT_MAX 100

/* What the Test button sends: "test" at the top, one made-up lead. */
static const char test_body[] =
    "{\"delivery_id\": \"\", \"event\": \"lead.enriched\", \"timestamp\": "
    "\"%.19s.000000+00:00\", \"data\": {\"leads\": [{\"urn\": "
    "\"ACoAAExampleURN1234567890\", \"full_name\": \"Jane Smith\", "
    "\"headline\": \"VP of Sales at Acme Corp\", \"company_name\": \"Acme "
    "Corp\", \"job_title\": \"VP of Sales\", \"location\": \"San Francisco, "
    "California\", \"linkedin_url\": "
    "\"https://www.linkedin.com/in/janesmith\", \"engagement_type\": "
    "\"reaction\", \"signal_name\": \"John Doe\", \"reaction_type\": "
    "\"LIKE\", \"comment_text\": \"\", \"connections\": 2500, \"followers\": "
    "8400, \"industry\": \"Software Development\", \"company_size\": "
    "\"201-500\", \"post_id\": \"f1e2d3c4-b5a6-4789-0123-456789abcdef\"}], "
    "\"posts\": [{\"id\": \"f1e2d3c4-b5a6-4789-0123-456789abcdef\", \"url\": "
    "\"https://www.linkedin.com/posts/johndoe_example-activity-1234567890\", "
    "\"text\": \"Excited to announce our new product launch...\", \"date\": "
    "\"2026-05-08T14:23:00.000Z\"}], \"count\": 1}, \"test\": true}";

int
deliver_number(const struct cli *cli, const char *name, long most, long *out)
{
	const char *text = cli_option(cli, name);
	char *end;

	*out = 1;
	if (text == NULL)
		return EX_OK;
	*out = strtol(text, &end, 10);
	if (isdigit((unsigned char)text[0]) && *end == '\0' && *out >= 1 &&
	    *out <= most)
		return EX_OK;
	return cli_fail(cli, EX_USAGE,
	    "--%s wants a number from 1 to %ld, not \"%s\"", name, most, text);
}

/* Does it begin with http:// or https://, and go on? */
static int
is_url(const char *s)
{
	return (strncasecmp(s, "https://", 8) == 0 && s[8] != '\0') ||
	       (strncasecmp(s, "http://", 7) == 0 && s[7] != '\0');
}

int
deliver_open(struct deliver *d, const struct cli *cli)
{
	struct http_options options = {0};
	struct fault f = {0};
	long jobs = 1;
	int rc = EX_OK;

	memset(d, 0, sizeof(*d));
	d->cli = cli;
	d->url = cli_option(cli, "url");
	if (!http_is_there())
		return cli_fail(cli, EX_UNAVAILABLE,
		    "this leadsheet was built without libcurl and can't send; "
		    "use one that was built with libcurl4-openssl-dev, or "
		    "\"Test\" in LikesToLeads");
	if (d->url == NULL)
		return cli_fail(cli, EX_USAGE,
		    "say where to: --url https://YOUR.SITE/leads/main");
	if (!is_url(d->url))
		return cli_fail(cli, EX_USAGE,
		    "\"%s\" is no URL; it begins with https://", d->url);
	if ((rc = deliver_number(cli, "jobs", JOBS_MAX, &jobs)) != EX_OK)
		return rc;
	options.jobs = (int)jobs;
	options.insecure = cli_option(cli, "insecure") != NULL;
	d->http = http_open(&options, &f);
	return d->http == NULL ? cli_fault(cli, &f) : EX_OK;
}

void
deliver_close(struct deliver *d)
{
	http_close(d->http);
	d->http = NULL;
	explicit_bzero(d->secret, sizeof(d->secret));
}

int
deliver_take_file(struct deliver *d)
{
	const char *path = cli_option(d->cli, "secret-file");
	FILE *in = fopen(path, "re");
	char *s = d->secret;
	size_t n;

	if (in == NULL)
		return cli_fail(d->cli, EX_NOINPUT,
		    "can't read the secret in %s: %s", path, strerror(errno));
	(void)setvbuf(in, NULL, _IONBF, 0); /* no copy stays in a buffer */
	if (fgets(s, sizeof(d->secret), in) == NULL)
		s[0] = '\0';
	(void)fclose(in);
	n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		s[--n] = '\0';
	if (n > 0 && n < sizeof(d->secret) - 1)
		return EX_OK;
	return cli_fail(d->cli, EX_DATAERR,
	    "there is no secret on the first line of %s", path);
}

int
deliver_take_endpoint(struct deliver *d, const struct endpoint *e)
{
	struct signature_secrets secrets;
	struct fault f = {0};
	int n;

	if (secrets_read(e, &secrets, &f) == -1) {
		if (f.err == EACCES)
			return cli_fail(d->cli, EX_NOPERM,
			    "you may not read the secret of %s; run this as "
			    "its user, or name another with --secret-file",
			    e->name);
		return cli_fault(d->cli, &f);
	}
	n = snprintf(d->secret, sizeof(d->secret), "%s", secrets.list[0]);
	secrets_forget(&secrets);
	if (n >= 0 && (size_t)n < sizeof(d->secret))
		return EX_OK;
	return cli_fail(d->cli, EX_CONFIG,
	    "the secret of %s is longer than 1,000 characters", e->name);
}

/* May it stand in a header? */
static int
is_plain(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f)
			return 0;
	return n > 0 && n <= EVENT_MAX;
}

int
deliver_event(const char *body, size_t n, struct http_header *out)
{
	out->name = "X-Webhook-Event";
	out->value = envelope_string(body, n, "event", &out->len);
	return out->value != NULL && is_plain(out->value, out->len);
}

int
deliver_sign(
    const struct deliver *d, struct http_request *r, struct deliver_headers *h)
{
	struct http_header *signature = &h->list[0];
	struct fault f = {0};

	r->url = d->url;
	r->headers = h->list;
	r->nheaders = 0;
	if (d->secret[0] != '\0') {
		if (signature_make(
			d->secret, r->body, r->len, h->signature, &f) == -1)
			return cli_fault(d->cli, &f);
		signature->name = "X-Webhook-Signature";
		signature->value = h->signature;
		signature->len = strlen(h->signature);
		r->nheaders++;
	}
	r->nheaders +=
	    (size_t)deliver_event(r->body, r->len, &h->list[r->nheaders]);
	return EX_OK;
}

/* Begin as many as there is room for; EX_OK, with *more 0 behind the last. */
static int
begin(struct deliver *d, int (*next)(void *, struct http_request *),
    void *context, int *more)
{
	struct deliver_headers headers;
	struct http_request r;
	struct fault f = {0};
	int rc;

	while (*more && http_has_room(d->http) && terminal_stopped() == 0) {
		memset(&r, 0, sizeof(r));
		if ((rc = next(context, &r)) == 2)
			break;
		if (rc != 1) {
			*more = 0;
			return rc == 0 ? EX_OK : EX_SOFTWARE;
		}
		if ((rc = deliver_sign(d, &r, &headers)) != EX_OK)
			return rc;
		if (http_begin(d->http, &r, &f) == -1)
			return cli_fault(d->cli, &f);
	}
	return EX_OK;
}

int
deliver_all(struct deliver *d, int (*next)(void *, struct http_request *),
    int (*done)(void *, const struct http_reply *), void *context)
{
	struct http_reply reply;
	int more = 1, rc, failed = EX_OK;

	while (terminal_stopped() == 0) {
		if ((rc = begin(d, next, context, &more)) != EX_OK) {
			failed = rc;
			more = 0; /* what is under way comes to its end */
		}
		if (http_running(d->http) == 0)
			break;
		if (http_wait(d->http, &reply) == 1 &&
		    done(context, &reply) != 0)
			more = 0;
	}
	return failed;
}

int
deliver_verdict(const struct http_reply *r)
{
	if (r->trouble == HTTP_UNREACHABLE || r->status >= 500)
		return EX_TEMPFAIL;
	if (r->status >= 200 && r->status < 300)
		return EX_OK;
	return r->status == 401 || r->status == 403 ? EX_NOPERM : EX_DATAERR;
}

/* What a retry can't mend is graver. */
int
deliver_graver(int a, int b)
{
	static const int order[] = {EX_NOPERM, EX_DATAERR, EX_TEMPFAIL};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a == EX_OK ? b : a;
}

void
deliver_make_test(struct bytes *out)
{
	char iso[UTC_ISO_SIZE];

	utc_iso(utc_now(), iso);
	bytes_printf(out, test_body, iso);
}

void
deliver_line(char *out, size_t size, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n && i + 1 < size && s[i] != '\n' && s[i] != '\r'; i++)
		out[i] = s[i] >= ' ' && s[i] < 0x7f ? s[i] : '?';
	out[i] = '\0';
}

void
deliver_print(FILE *out, const char *s, size_t n)
{
	size_t from = 0, to;

	/* In lines of their own, as wide as they are. */
	while (from < n) {
		for (to = from; to < n && s[to] != '\n'; to++)
			continue;
		terminal_fit(out, s + from, to - from,
		    terminal_columns(s + from, to - from));
		(void)fputc('\n', out);
		from = to + 1;
	}
}
