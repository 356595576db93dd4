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
	json_t *root;        /* owned; NULL when it is no JSON */
	const json_t *leads; /* borrowed from root; an array, or NULL */
};

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

/*
 * For Jansson.  Where it has no memory for a byte of a text it leaves that
 * byte out, or reads on behind the text, if it has memory again at once.  So
 * once there was none there is none: errno, which is 0 when it is called.
 */
static void *
allocate(size_t n)
{
	return errno == ENOMEM ? NULL : malloc(n);
}

/*
 * Read n bytes of JSON; NULL when it is none, or with the fault set.  Jansson
 * calls it a syntax error, at times, when it has no memory for a token; then
 * errno knows better.
 */
static json_t *
load(const char *json, size_t n, size_t flags, struct fault *f)
{
	json_error_t error;
	json_t *v;

	json_set_alloc_funcs(allocate, free);
	errno = 0;
	v = json_loadb(n == 0 ? "" : json, n,
	    flags | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
	if (v == NULL && (json_error_code(&error) == json_error_out_of_memory ||
			     errno == ENOMEM))
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
	return v;
}

struct delivery *
delivery_decode(const char *body, size_t n, struct fault *f)
{
	struct delivery *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	d->root = load(body, n, JSON_REJECT_DUPLICATES, f);
	if (f->kind != FAULT_NONE) {
		delivery_free(d);
		return NULL;
	}
	if (d->root == NULL)
		unreadable(d, "the body is not JSON");
	else
		classify(d);
	return d;
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

int
delivery_rewrite(const char *json, size_t n, struct bytes *out, struct fault *f)
{
	json_t *v;

	bytes_reset(out);
	v = load(json, n, 0, f);
	if (f->kind != FAULT_NONE)
		return -1;
	if (v == NULL)
		bytes_add(out, json, n);
	else if (json_is_real(v))
		write_real(out, json_real_value(v));
	else
		write_json(out, v);
	json_decref(v);
	return bytes_check(out, f);
}

void
delivery_free(struct delivery *d)
{
	if (d == NULL)
		return;
	json_decref(d->root);
	free(d);
}
