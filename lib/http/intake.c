/* intake: from a request to its response; see intake.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/endpoint.h"
#include "config/secrets.h"
#include "config/settings.h"
#include "http/answer.h"
#include "http/intake.h"
#include "http/stores.h"
#include "webhook/delivery.h"
#include "webhook/signature.h"

struct intake {
	char *home;
	char *settings_path;
	struct boot boot;
	struct settings settings;
	struct fault settings_fault; /* why they can't be used */
	int settings_good;           /* they are read, and can be */
	struct stores stores;
};

/* One request on its way. */
struct way {
	struct intake *intake;
	const struct request *request;
	struct response *response;
	int endpoints; /* how many of them are healthy */
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
	in->stores.settings = &in->settings;
	in->stores.boot = &in->boot;
	return in;
}

size_t
intake_begin(struct intake *in)
{
	/* What was wrong may have been passing: out of descriptors, say. */
	if (in->settings_good &&
	    !settings_changed(&in->settings, in->settings_path))
		return in->settings.max_body;
	fault_clear(&in->settings_fault);
	in->settings_good = settings_load(&in->settings, in->settings_path,
				&in->settings_fault) == 0;
	return in->settings.max_body;
}

static int
check_health(void *context, const char *name)
{
	struct way *w = context;
	const char *why = "no endpoint that can be used";
	char message[128];
	struct fault f = {0};
	struct store *s;

	if (endpoint_find(&w->endpoint, w->intake->home, name, &f) == 1 &&
	    (s = stores_get(&w->intake->stores, &w->endpoint, &f)) != NULL &&
	    store_health(s, &why, &f) == 0) {
		w->endpoints++;
		return 0;
	}
	(void)snprintf(message, sizeof(message),
	    "%s could not keep a delivery now: %s.", name, why);
	response_error(w->response, 503, "unhealthy", message);
	w->response->retry_after = ANSWER_RETRY_SOON;
	response_reason(w->response, "%s", f.text);
	return 1;
}

/* GET /health, for whoever watches over this machine. */
static void
answer_health(struct way *w)
{
	struct fault f = {0};
	int rc;

	if (!w->intake->settings_good) {
		answer_fault(w->response, &w->intake->settings_fault);
		return;
	}
	rc = endpoint_each(w->intake->home, check_health, w, &f);
	if (rc == 0 && w->endpoints == 0)
		rc = fault_set(&f, FAULT_SETUP, 0,
		    "there is no endpoint in %s yet; run \"leadsheet endpoint "
		    "add main\"",
		    w->intake->home);
	if (rc == -1)
		answer_fault(w->response, &f);
	else if (rc == 0)
		response_kept(w->response, 200, "ok", NULL, 0, 0);
}

static void
answer_unsigned(struct way *w, const char *reason)
{
	response_error(w->response, 401, "bad_signature",
	    "The signature is missing or wrong; check that the webhook's "
	    "secret is the one that is kept here.");
	/* A server that cuts a body off need not say so. */
	response_tell_bytes(w->response, w->request->body_len);
	response_reason(w->response, "%s", reason);
	if (w->request->signatures > 0 && w->request->body_len == 0)
		response_reason(w->response,
		    "the body came empty; is a limit of the web server below "
		    "its size? \"leadsheet check --url\" finds it");
	else if (w->request->signatures > 0)
		response_reason(w->response,
		    "compare %s/secret with the Settings page of LikesToLeads",
		    w->endpoint.dir);
}

/* Is it signed with one of the endpoint's secrets?  Else it is answered. */
static int
is_signed(struct way *w)
{
	const struct request *r = w->request;
	struct signature_secrets secrets;
	struct fault f = {0};
	int rc;

	if (secrets_read(&w->endpoint, &secrets, &f) == -1) {
		answer_fault(w->response, &f);
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
			answer_fault(w->response, &f);
	}
	secrets_forget(&secrets);
	return rc == 1;
}

static int
keep(struct way *w, struct delivery *d, struct fault *f)
{
	struct record r = {.received = w->request->received};
	enum store_result result;
	struct store *s;

	r.kind = (enum record_kind)delivery_kind(d);
	if ((r.id = delivery_id(d, &r.id_len)) == NULL) {
		r.id = w->sha256;
		r.id_len = sizeof(w->sha256) - 1;
	}
	memcpy(r.sha256, w->sha256, sizeof(r.sha256));
	memcpy(r.signature, w->signature, sizeof(r.signature));
	r.body = w->request->body;
	r.body_len = w->request->body_len;
	if ((s = stores_get(&w->intake->stores, &w->endpoint, f)) == NULL ||
	    store_put(s, &r, d, &result, f) == -1)
		return -1;
	answer_kept(w->response, &r, d, result);
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
		answer_fault(w->response, &f);
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
		response_reason(w->response,
		    "plain HTTP; the URL must begin with https://, or the "
		    "proxy be trusted (trust_forwarded_proto)");
		return;
	}
	if (r->encoding != NULL && r->encoding[0] != '\0' &&
	    strcmp(r->encoding, "identity") != 0) {
		response_error(w->response, 415, "encoded",
		    "The body is compressed; send it without "
		    "Content-Encoding.");
		return;
	}
	if (r->state != REQUEST_BODY_WHOLE) {
		answer_body(w->response, r->state, settings->max_body);
		return;
	}
	if (!is_signed(w))
		return;
	if (w->endpoint.disabled) {
		response_error(w->response, 503, "disabled",
		    "This endpoint is switched off.");
		w->response->retry_after = ANSWER_RETRY_LATER;
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
		answer_fault(w->response, &f);
		return;
	}
	if (found == 0) {
		response_error(w->response, 404, "not_found",
		    "There is no endpoint of that name.");
		response_reason(w->response, "no endpoint for the path %.100s",
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
		response_reason(w->response, "%.16s, not POST", method);
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
	if (!in->settings_good) {
		answer_fault(out, &in->settings_fault);
		return;
	}
	answer_endpoint(&w, name);
}

void
intake_close(struct intake *in)
{
	if (in == NULL)
		return;
	stores_close(&in->stores);
	free(in->settings_path);
	free(in->home);
	free(in);
}
