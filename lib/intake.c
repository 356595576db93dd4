/* intake: from a request to its response; see intake.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "endpoint.h"
#include "intake.h"
#include "settings.h"
#include "sheet.h"
#include "signature.h"
#include "store.h"

#define RETRY_SOON  10  /* seconds: somebody holds the lock, the disk is full */
#define RETRY_LATER 300 /* seconds: a person has to do something */

/* Files stay open for the endpoints that were last used. */
#define STORES_MAX 16

struct intake {
	char *home;
	char *settings_path;
	struct boot boot;
	struct settings settings;
	struct fault settings_fault; /* why they can't be used */
	int settings_read;
	struct store *stores[STORES_MAX]; /* the last used first */
};

/* One request on its way. */
struct way {
	struct intake *intake;
	const struct request *request;
	struct response *response;
	struct endpoint endpoint;
	char signature[SIGNATURE_SIZE];
	char sha256[SIGNATURE_SIZE];
};

struct intake *
intake_open(const char *home, const struct boot *boot)
{
	static const char file[] = "/leadsheet.conf";
	struct intake *in = calloc(1, sizeof(*in));
	size_t size = strlen(home) + sizeof(file);

	if (in == NULL)
		return NULL;
	in->home = strdup(home);
	in->settings_path = malloc(size);
	if (in->home == NULL || in->settings_path == NULL) {
		intake_close(in);
		return NULL;
	}
	(void)snprintf(in->settings_path, size, "%s%s", home, file);
	in->boot = *boot;
	return in;
}

static void
close_stores(struct intake *in)
{
	size_t i;

	for (i = 0; i < STORES_MAX; i++) {
		store_close(in->stores[i]);
		in->stores[i] = NULL;
	}
}

size_t
intake_begin(struct intake *in)
{
	if (in->settings_read &&
	    !settings_changed(&in->settings, in->settings_path))
		return in->settings.max_body;
	in->settings_read = 1;
	fault_clear(&in->settings_fault);
	if (settings_load(&in->settings, in->settings_path, sheet_column,
		SHEET_COLUMNS, &in->settings_fault) == -1 ||
	    utc_zone(in->settings.timezone, &in->settings_fault) == -1)
		return in->settings.max_body; /* each answer will say why */
	return in->settings.max_body;
}

/* The one table from why something failed to what the client hears. */
static void
answer_fault(struct way *w, const struct fault *f)
{
	static const struct {
		enum fault_kind kind;
		int status;
		int retry_after;
		const char *error;
		const char *message;
	} table[] = {
	    {FAULT_INPUT, 400, 0, "bad_request", "This can't be used."},
	    {FAULT_SETUP, 503, RETRY_LATER, "not_set_up",
		"This leadsheet is not set up yet; its log says what to do."},
	    {FAULT_BUSY, 503, RETRY_SOON, "busy",
		"Another delivery is being kept; send this one again."},
	    {FAULT_DAMAGED, 503, RETRY_SOON, "storage",
		"The delivery can't be kept now; send it again later."},
	    {FAULT_STORAGE, 503, RETRY_SOON, "storage",
		"The delivery can't be kept now; send it again later."},
	    {FAULT_MEMORY, 503, RETRY_SOON, "memory",
		"There is no memory left; send this one again later."},
	};
	size_t i = 0;

	while (i + 1 < sizeof(table) / sizeof(table[0]) &&
	       table[i].kind != f->kind)
		i++;
	response_error(
	    w->response, table[i].status, table[i].error, table[i].message);
	w->response->retry_after = table[i].retry_after;
	response_reason(w->response, "%s", f->text);
}

/* A store for the endpoint; open already, or in the place of the oldest. */
static struct store *
get_store(struct way *w, struct fault *f)
{
	struct store **stores = w->intake->stores, *s;
	size_t i = 0;

	while (i < STORES_MAX - 1 && stores[i] != NULL &&
	       strcmp(store_name(stores[i]), w->endpoint.name) != 0)
		i++;
	s = stores[i];
	if (s != NULL && strcmp(store_name(s), w->endpoint.name) != 0) {
		store_close(s);
		s = NULL;
	}
	memmove(stores + 1, stores, i * sizeof(*stores));
	stores[0] = NULL;
	if (s == NULL)
		s = store_open(
		    &w->endpoint, &w->intake->settings, &w->intake->boot, f);
	if (s == NULL) {
		memmove(stores, stores + 1, i * sizeof(*stores));
		stores[i] = NULL;
		return NULL;
	}
	stores[0] = s;
	return s;
}

static int
check_health(void *context, const char *name)
{
	struct way *w = context;
	struct fault f = {0};
	struct store *s;

	if (endpoint_find(&w->endpoint, w->intake->home, name, &f) == 1 &&
	    (s = get_store(w, &f)) != NULL && store_health(s, &f) == 0)
		return 0;
	response_error(w->response, 503, "unhealthy",
	    f.kind == FAULT_BUSY
		? "The store is locked by another process."
		: "The store can't be written to; the log says why.");
	w->response->retry_after = RETRY_SOON;
	response_reason(w->response, "%s", f.text);
	return 1;
}

/* GET /health, for whoever watches over this machine. */
static void
answer_health(struct way *w)
{
	struct fault f = {0};
	int rc;

	if (w->intake->settings_fault.kind != FAULT_NONE) {
		answer_fault(w, &w->intake->settings_fault);
		return;
	}
	rc = endpoint_each(w->intake->home, check_health, w, &f);
	if (rc == -1)
		answer_fault(w, &f);
	else if (rc == 0)
		response_kept(w->response, 200, "ok", NULL, 0, 0);
}

static void
answer_unsigned(struct way *w, const char *reason)
{
	response_error(w->response, 401, "bad_signature",
	    "The signature is missing or wrong; check that the webhook's "
	    "secret is the one that is kept here.");
	response_reason(w->response, "%s", reason);
}

/* Is it signed with one of the endpoint's secrets?  Else it is answered. */
static int
is_signed(struct way *w)
{
	const struct request *r = w->request;
	struct signature_secrets secrets;
	struct fault f = {0};
	int rc;

	if (endpoint_secrets(&w->endpoint, &secrets, &f) == -1) {
		answer_fault(w, &f);
		return 0;
	}
	if (r->signatures != 1) {
		rc = 0;
		answer_unsigned(
		    w, r->signatures == 0
			   ? "there is no header X-Webhook-Signature"
			   : "there are two headers X-Webhook-Signature");
	} else {
		rc = signature_verify(&secrets, r->signature, r->body,
		    r->body_len, w->signature, &f);
		if (rc == 0)
			answer_unsigned(w, "it is no signature of this body "
					   "with any secret of this endpoint");
		else if (rc == -1)
			answer_fault(w, &f);
	}
	endpoint_forget_secrets(&secrets);
	return rc == 1;
}

/* Is the body as it was sent?  Else it is answered. */
static int
is_whole(struct way *w)
{
	struct response *out = w->response;

	switch (w->request->state) {
	case REQUEST_BODY_WHOLE:
		return 1;
	case REQUEST_BODY_SHORT:
		response_error(out, 400, "short_body",
		    "The body ended before its Content-Length.");
		break;
	case REQUEST_BODY_MISMATCHED:
		response_error(out, 400, "bad_length",
		    "The body is not as long as its Content-Length says.");
		break;
	case REQUEST_BODY_BAD_LENGTH:
		response_error(
		    out, 400, "bad_length", "Content-Length is not a number.");
		break;
	case REQUEST_BODY_TOO_LARGE:
		response_error(out, 413, "too_large",
		    "The body is larger than is taken here.");
		response_reason(out, "it is larger than max_body (%zu bytes)",
		    w->intake->settings.max_body);
		break;
	case REQUEST_BODY_NO_MEMORY:
		response_error(out, 503, "memory",
		    "There is no memory left; send this one again later.");
		out->retry_after = RETRY_SOON;
		break;
	case REQUEST_BODY_STOPPED:
		response_error(out, 503, "stopping",
		    "The receiver is being stopped; send this one again.");
		out->retry_after = RETRY_SOON;
		break;
	}
	return 0;
}

/* What the sender hears of a delivery that is kept. */
static void
answer_kept(struct way *w, const struct record *r, const struct delivery *d,
    enum store_result result)
{
	struct response *out = w->response;

	if (result == STORE_CONFLICT)
		response_reason(out, "another body came under this id; it is "
				     "in the journal as \"other\"");
	if (result != STORE_STORED && delivery_kind(d) != DELIVERY_UNREADABLE) {
		response_kept(out, 200, "duplicate", r->id, r->id_len, 0);
		return;
	}
	switch (delivery_kind(d)) {
	case DELIVERY_LEADS:
		response_kept(
		    out, 200, "stored", r->id, r->id_len, delivery_leads(d));
		return;
	case DELIVERY_TEST:
		response_kept(
		    out, 200, "test", r->id, r->id_len, delivery_leads(d));
		return;
	case DELIVERY_OTHER:
		response_kept(out, 200, "kept", r->id, r->id_len, 0);
		return;
	case DELIVERY_UNREADABLE:
		break;
	}
	response_reason(out, "%s; it is in the journal as \"unreadable\"",
	    delivery_reason(d));
	if (!delivery_is_json(d)) {
		response_error(out, 400, "not_json",
		    "The body is not JSON; it "
		    "is kept as it came.");
		return;
	}
	response_kept(out, 202, "kept", r->id, r->id_len, 0);
	response_tell_reason(out, delivery_reason(d));
}

static int
keep(struct way *w, struct delivery *d, struct fault *f)
{
	struct record r = {.received = w->request->received};
	enum store_result result;
	struct store *s;

	r.kind = delivery_kind(d);
	if ((r.id = delivery_id(d, &r.id_len)) == NULL) {
		r.id = w->sha256;
		r.id_len = sizeof(w->sha256) - 1;
	}
	memcpy(r.sha256, w->sha256, sizeof(r.sha256));
	memcpy(r.signature, w->signature, sizeof(r.signature));
	r.body = w->request->body;
	r.body_len = w->request->body_len;
	if ((s = get_store(w, f)) == NULL ||
	    store_put(s, &r, d, &result, f) == -1)
		return -1;
	answer_kept(w, &r, d, result);
	if (store_note(s)[0] != '\0')
		response_reason(w->response, "%s", store_note(s));
	return 0;
}

/* A signed body: whatever it is, it is kept. */
static void
answer_signed(struct way *w)
{
	const struct request *r = w->request;
	struct delivery *d = NULL;
	struct fault f = {0};

	if (signature_sha256(r->body, r->body_len, w->sha256, &f) == -1 ||
	    (d = delivery_decode(r->body, r->body_len, &f)) == NULL ||
	    keep(w, d, &f) == -1)
		answer_fault(w, &f);
	delivery_free(d);
}

/* A POST to an endpoint that there is. */
static void
answer_post(struct way *w)
{
	const struct request *r = w->request;
	const struct settings *settings = &w->intake->settings;

	if (settings->require_https &&
	    !request_is_https(r, settings->trust_forwarded_proto)) {
		response_error(w->response, 403, "https_required",
		    "This came by plain HTTP. Use the https:// address; behind "
		    "a proxy that ends TLS set trust_forwarded_proto = yes in "
		    "leadsheet.conf.");
		return;
	}
	if (r->encoding != NULL && r->encoding[0] != '\0' &&
	    strcmp(r->encoding, "identity") != 0) {
		response_error(w->response, 415, "encoded",
		    "The body is compressed; send it without "
		    "Content-Encoding.");
		return;
	}
	if (!is_whole(w) || !is_signed(w))
		return;
	if (w->endpoint.disabled) {
		response_error(w->response, 503, "disabled",
		    "This endpoint is switched off.");
		w->response->retry_after = RETRY_LATER;
		response_reason(w->response,
		    "%s is switched off; delete the file %s/disabled to "
		    "switch it on",
		    w->endpoint.name, w->endpoint.dir);
		return;
	}
	answer_signed(w);
}

static void
answer_endpoint(struct way *w, const char *name)
{
	const char *method = w->request->method;
	struct fault f = {0};
	int found;

	found = endpoint_find(&w->endpoint, w->intake->home, name, &f);
	if (found == -1) {
		answer_fault(w, &f);
		return;
	}
	if (found == 0) {
		response_error(w->response, 404, "not_found",
		    "There is no endpoint of that name.");
		response_reason(w->response, "path %.100s",
		    w->request->path == NULL ? "" : w->request->path);
		return;
	}
	(void)snprintf(w->response->endpoint, sizeof(w->response->endpoint),
	    "%s", w->endpoint.name);
	if (strcmp(method, "POST") != 0) {
		response_error(w->response, 405, "method_not_allowed",
		    "This is a leadsheet: it takes new leads from LikesToLeads "
		    "and keeps them as a spreadsheet. Paste this page's "
		    "address, beginning with https://, as a webhook's URL in "
		    "the Settings there.");
		w->response->allow = "POST";
		return;
	}
	answer_post(w);
}

void
intake_answer(struct intake *in, const struct request *r, struct response *out)
{
	struct way w = {.intake = in, .request = r, .response = out};
	char name[REQUEST_NAME_SIZE];

	if (r->method == NULL || r->method[0] == '\0') {
		response_error(out, 500, "no_request_method",
		    "The web server doesn't tell what was asked for.");
		response_reason(out,
		    "REQUEST_METHOD is missing: this is for "
		    "a web server to run; in nginx include fastcgi_params "
		    "beside every other fastcgi_param");
		return;
	}
	if (request_name(r, name) == -1)
		(void)strcpy(name, "-"); /* which no endpoint is called */
	if (strcmp(name, "health") == 0) {
		(void)strcpy(out->endpoint, name);
		if (strcmp(r->method, "GET") == 0 ||
		    strcmp(r->method, "HEAD") == 0) {
			answer_health(&w);
			return;
		}
		response_error(
		    out, 405, "method_not_allowed", "Ask for /health by GET.");
		out->allow = "GET, HEAD";
		return;
	}
	if (in->settings_fault.kind != FAULT_NONE) {
		answer_fault(&w, &in->settings_fault);
		return;
	}
	answer_endpoint(&w, name);
}

void
intake_close(struct intake *in)
{
	if (in == NULL)
		return;
	close_stores(in);
	free(in->settings_path);
	free(in->home);
	free(in);
}
