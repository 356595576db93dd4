/* checkurl: is the receiver reachable, and what stands before it? */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/checks/check.h"
#include "cli/deliver/deliver.h"
#include "cli/deliver/reply.h"
#include "cli/terminal/terminal.h"
#include "journal/cursor.h"
#include "journal/segments.h"
#include "webhook/envelope.h"

/* A body that is larger isn't tried: it may be a paid line. */
#define TRIED_MAX ((size_t)64 << 20)

struct visit {
	struct check *check;
	struct deliver deliver;
	struct endpoint endpoint;
	char journal[PATH_MAX];
	struct place before; /* where the journal ended */
	char health[2048];
	char plain[2048];
};

/* What came back, kept. */
struct answer {
	int status;
	enum http_trouble trouble;
	char why[512];
	char server[64];
	char text[1024];
};

/* One request; EX_OK, or what cli_fail() returned. */
static int
ask(struct visit *v, const struct http_request *r, struct answer *out)
{
	struct http_reply reply;
	struct fault f = {0};

	memset(out, 0, sizeof(*out));
	if (http_begin(v->deliver.http, r, &f) == -1)
		return cli_fault(v->check->cli, &f);
	while (terminal_stopped() == 0)
		if (http_wait(v->deliver.http, &reply) == 1) {
			out->status = reply.status;
			out->trouble = reply.trouble;
			(void)snprintf(
			    out->why, sizeof(out->why), "%s", reply.why);
			(void)snprintf(out->server, sizeof(out->server), "%s",
			    reply.server);
			deliver_line(out->text, sizeof(out->text), reply.body,
			    reply.len);
			return EX_OK;
		}
	return EX_TEMPFAIL;
}

static int
is_error(const struct answer *a, const char *word)
{
	return reply_says(a->text, strlen(a->text), "error", word);
}

/* Where the journal ends now. */
static void
mark_end(const struct visit *v, struct place *p)
{
	struct segments all = {0};
	struct fault ignored = {0};
	struct appendfile_state now;
	const struct segment *last;
	char path[PATH_MAX];

	memset(p, 0, sizeof(*p));
	if (segments_list(v->journal, NULL, &all, &ignored) == 0 && all.n > 0) {
		last = &all.list[all.n - 1];
		memcpy(p->day, last->day, sizeof(p->day));
		p->segment = last->number;
		segments_path(path, v->journal, p->day, p->segment);
		if (appendfile_stat(path, &now) == 0)
			p->offset = now.size;
	}
	segments_free(&all);
}

/* Is there a record of that body behind the mark?  1, 0, or -1. */
static int
has_arrived(const struct visit *v, const char *sha256, struct fault *f)
{
	struct cursor c = {0};
	enum cursor_result next = CURSOR_FAILED;
	struct record r;
	struct place end;
	int found = 0;

	mark_end(v, &end);
	if (end.segment == 0)
		return 0;
	/* Another day or segment may have begun meanwhile. */
	if (cursor_day(&c, v->journal, end.day,
		strcmp(end.day, v->before.day) == 0 ? &v->before : NULL,
		APPENDFILE_VIEW, f) == 0)
		while ((next = cursor_next(&c, &r, f)) > CURSOR_END)
			found |= next == CURSOR_RECORD &&
			         r.kind == RECORD_TEST &&
			         strcmp(r.sha256, sha256) == 0;
	cursor_free(&c);
	return next == CURSOR_FAILED ? -1 : found;
}

static void
judge_arrival(struct visit *v, const char *sha256)
{
	struct fault f = {0};
	int rc = has_arrived(v, sha256, &f);

	if (rc == 1)
		check_say(v->check, AUDIT_FINE, "",
		    "a test delivery arrived, and is in this home's journal");
	else if (rc == 0)
		check_say(v->check, AUDIT_WRONG,
		    "compare LEADSHEET_HOME of the web server's program with "
		    "the home above",
		    "a test delivery was taken, but into another home than "
		    "this one");
	else
		check_say(v->check, AUDIT_NOTE, "",
		    "a test delivery was taken; whether it is in this home "
		    "can't be told: %s",
		    f.text);
}

/* Who runs the workers keeps their log. */
#define LOG "journalctl -u leadsheet, or the web server's error log"

/* What to do about each answer that is not 200. */
static const char *
remedy_for(const struct answer *a)
{
	if (a->status == 401)
		return "the receiver has another secret: is it another home, "
		       "or another endpoint?";
	if (is_error(a, "https_required"))
		return "use the https:// address; behind a proxy that ends "
		       "TLS set trust_forwarded_proto = yes";
	if (a->status == 404)
		return "the URL ends in the endpoint's name; look into the "
		       "web server's configuration";
	if (a->status == 502 || a->status == 504)
		return "the receiver's workers don't run: systemctl status "
		       "leadsheet";
	if (a->status == 503)
		return "the log says why: " LOG;
	return "look into the log: " LOG;
}

static int
test_delivery(struct visit *v)
{
	char id[ENVELOPE_ID_SIZE], sha256[SIGNATURE_SIZE];
	struct deliver_headers headers;
	struct bytes made = {0}, body = {0};
	struct http_request r = {0};
	struct answer a;
	struct fault f = {0};
	int rc;

	deliver_make_test(&made);
	if (bytes_check(&made, &f) == -1 || envelope_new_id(id, &f) == -1 ||
	    envelope_readdress(&body, made.data, made.len, id) != 1 ||
	    bytes_check(&body, &f) == -1 ||
	    signature_sha256(body.data, body.len, sha256, &f) == -1) {
		rc = cli_fault(v->check->cli, &f);
		goto out;
	}
	r.body = body.data;
	r.len = body.len;
	mark_end(v, &v->before);
	if ((rc = deliver_sign(&v->deliver, &r, &headers)) != EX_OK ||
	    (rc = ask(v, &r, &a)) != EX_OK)
		goto out;
	if (a.status == 200 &&
	    reply_says(a.text, strlen(a.text), "status", "test"))
		judge_arrival(v, sha256);
	else if (a.status == 0)
		check_say(v->check, AUDIT_WRONG,
		    "the sender would not come through either", "%s: %s",
		    v->deliver.url, a.why);
	else if (a.why[0] != '\0')
		check_say(v->check, AUDIT_WRONG, "give that URL to the sender",
		    "%s: %s", v->deliver.url, a.why);
	else
		check_say(v->check, AUDIT_WRONG, remedy_for(&a),
		    "a test delivery was answered %d %.300s", a.status, a.text);
	if (a.status == 0)
		rc = EX_CONFIG;
out:
	bytes_free(&made);
	bytes_free(&body);
	return rc;
}

static int
ask_health(struct visit *v)
{
	struct http_request r = {.url = v->health};
	struct answer a;
	int rc = ask(v, &r, &a);

	if (rc != EX_OK)
		return rc;
	if (a.status == 200)
		check_say(v->check, AUDIT_FINE, "", "%s says 200", v->health);
	else if (a.status == 503)
		check_say(v->check, AUDIT_WRONG, "the log says more: " LOG,
		    "%s says %s", v->health, a.text);
	else
		check_say(v->check, AUDIT_NOTE, "",
		    "%s can't be asked (%d%s%s)", v->health, a.status,
		    a.why[0] == '\0' ? "" : ": ", a.why);
	return EX_OK;
}

/* Which setting of which server cut it off. */
static const char *
limit_of(const struct answer *a, size_t size)
{
	int apache = strncasecmp(a->server, "Apache", 6) == 0;

	if (is_error(a, "too_large"))
		return "raise max_body in leadsheet.conf";
	if (a->status == 413 && apache)
		return "raise LimitRequestBody in Apache's configuration";
	if (a->status == 413 && strncasecmp(a->server, "lighttpd", 8) == 0)
		return "raise server.max-request-size in lighttpd's "
		       "configuration (see deploy/lighttpd/leadsheet.conf)";
	if (a->status == 413)
		return "raise client_max_body_size in nginx's configuration "
		       "(see deploy/nginx/leadsheet.conf)";
	if (is_error(a, "bad_signature"))
		return "raise LimitRequestBody in Apache's configuration: with "
		       "mod_fcgid it cuts a body off and doesn't say so";
	if (a->status == 500 && apache && size > 131072)
		return "raise FcgidMaxRequestLen in Apache's configuration: "
		       "mod_fcgid takes 131,072 bytes where it isn't set";
	return "look into the web server's error log for its limit";
}

/* Did the receiver get all of it?  An older one doesn't say. */
static int
came_whole(const struct answer *a, size_t size)
{
	return reply_number(a->text, strlen(a->text), "bytes",
		   (long long)size) == (long long)size;
}

/* An unsigned body of that size comes through when our own 401 comes back. */
static int
try_size(struct visit *v, size_t size, int *stop)
{
	char *body = malloc(size), number[PROGRESS_NUMBER_SIZE];
	struct http_request r = {.url = v->deliver.url, .len = size};
	struct answer a;
	int rc;

	if (body == NULL)
		return cli_fail(v->check->cli, EX_OSERR, "out of memory");
	memset(body, ' ', size);
	r.body = body;
	rc = ask(v, &r, &a);
	free(body);
	if (rc != EX_OK)
		return rc;
	if (a.status == 401 && is_error(&a, "bad_signature") &&
	    came_whole(&a, size))
		return EX_OK;
	*stop = 1;
	check_say(v->check, AUDIT_WRONG, limit_of(&a, size),
	    "a body of %s bytes does not come through (%d%s%s): a delivery "
	    "of many leads would be lost",
	    progress_number((int64_t)size, number), a.status,
	    a.why[0] == '\0' ? "" : ", ", a.why);
	return EX_OK;
}

static int
check_sizes(struct visit *v)
{
	/* Just above what mod_fcgid and nginx take by default. */
	size_t sizes[] = {
	    (128 << 10) + 1, (1 << 20) + 1, v->check->cli->settings.max_body};
	char number[PROGRESS_NUMBER_SIZE];
	size_t i, largest = 0;
	int rc = EX_OK, stop = 0;

	for (i = 0; i < 3 && rc == EX_OK && !stop; i++) {
		if (sizes[i] > v->check->cli->settings.max_body ||
		    sizes[i] > TRIED_MAX)
			continue;
		rc = try_size(v, sizes[i], &stop);
		largest = sizes[i];
	}
	if (rc == EX_OK && !stop && largest > 0)
		check_say(v->check, AUDIT_FINE, "",
		    "bodies of up to %s bytes come through",
		    progress_number((int64_t)largest, number));
	return rc;
}

/* Unsigned and empty: no secret and no lead goes out in the open. */
static int
check_plain(struct visit *v)
{
	struct http_request r = {.url = v->plain, .body = "{}", .len = 2};
	struct answer a;
	int rc = ask(v, &r, &a);

	if (rc != EX_OK)
		return rc;
	if (is_error(&a, "bad_signature"))
		check_say(v->check, AUDIT_WRONG,
		    "set require_https = yes in leadsheet.conf (and "
		    "trust_forwarded_proto = no, unless a proxy ends TLS)",
		    "plain HTTP is taken at %s: who is on the way can read "
		    "the leads",
		    v->plain);
	else
		check_say(v->check, AUDIT_FINE, "", "plain HTTP is not taken");
	return EX_OK;
}

/* The URLs beside it. */
static void
make_urls(struct visit *v)
{
	const char *url = v->deliver.url, *rest = strstr(url, "://") + 3;
	size_t n = strcspn(url, "?#"), name = strlen(v->endpoint.name);

	while (n > 0 && url[n - 1] == '/')
		n--;
	if (n > name && url[n - name - 1] == '/' &&
	    (size_t)(rest - url) < n - name &&
	    strncmp(url + n - name, v->endpoint.name, name) == 0)
		n -= name + 1;
	(void)snprintf(v->health, sizeof(v->health), "%.*s/health",
	    n > 1900 ? 1900 : (int)n, url);
	(void)snprintf(v->plain, sizeof(v->plain), "http://%.1900s", rest);
}

int
check_url(struct check *c)
{
	struct visit v = {.check = c};
	const char *name = c->cli->options.arguments[0];
	int rc = deliver_open(&v.deliver, c->cli);

	if (rc == EX_OK)
		rc = cli_endpoint(c->cli, name, &v.endpoint);
	if (rc == EX_OK)
		rc = cli_use_settings(c->cli, &v.endpoint);
	if (rc != EX_OK)
		goto out;
	c->endpoint = &v.endpoint;
	endpoint_path(&v.endpoint, v.journal, "journal");
	if ((rc = deliver_take_endpoint(&v.deliver, &v.endpoint)) != EX_OK)
		goto out;
	make_urls(&v);
	rc = test_delivery(&v);
	if (rc == EX_OK && (rc = ask_health(&v)) == EX_OK &&
	    (rc = check_plain(&v)) == EX_OK)
		rc = check_sizes(&v);
out:
	c->endpoint = NULL;
	deliver_close(&v.deliver);
	/* That nobody answers is told, and counted. */
	return rc == EX_CONFIG && c->wrong[CHECK_INSTALLATION] > 0 ? EX_OK : rc;
}
