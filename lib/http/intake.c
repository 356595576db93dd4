/* intake: from a request to its response; see intake.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/endpoint.h"
#include "config/settings.h"
#include "http/answer.h"
#include "http/health.h"
#include "http/intake.h"
#include "http/stores.h"
#include "http/targets.h"
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

	/* Of the turn; the memory is kept for the next. */
	struct targets targets;
	struct way *ways;         /* so many as there is room for, all three */
	struct way **picked;      /* those of one endpoint */
	struct store_item *items; /* for its store */
	size_t room;
};

/* One request on its way. */
struct way {
	struct intake *intake;
	const struct request *request;
	struct response *response;
	ptrdiff_t target;          /* of the turn; -1: none */
	struct delivery *delivery; /* signed, to be kept; owned; or NULL */
	struct record record;      /* what is to be kept of it */
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

/* What it is for, where that is an endpoint that there is. */
static struct target *
target_of(const struct way *w)
{
	return &w->intake->targets.list[w->target];
}

/* Is it signed with one of the endpoint's secrets?  Else it is answered. */
static int
is_signed(struct way *w)
{
	const struct request *r = w->request;
	struct target *t = target_of(w);
	struct signature_keys *keys;
	struct fault f = {0};
	int rc = 0;

	if ((keys = targets_keys(t)) == NULL) {
		answer_fault(w->response, &t->fault);
		return 0;
	}
	if (r->signatures == 1)
		rc = signature_keys_verify(keys, r->signature, r->body,
		    r->body_len, w->record.signature, w->record.sha256, &f);
	if (rc == 0)
		answer_unsigned(w->response, r, t->endpoint.dir);
	else if (rc == -1)
		answer_fault(w->response, &f);
	return rc == 1;
}

/* A signed body: whatever it is, it is to be kept. */
static void
take_signed(struct way *w)
{
	const struct request *req = w->request;
	struct record *r = &w->record;
	struct fault f = {0};

	w->delivery = delivery_decode(req->body, req->body_len, &f);
	if (w->delivery == NULL) {
		answer_fault(w->response, &f);
		return;
	}
	r->received = req->received;
	r->kind = (enum record_kind)delivery_kind(w->delivery);
	if ((r->id = delivery_id(w->delivery, &r->id_len)) == NULL) {
		r->id = r->sha256;
		r->id_len = sizeof(r->sha256) - 1;
	}
	r->body = req->body;
	r->body_len = req->body_len;
}

/* A POST to an endpoint that there is. */
static void
answer_post(struct way *w)
{
	const struct request *r = w->request;
	const struct settings *settings = &w->intake->settings;
	const struct target *t = target_of(w);

	if (settings->require_https &&
	    !request_is_https(r, settings->trust_forwarded_proto))
		answer_plain_http(w->response);
	else if (r->encoding != NULL && r->encoding[0] != '\0' &&
		 strcmp(r->encoding, "identity") != 0)
		answer_encoded(w->response);
	else if (r->state != REQUEST_BODY_WHOLE)
		answer_body(w->response, r->state, settings->max_body);
	else if (!is_signed(w))
		return;
	else if (t->endpoint.disabled)
		answer_disabled(w->response, &t->endpoint);
	else
		take_signed(w);
}

static void
answer_endpoint(struct way *w, const char *name)
{
	struct fault f = {0};
	const struct target *t;

	w->target = targets_find(&w->intake->targets, w->intake->home, name);
	if (w->target == -1) {
		(void)fault_memory(&f);
		answer_fault(w->response, &f);
		return;
	}
	t = target_of(w);
	if (t->found == -1) {
		answer_fault(w->response, &t->fault);
		return;
	}
	if (t->found == 0) {
		answer_not_found(w->response, w->request->path);
		return;
	}
	(void)snprintf(w->response->endpoint, sizeof(w->response->endpoint),
	    "%s", t->endpoint.name);
	if (strcmp(w->request->method, "POST") != 0)
		answer_not_post(w->response, w->request->method);
	else
		answer_post(w);
}

static void
answer_health(struct way *w)
{
	const char *method = w->request->method;
	struct response *out = w->response;
	struct intake *in = w->intake;

	(void)strcpy(out->endpoint, "health");
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		response_error(
		    out, 405, "method_not_allowed", "Ask for /health by GET.");
		out->allow = "GET, HEAD";
	} else if (in->settings_good) {
		health_answer(in->home, &in->stores, out);
	} else {
		answer_fault(out, &in->settings_fault);
	}
}

/* Answer it, or find out that it is to be kept. */
static void
answer_request(struct way *w)
{
	const struct request *r = w->request;
	struct response *out = w->response;
	char name[REQUEST_NAME_SIZE];

	if (r->method == NULL || r->method[0] == '\0') {
		answer_no_method(out);
		return;
	}
	if (request_name(r, name) == -1)
		(void)strcpy(name, "-"); /* which no endpoint is called */
	if (strcmp(name, "health") == 0)
		answer_health(w);
	else if (!w->intake->settings_good)
		answer_fault(out, &w->intake->settings_fault);
	else
		answer_endpoint(w, name);
}

/* Keep n deliveries, all of one endpoint, and answer them. */
static void
keep(struct intake *in, struct way *const *ways, size_t n)
{
	struct fault f = {0};
	struct store *s;
	size_t i;

	s = stores_get(&in->stores, &target_of(ways[0])->endpoint, &f);
	for (i = 0; i < n; i++) {
		in->items[i].record = &ways[i]->record;
		in->items[i].delivery = ways[i]->delivery;
		in->items[i].fault = f;
	}
	if (s != NULL)
		store_put_many(s, in->items, n);
	for (i = 0; i < n; i++) {
		if (in->items[i].fault.kind != FAULT_NONE) {
			answer_fault(ways[i]->response, &in->items[i].fault);
			continue;
		}
		answer_kept(ways[i]->response, &ways[i]->record,
		    ways[i]->delivery, in->items[i].result);
		if (store_note(s)[0] != '\0')
			response_reason(ways[i]->response, "%s", store_note(s));
	}
}

/* Keep what is to be kept, endpoint by endpoint. */
static void
keep_all(struct intake *in, size_t n)
{
	ptrdiff_t target;
	size_t i, picked;

	for (target = 0; (size_t)target < in->targets.n; target++) {
		picked = 0;
		for (i = 0; i < n; i++)
			if (in->ways[i].delivery != NULL &&
			    in->ways[i].target == target)
				in->picked[picked++] = &in->ways[i];
		if (picked > 0)
			keep(in, in->picked, picked);
	}
}

/* Room for n requests; 0, or -1: out of memory. */
static int
make_room(struct intake *in, size_t n)
{
	if (n <= in->room)
		return 0;
	in->room = 0;
	free(in->ways);
	free(in->picked);
	free(in->items);
	in->ways = calloc(n, sizeof(*in->ways));
	in->picked = calloc(n, sizeof(struct way *));
	in->items = calloc(n, sizeof(*in->items));
	if (in->ways == NULL || in->picked == NULL || in->items == NULL)
		return -1;
	in->room = n;
	return 0;
}

void
intake_answer_many(struct intake *in, const struct intake_item *list, size_t n)
{
	struct fault f = {0};
	size_t i;

	if (make_room(in, n) == -1) {
		(void)fault_memory(&f);
		for (i = 0; i < n; i++)
			answer_fault(list[i].response, &f);
		return;
	}
	for (i = 0; i < n; i++) {
		memset(&in->ways[i], 0, sizeof(in->ways[i]));
		in->ways[i].intake = in;
		in->ways[i].request = list[i].request;
		in->ways[i].response = list[i].response;
		in->ways[i].target = -1;
		answer_request(&in->ways[i]);
	}
	keep_all(in, n);
	for (i = 0; i < n; i++)
		delivery_free(in->ways[i].delivery);
	targets_end_turn(&in->targets);
}

void
intake_answer(
    struct intake *in, const struct request *r, struct response *response)
{
	const struct intake_item one = {r, response};

	intake_answer_many(in, &one, 1);
}

void
intake_rest(struct intake *in)
{
	stores_rest(&in->stores);
}

void
intake_close(struct intake *in)
{
	if (in == NULL)
		return;
	stores_close(&in->stores);
	targets_free(&in->targets);
	free(in->ways);
	free(in->picked);
	free(in->items);
	free(in->settings_path);
	free(in->home);
	free(in);
}
