/* delivery: a signed body, decoded; see delivery.h. */
#include <stdlib.h>

#include "json/jsontext.h"
#include "json/tree.h"
#include "json/wellformed.h"
#include "webhook/delivery.h"

struct delivery {
	enum delivery_kind kind;
	const char *reason;
	int is_json;
	struct bytes id; /* the sender's; empty where there is no usable one */
	size_t leads;
	struct bytes scratch;
};

/* The members of a body that tell what it is; empty where they are absent. */
struct members {
	struct jsontext_slice event, id, test, data_test, leads;
	int is_object;
};

static void
read_data(struct members *m, struct jsontext *t, struct bytes *scratch)
{
	struct jsontext_slice key, value;

	if (!jsontext_open(t, '{')) {
		jsontext_value(t, &value);
		return;
	}
	while (jsontext_key(t, &key)) {
		jsontext_value(t, &value);
		if (jsontext_is(&key, "leads", 5, scratch))
			m->leads = value;
		else if (jsontext_is(&key, "test", 4, scratch))
			m->data_test = value;
	}
}

static void
read_members(
    struct members *m, const char *body, size_t n, struct bytes *scratch)
{
	struct jsontext t = {body, body + n};
	struct jsontext_slice key, value;

	m->is_object = jsontext_open(&t, '{');
	while (m->is_object && jsontext_key(&t, &key)) {
		if (jsontext_is(&key, "data", 4, scratch)) {
			read_data(m, &t, scratch);
			continue;
		}
		jsontext_value(&t, &value);
		if (jsontext_is(&key, "event", 5, scratch))
			m->event = value;
		else if (jsontext_is(&key, "delivery_id", 11, scratch))
			m->id = value;
		else if (jsontext_is(&key, "test", 4, scratch))
			m->test = value;
	}
}

/* How many leads there are; the sentence against them, or NULL. */
static const char *
count_leads(const struct jsontext_slice *leads, size_t *count)
{
	struct jsontext t = {leads->s, leads->s + leads->n};
	struct jsontext_slice lead;

	*count = 0;
	if (leads->n == 0 || !jsontext_open(&t, '['))
		return "there is no array data.leads";
	while (jsontext_element(&t)) {
		jsontext_value(&t, &lead);
		if (lead.n == 0 || lead.s[0] != '{')
			return "a lead is not an object";
		(*count)++;
	}
	return NULL;
}

static int
is_true(const struct jsontext_slice *v)
{
	return v->n > 0 && v->s[0] == 't';
}

static void
unreadable(struct delivery *d, const char *reason)
{
	d->kind = DELIVERY_UNREADABLE;
	d->reason = reason;
}

static void
classify(struct delivery *d, const struct members *m)
{
	size_t count;
	const char *why = count_leads(&m->leads, &count);

	if (!m->is_object) {
		unreadable(d, "it is not a JSON object");
	} else if (is_true(&m->test) || is_true(&m->data_test)) {
		d->kind = DELIVERY_TEST;
	} else if (m->event.n == 0 || m->event.s[0] != '"') {
		unreadable(d, "it names no event");
	} else if (!jsontext_is(&m->event, "lead.enriched", 13, &d->scratch)) {
		d->kind = DELIVERY_OTHER;
	} else if (why != NULL) {
		unreadable(d, why);
	} else {
		d->kind = DELIVERY_LEADS;
	}
	/* All the leads make rows, or none: no row is half a delivery. */
	if (why == NULL &&
	    (d->kind == DELIVERY_LEADS || d->kind == DELIVERY_TEST))
		d->leads = count;
}

static void
take_id(struct delivery *d, const struct jsontext_slice *value)
{
	struct jsontext_slice id;

	if (jsontext_string(value, &d->scratch, &id) && id.n <= DELIVERY_ID_MAX)
		bytes_add(&d->id, id.s, id.n);
}

/* Is it JSON?  1, 0, or -1 with the fault set. */
static int
is_json(const char *body, size_t n, struct fault *f)
{
	return wellformed_is_json(body, n) ? 1 : tree_is_json(body, n, f);
}

struct delivery *
delivery_decode(const char *body, size_t n, struct fault *f)
{
	struct delivery *d = calloc(1, sizeof(*d));
	struct members m = {.is_object = 0};

	if (d == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	body = n == 0 ? "" : body;
	if ((d->is_json = is_json(body, n, f)) == 1) {
		read_members(&m, body, n, &d->scratch);
		classify(d, &m);
		take_id(d, &m.id);
	} else if (d->is_json == 0) {
		unreadable(d, "the body is not JSON");
	}
	if (d->is_json == -1 || bytes_check(&d->scratch, f) == -1 ||
	    bytes_check(&d->id, f) == -1) {
		delivery_free(d);
		return NULL;
	}
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
	return d->is_json;
}

const char *
delivery_reason(const struct delivery *d)
{
	return d->reason == NULL ? "" : d->reason;
}

const char *
delivery_id(const struct delivery *d, size_t *len)
{
	*len = d->id.len;
	return d->id.len == 0 ? NULL : d->id.data;
}

size_t
delivery_leads(const struct delivery *d)
{
	return d->leads;
}

void
delivery_free(struct delivery *d)
{
	if (d == NULL)
		return;
	bytes_free(&d->id);
	bytes_free(&d->scratch);
	free(d);
}
