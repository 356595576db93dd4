/* delivery: a signed body, decoded; see delivery.h. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delivery.h"

struct delivery {
	enum delivery_kind kind;
	const char *reason;
	json_t *root;         /* owned; NULL when it is no JSON */
	const json_t *leads;  /* borrowed from root; an array, or NULL */
	json_t *posts;        /* owned: id to post */
	struct bytes scratch; /* what the last value was written into */
};

enum source { FROM_DELIVERY, FROM_LEAD, FROM_POST, FROM_REST };

/* The sender's tables: where a field stands and of which type it is. */
static const struct {
	const char *key;
	enum source source;
	int is_integer;
} fields[DELIVERY_FIELDS] = {
    [DELIVERY_TIMESTAMP] = {"timestamp", FROM_DELIVERY, 0},
    [DELIVERY_URN] = {"urn", FROM_LEAD, 0},
    [DELIVERY_FULL_NAME] = {"full_name", FROM_LEAD, 0},
    [DELIVERY_HEADLINE] = {"headline", FROM_LEAD, 0},
    [DELIVERY_COMPANY_NAME] = {"company_name", FROM_LEAD, 0},
    [DELIVERY_JOB_TITLE] = {"job_title", FROM_LEAD, 0},
    [DELIVERY_LOCATION] = {"location", FROM_LEAD, 0},
    [DELIVERY_LINKEDIN_URL] = {"linkedin_url", FROM_LEAD, 0},
    [DELIVERY_ENGAGEMENT_TYPE] = {"engagement_type", FROM_LEAD, 0},
    [DELIVERY_SIGNAL_NAME] = {"signal_name", FROM_LEAD, 0},
    [DELIVERY_REACTION_TYPE] = {"reaction_type", FROM_LEAD, 0},
    [DELIVERY_COMMENT_TEXT] = {"comment_text", FROM_LEAD, 0},
    [DELIVERY_CONNECTIONS] = {"connections", FROM_LEAD, 1},
    [DELIVERY_FOLLOWERS] = {"followers", FROM_LEAD, 1},
    [DELIVERY_INDUSTRY] = {"industry", FROM_LEAD, 0},
    [DELIVERY_COMPANY_SIZE] = {"company_size", FROM_LEAD, 0},
    [DELIVERY_POST_ID] = {"post_id", FROM_LEAD, 0},
    [DELIVERY_POST_URL] = {"url", FROM_POST, 0},
    [DELIVERY_POST_TEXT] = {"text", FROM_POST, 0},
    [DELIVERY_POST_DATE] = {"date", FROM_POST, 0},
    [DELIVERY_EXTRA] = {"", FROM_REST, 0},
};

/* By id; the first of two posts with the same id counts. */
static int
gather_posts(struct delivery *d, const json_t *data)
{
	json_t *list = json_object_get(data, "posts"), *post;
	const char *id;
	size_t i;

	if ((d->posts = json_object()) == NULL)
		return -1;
	json_array_foreach (list, i, post) {
		id = json_string_value(json_object_get(post, "id"));
		if (id != NULL && json_object_get(d->posts, id) == NULL &&
		    json_object_set(d->posts, id, post) == -1)
			return -1;
	}
	return 0;
}

static void
unreadable(struct delivery *d, const char *reason)
{
	d->kind = DELIVERY_UNREADABLE;
	d->reason = reason;
}

/* The sentence against the leads, or NULL. */
static const char *
objection(const json_t *leads)
{
	const json_t *lead;
	size_t i;

	if (!json_is_array(leads))
		return "there is no array data.leads";
	json_array_foreach (leads, i, lead)
		if (!json_is_object(lead))
			return "a lead is not an object";
	return NULL;
}

/* Is it that string, and not one that goes on behind a NUL? */
static int
is_text(const json_t *v, const char *text)
{
	return json_string_length(v) == strlen(text) &&
	       memcmp(json_string_value(v), text, strlen(text)) == 0;
}

static void
classify(struct delivery *d)
{
	const json_t *data = json_object_get(d->root, "data");
	const json_t *leads = json_object_get(data, "leads");
	const json_t *event = json_object_get(d->root, "event");
	const char *why = objection(leads);

	if (!json_is_object(d->root)) {
		unreadable(d, "it is not a JSON object");
	} else if (json_is_true(json_object_get(d->root, "test")) ||
		   json_is_true(json_object_get(data, "test"))) {
		d->kind = DELIVERY_TEST;
	} else if (!json_is_string(event)) {
		unreadable(d, "it names no event");
	} else if (!is_text(event, "lead.enriched")) {
		d->kind = DELIVERY_OTHER;
	} else if (why != NULL) {
		unreadable(d, why);
	} else {
		d->kind = DELIVERY_LEADS;
	}
	/* All the leads make rows, or none: no row is half a delivery. */
	if (why == NULL &&
	    (d->kind == DELIVERY_LEADS || d->kind == DELIVERY_TEST))
		d->leads = leads;
}

struct delivery *
delivery_decode(const char *body, size_t n, struct fault *f)
{
	struct delivery *d = calloc(1, sizeof(*d));
	json_error_t error;

	if (d == NULL)
		goto fail;
	errno = 0;
	d->root = json_loadb(n == 0 ? "" : body, n,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
	/*
	 * Jansson calls it a syntax error, at times, when it has no memory for
	 * a token; then errno knows better.
	 */
	if (d->root == NULL &&
	    (json_error_code(&error) == json_error_out_of_memory ||
		errno == ENOMEM))
		goto fail;
	if (d->root == NULL)
		unreadable(d, "the body is not JSON");
	else
		classify(d);
	if (gather_posts(d, json_object_get(d->root, "data")) == -1)
		goto fail;
	return d;
fail:
	(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
	delivery_free(d);
	return NULL;
}

enum delivery_kind
delivery_kind(const struct delivery *d)
{
	return d->kind;
}

int
delivery_is_json(const struct delivery *d)
{
	return d->root != NULL;
}

const char *
delivery_reason(const struct delivery *d)
{
	return d->reason == NULL ? "" : d->reason;
}

const char *
delivery_id(const struct delivery *d, size_t *len)
{
	const json_t *id = json_object_get(d->root, "delivery_id");

	*len = json_string_length(id);
	if (*len == 0 || *len > DELIVERY_ID_MAX)
		return NULL;
	return json_string_value(id);
}

size_t
delivery_leads(const struct delivery *d)
{
	return json_array_size(d->leads);
}

static int
add_json(const char *data, size_t n, void *out)
{
	bytes_add(out, data, n);
	return 0;
}

/* Its JSON text, on one line. */
static void
write_json(struct bytes *b, const json_t *v)
{
	if (json_dump_callback(
		v, add_json, b, JSON_COMPACT | JSON_ENCODE_ANY) == -1)
		b->failed = 1;
}

/* The shortest digits that mean the same number. */
static void
write_real(struct bytes *b, double v)
{
	char digits[32];
	int precision;

	for (precision = 15; precision <= 17; precision++) {
		(void)snprintf(digits, sizeof(digits), "%.*g", precision, v);
		if (strtod(digits, NULL) >= v && strtod(digits, NULL) <= v)
			break;
	}
	bytes_adds(b, digits);
}

static int
is_known(const char *key, enum source source)
{
	size_t i;

	for (i = 0; i < DELIVERY_FIELDS; i++)
		if (fields[i].source == source &&
		    strcmp(key, fields[i].key) == 0)
			return 1;
	/* A post's id is the lead's post_id. */
	return source == FROM_POST && strcmp(key, "id") == 0;
}

static const json_t *
post_of(const struct delivery *d, const json_t *lead)
{
	const char *id = json_string_value(json_object_get(lead, "post_id"));

	return id == NULL ? NULL : json_object_get(d->posts, id);
}

/* Set name in rest, with the prefix before it as often as it is taken. */
static int
set_free(json_t *rest, const char *prefix, const char *key, json_t *value)
{
	struct bytes name = {0};
	int times, i, rc;

	for (times = 1;; times++) {
		bytes_reset(&name);
		for (i = 0; i < times; i++)
			bytes_adds(&name, prefix);
		bytes_add(&name, key, strlen(key) + 1);
		if (name.failed || json_object_get(rest, name.data) == NULL)
			break;
	}
	rc = name.failed ? -1 : json_object_set(rest, name.data, value);
	bytes_free(&name);
	return rc;
}

/* Gather the fields that we don't know; a post's get post_ before them. */
static int
gather_rest(json_t *rest, const json_t *from, enum source source)
{
	const char *key;
	const json_t *value;
	void *iter;

	/* The macro for this loop wants an object that isn't const. */
	for (iter = json_object_iter((json_t *)from); iter != NULL;
	     iter = json_object_iter_next((json_t *)from, iter)) {
		key = json_object_iter_key(iter);
		value = json_object_iter_value(iter);
		if (!is_known(key, source) &&
		    set_free(rest, source == FROM_POST ? "post_" : "", key,
			(json_t *)value) == -1)
			return -1;
	}
	return 0;
}

static int
write_rest(struct delivery *d, const json_t *lead, struct fault *f)
{
	json_t *rest = json_object();
	int rc = -1;

	if (rest == NULL || gather_rest(rest, lead, FROM_LEAD) == -1 ||
	    gather_rest(rest, post_of(d, lead), FROM_POST) == -1) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
	} else {
		if (json_object_size(rest) > 0)
			write_json(&d->scratch, rest);
		rc = bytes_check(&d->scratch, f);
	}
	json_decref(rest);
	return rc;
}

/* A JSON value as a cell's: numbers where the sender's table has them. */
static void
convert(struct delivery *d, const json_t *v, int is_integer,
    struct delivery_value *out)
{
	if (v == NULL || json_is_null(v))
		return;
	out->type = DELIVERY_STRING;
	if (json_is_string(v) && !is_integer) {
		out->data = json_string_value(v);
		out->len = json_string_length(v);
		return;
	}
	if (json_is_real(v))
		write_real(&d->scratch, json_real_value(v));
	else
		write_json(&d->scratch, v);
	if (is_integer && json_is_number(v))
		out->type = DELIVERY_NUMBER;
	out->data = d->scratch.data;
	out->len = d->scratch.len;
}

int
delivery_value(struct delivery *d, size_t lead, enum delivery_field field,
    struct delivery_value *out, struct fault *f)
{
	const json_t *from = json_array_get(d->leads, lead);

	memset(out, 0, sizeof(*out));
	bytes_reset(&d->scratch);
	if (fields[field].source == FROM_REST) {
		if (write_rest(d, from, f) == -1)
			return -1;
		out->type =
		    d->scratch.len > 0 ? DELIVERY_STRING : DELIVERY_NONE;
		out->data = d->scratch.data;
		out->len = d->scratch.len;
		return 0;
	}
	if (fields[field].source == FROM_DELIVERY)
		from = d->root;
	else if (fields[field].source == FROM_POST)
		from = post_of(d, from);
	convert(d, json_object_get(from, fields[field].key),
	    fields[field].is_integer, out);
	return bytes_check(&d->scratch, f);
}

void
delivery_free(struct delivery *d)
{
	if (d == NULL)
		return;
	json_decref(d->posts);
	json_decref(d->root);
	bytes_free(&d->scratch);
	free(d);
}
