/* target: the program that a relay passes on to; see target.h. */
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "cli/deliver/deliver.h"
#include "cli/deliver/http.h"
#include "cli/relay/target.h"
#include "cli/template/template.h"
#include "webhook/signature.h"

#define GONE        410
#define HEADERS_MAX 5

/* What a message has beside its body; the values stand here. */
struct headers {
	struct http_header list[HEADERS_MAX];
	size_t n;
	char time[24];
	char signature[STANDARDWEBHOOK_SIGNATURE_SIZE];
	char hex[SIGNATURE_SIZE];
};

static int
read_secret(struct target *t, struct fault *f)
{
	const struct relayconf *c = t->conf;
	int rc = standardwebhook_read(c->secret, &t->key, f);

	if (rc != 0 || c->template[0] != '\0')
		return rc == -1 ? -1 : 0;
	return fault_set(f, FAULT_SETUP, 0,
	    "relay %s: no secret to sign with yet; run \"leadsheet relay %s "
	    "--make-secret\"",
	    c->name, c->name);
}

int
target_open(struct target *t, const struct relayconf *c, struct fault *f)
{
	const struct http_options options = {
	    .jobs = 1, .relay = 1, .public_only = !c->private_allowed};

	memset(t, 0, sizeof(*t));
	t->conf = c;
	if (read_secret(t, f) == -1)
		return -1;
	if (c->template[0] != '\0' &&
	    (t->template = template_open(c->template, f)) == NULL)
		return -1;
	t->http = http_open(&options, f);
	return t->http == NULL ? -1 : 0;
}

static void
add_header(struct headers *h, const char *name, const char *value)
{
	h->list[h->n].name = name;
	h->list[h->n].value = value;
	h->list[h->n++].len = strlen(value);
}

/* Sign it, for receivers of either kind. */
static int
sign(const struct target *t, const struct message *m, struct headers *h,
    struct fault *f)
{
	int64_t now = utc_now() / UTC_SECOND;

	if (t->key.n == 0)
		return 0;
	if (standardwebhook_sign(
		&t->key, m->id, now, m->body, m->len, h->signature, f) == -1 ||
	    signature_make(t->key.secret, m->body, m->len, h->hex, f) == -1)
		return -1;
	(void)snprintf(h->time, sizeof(h->time), "%lld", (long long)now);
	add_header(h, "webhook-id", m->id);
	add_header(h, "webhook-timestamp", h->time);
	add_header(h, "webhook-signature", h->signature);
	add_header(h, "X-Webhook-Signature", h->hex);
	return 0;
}

/* What an answer means, in words that tell what to do; "" where it says so. */
static const char *
meaning(int status)
{
	static const struct {
		int status;
		const char *words;
	} all[] = {
	    {400, "it doesn't understand the message; look at it with --print"},
	    {401, "it doesn't know the secret, or the URL is not right"},
	    {403, "it doesn't know the secret, or the URL is not right"},
	    {404, "the URL is wrong, or it was removed there"},
	    {413, "the message is too long for it; a template with a small "
		  "batch helps"},
	    {422, "it doesn't understand the message; look at it with --print"},
	    {429, "it is asked too often; write every = 10m, say"},
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].status == status)
			return all[i].words;
	return "";
}

/* In words that have nothing of what it wrote, nor of the URL's secrets. */
static void
judge(
    const struct target *t, const struct http_reply *r, struct target_answer *a)
{
	const char *host = t->conf->host, *why = r->why;
	char text[2 * ATTEMPTS_WHY_SIZE];

	memset(a, 0, sizeof(*a));
	a->status = r->status;
	a->wait = r->retry_after;
	a->took = r->took;
	a->body = r->body;
	a->len = r->len;
	if (r->status >= 200 && r->status < 300) {
		a->verdict = TARGET_TAKEN;
		return;
	}
	a->verdict = r->status == GONE ? TARGET_GONE : TARGET_NOT_NOW;
	if (why[0] == '\0')
		why = meaning(r->status);
	if (r->status == 0)
		(void)snprintf(text, sizeof(text), "%s: %s", host, why);
	else
		(void)snprintf(text, sizeof(text), "%s answered %d%s%s", host,
		    r->status, why[0] == '\0' ? "" : ": ", why);
	deliver_line(a->why, sizeof(a->why), text, strlen(text));
}

int
target_send(struct target *t, const struct message *m, struct target_answer *a,
    struct fault *f)
{
	struct headers h = {.n = 0};
	struct http_request request = {.url = t->conf->url,
	    .body = m->body,
	    .len = m->len,
	    .headers = h.list};
	struct http_reply reply;

	if (sign(t, m, &h, f) == -1)
		return -1;
	if (t->template == NULL)
		h.n += (size_t)deliver_event(m->body, m->len, &h.list[h.n]);
	request.nheaders = h.n;
	if (http_begin(t->http, &request, f) == -1)
		return -1;
	/* It has a deadline of its own, so that this ends. */
	while (http_wait(t->http, &reply) == 0)
		continue;
	judge(t, &reply, a);
	return 0;
}

int
target_batch(const struct target *t)
{
	int most = (int)template_batch(t->template);

	return t->conf->batch < most ? t->conf->batch : most;
}

void
target_close(struct target *t)
{
	http_close(t->http);
	template_close(t->template);
	explicit_bzero(t, sizeof(*t));
}
