/* delivery: a signed body, decoded; see delivery.h. */
#include <stdlib.h>
#include <string.h>

#include "webhook/delivery.h"
#include "webhook/leads.h"

struct delivery {
	enum delivery_kind kind;
	const char *reason;
	enum wellformed_verdict verdict;
	struct bytes id; /* the sender's; empty where there is no usable one */
	struct leads leads;
	struct bytes scratch;
};

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
classify(struct delivery *d)
{
	const struct payload *p = &d->leads.payload;

	if (!p->is_object) {
		unreadable(d, "it is not a JSON object");
	} else if (is_true(&p->test) || is_true(&p->data_test)) {
		d->kind = DELIVERY_TEST;
	} else if (p->event.n == 0 || p->event.s[0] != '"') {
		unreadable(d, "it names no event");
	} else if (!jsontext_is(&p->event, "lead.enriched", 13, &d->scratch)) {
		d->kind = DELIVERY_OTHER;
	} else if (!p->has_leads) {
		unreadable(d, "there is no array data.leads");
	} else if (p->skipped > 0 && payload_leads(p) == 0) {
		unreadable(d, "none of its leads is an object");
	} else {
		d->kind = DELIVERY_LEADS;
	}
}

static void
take_id(struct delivery *d, const struct jsontext_slice *value)
{
	struct jsontext_slice id;

	if (jsontext_string(value, &d->scratch, &id) &&
	    id.n <= DELIVERY_ID_MAX &&
	    memmem(id.s, id.n, "\xef\xbf\xbd", 3) == NULL)
		bytes_add(&d->id, id.s, id.n);
}

struct delivery *
delivery_decode(const char *body, size_t n, struct fault *f)
{
	struct delivery *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	body = n == 0 ? "" : body;
	d->leads.most = LEADS_CELL; /* as it is read for a sheet */
	if (leads_check(&d->leads, body, n, &d->verdict, f) == -1) {
		delivery_free(d);
		return NULL;
	}
	switch (d->verdict) {
	case WELLFORMED_JSON:
		classify(d);
		take_id(d, &d->leads.payload.id);
		break;
	case WELLFORMED_TOO_DEEP:
		unreadable(d, "it is nested deeper than 100,000 levels");
		break;
	case WELLFORMED_BROKEN:
		unreadable(d, "the body is not JSON");
		break;
	}
	if (bytes_check(&d->scratch, f) == -1 || bytes_check(&d->id, f) == -1) {
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
	return d->verdict == WELLFORMED_JSON;
}

int
delivery_is_broken(const struct delivery *d)
{
	return d->verdict == WELLFORMED_BROKEN;
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

static int
makes_rows(const struct delivery *d)
{
	return d->kind == DELIVERY_LEADS || d->kind == DELIVERY_TEST;
}

size_t
delivery_leads(const struct delivery *d)
{
	return makes_rows(d) ? leads_count(&d->leads) : 0;
}

size_t
delivery_skipped(const struct delivery *d)
{
	return makes_rows(d) ? d->leads.payload.skipped : 0;
}

struct leads *
delivery_reader(struct delivery *d)
{
	return &d->leads;
}

void
delivery_refuse_rows(struct delivery *d, const char *reason)
{
	unreadable(d, reason);
}

void
delivery_free(struct delivery *d)
{
	if (d == NULL)
		return;
	bytes_free(&d->id);
	leads_free(&d->leads);
	bytes_free(&d->scratch);
	free(d);
}
