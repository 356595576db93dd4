/* digest: what a morning's mail tells; see digest.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/digest/digest.h"
#include "cli/digest/named.h"
#include "cli/digest/wording.h"
#include "cli/digest/worries.h"
#include "cli/people/strings.h"
#include "webhook/leads.h"

/* Characters of a signal's name, and bytes that tell two of them apart. */
#define SIGNAL       60
#define SIGNAL_BYTES 400

struct gathering {
	struct digest *digest;
	struct leads leads;     /* of the delivery in hand */
	struct strings signals; /* their names, */
	int64_t counts[DIGEST_SIGNALS];
	char yesterday[UTC_DAY_SIZE];
	int64_t order; /* of the next lead */
};

int
digest_open(struct digest *d, const struct cli *cli,
    const struct endpoints *all, enum consumer_mode mode, int64_t now,
    struct fault *f)
{
	struct digest_endpoint *e;
	int64_t committed;
	size_t i;

	d->cli = cli;
	d->now = now;
	d->found = all->list;
	d->endpoints = calloc(all->n, sizeof(*d->endpoints));
	if (d->endpoints == NULL)
		return fault_memory(f);
	for (i = 0; i < all->n; i++) {
		e = &d->endpoints[i];
		e->name = all->list[i].name;
		e->consumer =
		    consumer_open(&all->list[i], DIGEST_CURSOR, mode, f);
		if (e->consumer == NULL)
			return -1;
		d->nendpoints++;
		committed = consumer_committed(e->consumer);
		if (committed > d->since)
			d->since = committed;
	}
	return 0;
}

/* The first mail ever isn't to have the leads of a year. */
static int
is_told(const struct gathering *g, const struct digest_endpoint *e,
    const struct record *r)
{
	char day[UTC_DAY_SIZE];

	if (!consumer_is_first(e->consumer))
		return 1;
	utc_day(r->received, day);
	return strcmp(day, g->yesterday) >= 0;
}

/* Go through all that is told, in the same order each time. */
static int
each_record(struct gathering *g,
    int (*take)(struct gathering *, struct digest_endpoint *,
	const struct record *, struct fault *),
    struct fault *f)
{
	struct digest *d = g->digest;
	struct records *records;
	struct record r;
	struct place place;
	size_t i;
	int rc = 0;

	g->order = 0;
	for (i = 0; i < d->nendpoints && rc == 0; i++) {
		records = consumer_records(d->endpoints[i].consumer);
		records_rewind(records);
		while ((rc = records_next(records, &r, &place, f)) == 1)
			if (is_told(g, &d->endpoints[i], &r) &&
			    take(g, &d->endpoints[i], &r, f) == -1)
				return -1;
	}
	return rc;
}

static int
count_signal(struct gathering *g, size_t lead, struct fault *f)
{
	uint32_t number;
	struct value v;
	size_t n;

	if (leads_value(&g->leads, lead, LEADS_SIGNAL_NAME, &v, f) == -1)
		return -1;
	n = v.type == VALUE_NONE ? 0 : v.len;
	n = n > SIGNAL_BYTES ? SIGNAL_BYTES : n;
	if (!strings_find(&g->signals, n == 0 ? "" : v.data, n, &number)) {
		if (strings_count(&g->signals) == DIGEST_SIGNALS) {
			g->digest->unsorted++;
			return 0;
		}
		if (strings_add(
			&g->signals, n == 0 ? "" : v.data, n, &number, f) == -1)
			return -1;
	}
	g->counts[number]++;
	return 0;
}

static int
count_lead(struct gathering *g, struct digest_endpoint *e,
    const struct record *r, size_t lead, struct fault *f)
{
	struct digest_person p = {.received = r->received,
	    .order = g->order++,
	    .endpoint = e->name,
	    .deed = DIGEST_OTHER};
	struct digest *d = g->digest;
	struct value v;

	d->leads++;
	e->leads++;
	if (leads_value(&g->leads, lead, LEADS_ENGAGEMENT_TYPE, &v, f) == -1)
		return -1;
	if (v.type == VALUE_STRING)
		p.deed = named_deed(v.data, v.len);
	d->deeds[p.deed]++;
	if (count_signal(g, lead, f) == -1)
		return -1;
	if (!d->names)
		return 0;
	if (leads_value(&g->leads, lead, LEADS_URN, &v, f) == -1)
		return -1;
	return named_meet(d, &p, v.data, v.type == VALUE_NONE ? 0 : v.len, f);
}

/* The first time: who is named, and how much there is of all. */
static int
count(struct gathering *g, struct digest_endpoint *e, const struct record *r,
    struct fault *f)
{
	size_t i, n;

	e->tests += r->kind == RECORD_TEST;
	e->others += r->kind == RECORD_OTHER;
	e->unreadable += r->kind == RECORD_UNREADABLE;
	if (r->kind != RECORD_LEADS)
		return 0;
	if (leads_read(&g->leads, r->body, r->body_len, f) == -1)
		return -1;
	for (i = 0, n = leads_count(&g->leads); i < n; i++)
		if (count_lead(g, e, r, i, f) == -1)
			return -1;
	return 0;
}

/* The second time: what is told of these. */
static int
tell(struct gathering *g, struct digest_endpoint *e, const struct record *r,
    struct fault *f)
{
	size_t i, n;

	(void)e;
	if (r->kind != RECORD_LEADS)
		return 0;
	if (leads_read(&g->leads, r->body, r->body_len, f) == -1)
		return -1;
	for (i = 0, n = leads_count(&g->leads); i < n; i++)
		if (named_tell(g->digest, &g->leads, i, g->order++, f) == -1)
			return -1;
	return 0;
}

/* Most leads first, and then by name. */
static int
compare(const void *a, const void *b)
{
	const struct digest_signal *x = a, *y = b;

	if (x->leads != y->leads)
		return x->leads < y->leads ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int
sort_signals(struct gathering *g, struct fault *f)
{
	struct digest *d = g->digest;
	size_t i, n = strings_count(&g->signals), length;
	const char *name;

	if (n == 0)
		return 0;
	if ((d->signals = calloc(n, sizeof(*d->signals))) == NULL)
		return fault_memory(f);
	for (i = 0; i < n; i++) {
		name = strings_get(&g->signals, (uint32_t)i, &length);
		d->signals[i].leads = g->counts[i];
		d->signals[i].name = wording_text(name, length, SIGNAL);
		if (d->signals[i].name == NULL)
			return fault_memory(f);
		d->nsignals++;
	}
	qsort(d->signals, d->nsignals, sizeof(*d->signals), compare);
	return 0;
}

/* The same of endpoints: there may be more than are told. */
static int
compare_endpoints(const void *a, const void *b)
{
	const struct digest_endpoint *x = a, *y = b;

	if (x->leads != y->leads)
		return x->leads < y->leads ? 1 : -1;
	return strcmp(x->name, y->name);
}

int
digest_gather(struct digest *d, struct fault *f)
{
	struct gathering g = {.digest = d};
	char today[UTC_DAY_SIZE];
	int rc = 0;

	utc_day(d->now, today);
	utc_day_of_number(utc_day_number(today) - 1, g.yesterday);
	g.leads.most = LEADS_CELL;
	d->people = calloc(DIGEST_PEOPLE, sizeof(*d->people));
	if (d->people == NULL)
		return fault_memory(f);
	if (each_record(&g, count, f) == -1 || sort_signals(&g, f) == -1 ||
	    (d->npeople > 0 && each_record(&g, tell, f) == -1))
		rc = -1;
	leads_free(&g.leads);
	strings_free(&g.signals);
	/* These go by the endpoints' order, as they were found. */
	if (rc == -1 || worries_gather(d, f) == -1)
		return -1;
	qsort(d->endpoints, d->nendpoints, sizeof(*d->endpoints),
	    compare_endpoints);
	return 0;
}

int
digest_prove(struct digest *d, struct fault *f)
{
	size_t i;

	for (i = 0; i < d->nendpoints; i++)
		if (consumer_prove(d->endpoints[i].consumer, f) == -1)
			return -1;
	return 0;
}

int
digest_commit(struct digest *d, struct fault *f)
{
	size_t i;

	for (i = 0; i < d->nendpoints; i++)
		if (consumer_commit(d->endpoints[i].consumer, f) == -1)
			return -1;
	return 0;
}

void
digest_free(struct digest *d)
{
	size_t i;

	for (i = 0; i < d->nendpoints; i++)
		consumer_close(d->endpoints[i].consumer);
	for (i = 0; i < d->npeople; i++)
		named_free(&d->people[i]);
	for (i = 0; i < d->nsignals; i++)
		free(d->signals[i].name);
	for (i = 0; i < d->nconcerns; i++)
		free(d->concerns[i].text);
	free(d->endpoints);
	free(d->people);
	free(d->signals);
	free(d->concerns);
	free(d->status);
	memset(d, 0, sizeof(*d));
}
