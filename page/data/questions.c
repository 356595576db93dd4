/* questions: the half of catalog.h that asks. */
#include <string.h>

#include "base/utc.h"
#include "page/data/catalog.h"
#include "page/data/hits.h"
#include "page/data/inside.h"
#include "page/data/summary.h"

/* So long it may take to make it anew in the middle of a question. */
#define AGAIN UTC_SECOND

/* A question, and who wants the answers. */
struct asking {
	struct catalog *catalog;
	const struct catalog_scope *scope;
	struct choice choice;
	int64_t before; /* only what is below is told */
	size_t most;
	enum choice_term term;
	int64_t person;
	int (*lead)(void *, const struct catalog_entry *, struct fault *);
	int (*found)(void *, const struct catalog_person *, struct fault *);
	int (*count)(void *, const char *, int64_t);
	void *context;
	int64_t n; /* how many were told, or counted */
	struct catalog_person *out;
};

static void
ready(struct hits *h, const struct asking *a, int whole)
{
	struct catalog *c = a->catalog;

	memset(h, 0, sizeof(*h));
	h->db = c->keeper.cache.db;
	h->sources = &c->keeper.sources;
	h->is_scoped = inside_set_scope(
	    c, a->scope->names, a->scope->n, a->choice.endpoint);
	h->in_scope = c->in_scope;
	h->whole = whole;
}

static int
begin(struct hits *h, const struct asking *a, int whole, struct fault *f)
{
	ready(h, a, whole);
	return hits_begin(
	    h, &a->choice, filling_terms(a->catalog->keeper.filling), f);
}

/*
 * Ask.  Where the file proves to be damaged, and nothing was told yet, it is
 * made anew, and asked again; where there is no time for all of it nobody may
 * take what there is for all.
 */
static int
ask(struct asking *a, int (*how)(struct asking *, struct fault *),
    struct fault *f)
{
	struct fault why = {0};
	int rc = how(a, &why);

	if (rc == -1 && why.kind == FAULT_DAMAGED && a->n == 0) {
		fault_clear(&why);
		rc = keeper_renew(
		    &a->catalog->keeper, utc_ticks() + AGAIN, &why);
		if (rc == 0)
			rc = inside_make_room(a->catalog, &why);
		if (rc == 0 && !keeper_is_whole(&a->catalog->keeper))
			rc = fault_set(&why, FAULT_BUSY, 0,
			    "the list of leads is being made anew; try again");
		if (rc == 0)
			rc = how(a, &why);
	}
	return rc == -1 ? fault_take(f, &why) : rc;
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
	memcpy(e->day, s->day, sizeof(e->day));
	e->segment = s->number;
	e->offset = h->offset;
	e->lead = (size_t)h->lead;
	e->person = h->person;
	e->post = h->post;
	e->body = h->body;
	return 1;
}

static int
ask_leads(struct asking *a, struct fault *f)
{
	struct catalog_entry entry;
	const struct hit *hit;
	struct hits h;
	int rc, taken = 0;

	rc = begin(&h, a, 1, f);
	while (rc == 0 && taken == 0 &&
	       (a->most == 0 || a->n < (int64_t)a->most) &&
	       (rc = hits_next(&h, &hit, f)) == 1) {
		rc = 0;
		if (!make_entry(a->catalog, hit, &entry))
			continue;
		a->n++;
		taken = a->lead(a->context, &entry, f);
		hits_go_on(&h);
	}
	hits_end(&h);
	return rc == -1 ? -1 : taken;
}

int
catalog_leads(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, size_t most,
    int (*take)(void *, const struct catalog_entry *, struct fault *),
    void *context, struct fault *f)
{
	struct asking a = {.catalog = c,
	    .scope = scope,
	    .choice = *choice,
	    .most = most,
	    .lead = take,
	    .context = context};

	return ask(&a, ask_leads, f);
}

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
	struct asking *a = context;
	struct catalog_person p;

	if (!make_person(a->catalog, from, &p))
		return 0;
	a->n++;
	return a->found(a->context, &p, f);
}

static int
ask_people(struct asking *a, struct fault *f)
{
	struct hits h;
	int rc = begin(&h, a, 1, f);

	if (rc == 0)
		rc = summary_people(&h, a->before, a->most, tell_person, a, f);
	hits_end(&h);
	return rc;
}

int
catalog_people(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, size_t most,
    int (*take)(void *, const struct catalog_person *, struct fault *),
    void *context, struct fault *f)
{
	struct asking a = {.catalog = c,
	    .scope = scope,
	    .choice = *choice,
	    .before = choice->before,
	    .most = most,
	    .found = take,
	    .context = context};

	a.choice.before = 0;
	return ask(&a, ask_people, f);
}

static int
ask_person(struct asking *a, struct fault *f)
{
	struct summary_person found;
	struct hits h;
	int rc;

	ready(&h, a, 1);
	hits_go_on(&h);
	rc = summary_person(&h, a->person, &found, f);
	hits_end(&h);
	return rc == 1 ? make_person(a->catalog, &found, a->out) : rc;
}

int
catalog_find_person(struct catalog *c, const struct catalog_scope *scope,
    int64_t person, struct catalog_person *p, struct fault *f)
{
	struct asking a = {
	    .catalog = c, .scope = scope, .person = person, .out = p};

	memset(p, 0, sizeof(*p));
	return ask(&a, ask_person, f);
}

static int
tell_count(void *context, const char *text, int64_t leads)
{
	struct asking *a = context;

	a->n++;
	return a->count(a->context, text, leads);
}

static int
ask_days(struct asking *a, struct fault *f)
{
	struct hits h;
	int rc;

	if (hits_is_plain(&a->choice)) {
		ready(&h, a, 0);
		return summary_plain_days(&h, &a->choice, tell_count, a, f);
	}
	if ((rc = begin(&h, a, 0, f)) == 0)
		rc = summary_days(&h, tell_count, a, f);
	hits_end(&h);
	return rc;
}

int
catalog_days(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, int (*take)(void *, const char *, int64_t),
    void *context, struct fault *f)
{
	struct asking a = {.catalog = c,
	    .scope = scope,
	    .choice = *choice,
	    .count = take,
	    .context = context};

	a.choice.before = 0;
	return ask(&a, ask_days, f);
}

static int
ask_terms(struct asking *a, struct fault *f)
{
	struct hits h;
	int rc;

	ready(&h, a, 0);
	hits_go_on(&h);
	rc = summary_terms(&h, a->term, a->most, tell_count, a, f);
	hits_end(&h);
	return rc;
}

int
catalog_terms(struct catalog *c, const struct catalog_scope *scope,
    enum choice_term term, size_t most,
    int (*take)(void *, const char *, int64_t), void *context, struct fault *f)
{
	struct asking a = {.catalog = c,
	    .scope = scope,
	    .term = term,
	    .most = most,
	    .count = take,
	    .context = context};

	return ask(&a, ask_terms, f);
}

static int
add_up(void *context, const char *day, int64_t leads)
{
	int64_t *sum = context;

	(void)day;
	*sum += leads;
	return 0;
}

static int
ask_count(struct asking *a, struct fault *f)
{
	const struct hit *hit;
	struct hits h;
	int64_t n = 0;
	int rc;

	if (hits_is_plain(&a->choice)) {
		ready(&h, a, 0);
		rc = summary_plain_days(&h, &a->choice, add_up, &n, f);
		a->n =
		    a->most > 0 && n > (int64_t)a->most ? (int64_t)a->most : n;
		return rc;
	}
	rc = begin(&h, a, 0, f);
	while (rc == 0 && (a->most == 0 || n < (int64_t)a->most) &&
	       (rc = hits_next(&h, &hit, f)) == 1) {
		rc = 0;
		n++;
	}
	hits_end(&h);
	a->n = rc == -1 ? 0 : n;
	return rc;
}

int64_t
catalog_count(struct catalog *c, const struct catalog_scope *scope,
    const struct choice *choice, int64_t most, struct fault *f)
{
	struct asking a = {.catalog = c,
	    .scope = scope,
	    .choice = *choice,
	    .most = (size_t)most};

	a.choice.before = 0;
	return ask(&a, ask_count, f) == -1 ? -1 : a.n;
}
