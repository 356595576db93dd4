/* catalog: which leads there are; see catalog.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "page/cache/keeper.h"
#include "page/data/catalog.h"
#include "page/data/hits.h"
#include "page/data/summary.h"

struct catalog {
	struct keeper keeper;
	unsigned char *in_scope; /* owned; one for each of sources.names */
};

struct catalog *
catalog_new(const char *home, const char *key, struct fault *f)
{
	struct catalog *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	if (keeper_begin(&c->keeper, home, key, f) == -1) {
		catalog_free(c);
		return NULL;
	}
	return c;
}

/* How far it has come. */
static void
tell(const struct catalog *c, struct catalog_state *state)
{
	const struct source *s;
	const char *lacks = NULL;
	size_t i;

	memset(state, 0, sizeof(*state));
	for (i = 0; i < c->keeper.sources.n; i++) {
		s = &c->keeper.sources.list[i];
		if (lacks == NULL && sources_lacks(s))
			lacks = s->day;
		if (s->newest > state->newest)
			state->newest = s->newest;
		state->damaged += s->damaged;
	}
	state->whole = lacks == NULL;
	state->in_memory = c->keeper.cache.in_memory;
	if (state->in_memory)
		(void)snprintf(state->why, sizeof(state->why), "%s",
		    c->keeper.cache.why.text);
	if (lacks == NULL)
		return;
	/* Of the newest day what has come so far is better than nothing. */
	if (strcmp(lacks, c->keeper.sources.list[0].day) == 0)
		memcpy(state->from, lacks, sizeof(state->from));
	else
		utc_day_of_number(utc_day_number(lacks) + 1, state->from);
}

static int
count_all(struct catalog *c, int64_t *leads, struct fault *f)
{
	struct db_query *q =
	    db_query(c->keeper.cache.db, "SELECT sum(leads) FROM quarter", f);
	int rc;

	if (q == NULL || (rc = db_next(c->keeper.cache.db, q, f)) == -1)
		return -1;
	*leads = rc == 1 ? db_number(q, 0) : 0;
	db_reset(q);
	return 0;
}

int
catalog_update(struct catalog *c, int64_t microseconds,
    struct catalog_state *state, struct fault *f)
{
	const int64_t until = utc_ticks() + microseconds;
	int64_t leads;

	memset(state, 0, sizeof(*state));
	if (keeper_update(&c->keeper, until, f) == -1 ||
	    count_all(c, &leads, f) == -1)
		return -1;
	tell(c, state);
	state->leads = leads;
	free(c->in_scope);
	c->in_scope = calloc(c->keeper.sources.nnames + 1, 1);
	return c->in_scope == NULL ? fault_memory(f) : 0;
}

void
catalog_distrust(struct catalog *c)
{
	if (!c->keeper.cache.in_memory)
		cache_remove(&c->keeper.cache);
	else
		c->keeper.cache.given_up = 0;
}

/* Which endpoints are in the scope, and asked for; 1 where some are not. */
static int
set_scope(
    struct catalog *c, const struct catalog_scope *scope, const char *endpoint)
{
	size_t i, k;
	int all = 1;

	for (i = 0; i < c->keeper.sources.nnames; i++) {
		c->in_scope[i] = scope->n == 0;
		for (k = 0; k < scope->n; k++)
			c->in_scope[i] |=
			    strcmp(scope->names[k],
				c->keeper.sources.names[i].name) == 0;
		if (endpoint[0] != '\0')
			c->in_scope[i] &=
			    strcmp(endpoint, c->keeper.sources.names[i].name) ==
			    0;
		all &= c->in_scope[i];
	}
	return !all;
}

int64_t
catalog_newest(struct catalog *c, const struct catalog_scope *scope)
{
	const struct sources *s = &c->keeper.sources;
	int64_t newest = 0;
	size_t i;

	(void)set_scope(c, scope, "");
	for (i = 0; i < s->n; i++)
		if (c->in_scope[s->list[i].endpoint] &&
		    s->list[i].newest > newest)
			newest = s->list[i].newest;
	return newest;
}

int64_t
catalog_damaged(struct catalog *c, const struct catalog_scope *scope)
{
	int64_t damaged = 0;
	size_t i;

	(void)set_scope(c, scope, "");
	for (i = 0; i < c->keeper.sources.n; i++)
		if (c->in_scope[c->keeper.sources.list[i].endpoint])
			damaged += c->keeper.sources.list[i].damaged;
	return damaged;
}

static void
ready(struct catalog *c, struct hits *h, const struct catalog_scope *scope,
    const struct choice *choice, int whole)
{
	memset(h, 0, sizeof(*h));
	h->db = c->keeper.cache.db;
	h->sources = &c->keeper.sources;
	h->is_scoped = set_scope(c, scope, choice->endpoint);
	h->in_scope = c->in_scope;
	h->whole = whole;
}

/* 1, or 0 where its segment is none that is there. */
static int
make_entry(
    const struct catalog *c, const struct hit *h, struct catalog_entry *e)
{
	const struct source *s = sources_find(&c->keeper.sources, h->segment);

	memset(e, 0, sizeof(*e));
	if (s == NULL || !c->in_scope[s->endpoint])
		return 0;
	e->id = h->id;
	memcpy(e->endpoint, c->keeper.sources.names[s->endpoint].name,
	    sizeof(e->endpoint));
	memcpy(e->place.day, s->day, sizeof(e->place.day));
	e->place.segment = s->number;
	e->place.offset = h->offset;
	e->lead = (size_t)h->lead;
	e->person = h->person;
	e->post = h->post;
	e->body = h->body;
	return 1;
}

int
catalog_leads(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, size_t most,
    int (*take)(void *, const struct catalog_entry *, struct fault *),
    void *context, struct fault *f)
{
	struct catalog_entry entry;
	const struct hit *hit;
	struct hits h;
	size_t n = 0;
	int rc, taken = 0;

	ready(c, &h, scope, choice, 1);
	rc = hits_begin(&h, choice, filling_terms(c->keeper.filling), f);
	while (rc == 0 && taken == 0 && (most == 0 || n < most) &&
	       (rc = hits_next(&h, &hit, f)) == 1) {
		rc = 0;
		if (!make_entry(c, hit, &entry))
			continue;
		taken = take(context, &entry, f);
		hits_go_on(&h);
		n++;
	}
	hits_end(&h);
	return rc == -1 ? -1 : taken;
}

/* A person, as the summary has them, on the way to who wants them. */
struct telling {
	const struct catalog *catalog;
	int (*take)(void *, const struct catalog_person *, struct fault *);
	void *context;
};

/* 1, or 0 where the newest lead is none that is there. */
static int
make_person(const struct catalog *c, const struct summary_person *from,
    struct catalog_person *p)
{
	memset(p, 0, sizeof(*p));
	p->person = from->newest.person;
	p->first_seen = from->first;
	p->last_seen = from->last;
	p->engagements = from->leads;
	return make_entry(c, &from->newest, &p->newest);
}

static int
tell_person(void *context, const struct summary_person *from, struct fault *f)
{
	const struct telling *t = context;
	struct catalog_person p;

	return make_person(t->catalog, from, &p) ? t->take(t->context, &p, f)
	                                         : 0;
}

int
catalog_people(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, size_t most,
    int (*take)(void *, const struct catalog_person *, struct fault *),
    void *context, struct fault *f)
{
	struct telling t = {c, take, context};
	struct choice all = *choice;
	struct hits h;
	int rc;

	all.before = 0;
	ready(c, &h, scope, &all, 1);
	rc = hits_begin(&h, &all, filling_terms(c->keeper.filling), f);
	if (rc == 0)
		rc = summary_people(
		    &h, choice->before, most, tell_person, &t, f);
	hits_end(&h);
	return rc;
}

int
catalog_find_person(struct catalog *c, const struct catalog_scope *scope,
    int64_t person, struct catalog_person *p, struct fault *f)
{
	struct summary_person found;
	struct hits h;
	int rc;

	memset(p, 0, sizeof(*p));
	ready(c, &h, scope, &(struct choice){0}, 1);
	hits_go_on(&h);
	rc = summary_person(&h, person, &found, f);
	hits_end(&h);
	return rc == 1 ? make_person(c, &found, p) : rc;
}

int
catalog_days(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, int (*take)(void *, const char *, int64_t),
    void *context, struct fault *f)
{
	struct choice all = *choice;
	struct hits h;
	int rc;

	all.before = 0;
	ready(c, &h, scope, &all, 0);
	if (hits_is_plain(&all))
		return summary_plain_days(&h, &all, take, context, f);
	rc = hits_begin(&h, &all, filling_terms(c->keeper.filling), f);
	if (rc == 0)
		rc = summary_days(&h, take, context, f);
	hits_end(&h);
	return rc;
}

int
catalog_terms(struct catalog *c, const struct catalog_scope *scope,
    enum choice_term term, size_t most,
    int (*take)(void *, const char *, int64_t), void *context, struct fault *f)
{
	struct hits h;
	int rc;

	ready(c, &h, scope, &(struct choice){0}, 0);
	hits_go_on(&h);
	rc = summary_terms(&h, term, most, take, context, f);
	hits_end(&h);
	return rc;
}

static int
add_up(void *context, const char *day, int64_t leads)
{
	int64_t *sum = context;

	(void)day;
	*sum += leads;
	return 0;
}

int64_t
catalog_count(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, int64_t most, struct fault *f)
{
	struct choice all = *choice;
	const struct hit *hit;
	struct hits h;
	int64_t n = 0;
	int rc;

	all.before = 0;
	ready(c, &h, scope, &all, 0);
	if (hits_is_plain(&all)) {
		rc = summary_plain_days(&h, &all, add_up, &n, f);
		return rc == -1 ? -1 : most > 0 && n > most ? most : n;
	}
	rc = hits_begin(&h, &all, filling_terms(c->keeper.filling), f);
	while (rc == 0 && (most == 0 || n < most) &&
	       (rc = hits_next(&h, &hit, f)) == 1) {
		rc = 0;
		n++;
	}
	hits_end(&h);
	return rc == -1 ? -1 : n;
}

void
catalog_write_number(int64_t number, char out[static CATALOG_NUMBER_SIZE])
{
	(void)snprintf(
	    out, CATALOG_NUMBER_SIZE, "%016llx", (unsigned long long)number);
}

int
catalog_read_number(const char *s, int64_t *number)
{
	if (strlen(s) != CATALOG_NUMBER_SIZE - 1 ||
	    strspn(s, "0123456789abcdef") != CATALOG_NUMBER_SIZE - 1)
		return 0;
	*number = (int64_t)strtoull(s, NULL, 16);
	return *number > 0;
}

void
catalog_free(struct catalog *c)
{
	if (c == NULL)
		return;
	keeper_end(&c->keeper);
	free(c->in_scope);
	free(c);
}
