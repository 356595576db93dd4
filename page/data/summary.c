/* summary: what hits are together; see summary.h. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/bytes.h"
#include "base/utc.h"
#include "page/data/summary.h"
#include "select/when.h"

#define QUARTER (900 * UTC_SECOND)

/* More people than that are not told apart in one list. */
#define PEOPLE_MAX (1 << 18)

/* A day that is being counted. */
struct day {
	char day[UTC_DAY_SIZE]; /* empty: none yet */
	int64_t midnight, leads;
};

/* Count leads that were received at a time; the newest come first. */
static int
count(struct day *d, int64_t time, int64_t leads,
    int (*take)(void *, const char *, int64_t), void *context)
{
	int rc = 0;

	if (d->day[0] == '\0' || time < d->midnight) {
		if (d->day[0] != '\0')
			rc = take(context, d->day, d->leads);
		utc_day(time, d->day);
		d->midnight = when_midnight(d->day);
		d->leads = 0;
	}
	d->leads += leads;
	return rc;
}

static int
end_count(const struct day *d, int (*take)(void *, const char *, int64_t),
    void *context)
{
	return d->leads == 0 ? 0 : take(context, d->day, d->leads);
}

int
summary_days(struct hits *h, int (*take)(void *, const char *, int64_t),
    void *context, struct fault *f)
{
	const struct hit *hit;
	struct day d = {0};
	int rc, taken = 0;

	while (taken == 0 && (rc = hits_next(h, &hit, f)) == 1)
		taken = count(&d, hits_received(hit), 1, take, context);
	if (taken != 0)
		return taken;
	return rc == -1 ? -1 : end_count(&d, take, context);
}

/* Of which endpoint is it, by its number in the cache: is it in the scope? */
static int
is_in_scope(const struct hits *h, int64_t id)
{
	size_t i;

	for (i = 0; i < h->sources->nnames; i++)
		if (h->sources->names[i].id == id)
			return h->in_scope[i];
	return 0;
}

int
summary_plain_days(struct hits *h, const struct choice *c,
    int (*take)(void *, const char *, int64_t), void *context, struct fault *f)
{
	struct db_query *q = db_query(h->db,
	    "SELECT quarter,endpoint,leads FROM quarter "
	    "WHERE quarter BETWEEN ?1 AND ?2 ORDER BY quarter DESC",
	    f);
	struct day d = {0};
	int64_t from, to;
	int rc, taken = 0;

	if (q == NULL)
		return -1;
	hits_range(c, &from, &to);
	db_bind(q, 1, from / QUARTER);
	db_bind(q, 2, to / QUARTER);
	while (taken == 0 && (rc = db_next(h->db, q, f)) == 1)
		if (is_in_scope(h, db_number(q, 1)))
			taken = count(&d, db_number(q, 0) * QUARTER,
			    db_number(q, 2), take, context);
	db_reset(q);
	if (taken != 0)
		return taken;
	return rc == -1 ? -1 : end_count(&d, take, context);
}

int
summary_person(
    struct hits *h, int64_t person, struct summary_person *p, struct fault *f)
{
	struct db_query *q = db_query(h->db, HITS_OF_PERSON, f);
	struct hit hit;
	int rc;

	memset(p, 0, sizeof(*p));
	if (q == NULL)
		return -1;
	hits_bind_person(q, person, INT64_MAX);
	while ((rc = db_next(h->db, q, f)) == 1) {
		if (!hits_take(h, q, &hit))
			continue;
		if (p->leads++ == 0) {
			p->last = hits_received(&hit);
			p->newest = hit;
		}
		p->first = hits_received(&hit);
	}
	db_reset(q);
	return rc == -1 ? -1 : p->leads > 0;
}

/* People that were seen: a table with room for twice as many. */
struct seen {
	int64_t *list;
	size_t n, room;
};

static int64_t *
place_of(int64_t *list, size_t room, int64_t person)
{
	size_t at = (size_t)person & (room - 1);

	while (list[at] != 0 && list[at] != person)
		at = (at + 1) & (room - 1);
	return &list[at];
}

static int
grow(struct seen *s, struct fault *f)
{
	size_t room = s->room == 0 ? 1024 : s->room * 2, i;
	int64_t *list;

	if (room > 2 * PEOPLE_MAX)
		return fault_set(f, FAULT_BUSY, 0,
		    "These are too many people; choose fewer days");
	if ((list = calloc(room, sizeof(*list))) == NULL)
		return fault_memory(f);
	for (i = 0; i < s->room; i++)
		if (s->list[i] != 0)
			*place_of(list, room, s->list[i]) = s->list[i];
	free(s->list);
	s->list = list;
	s->room = room;
	return 0;
}

/* Is it the first time?  1, and from here on it isn't; 0; or -1. */
static int
is_first(struct seen *s, int64_t person, struct fault *f)
{
	int64_t *place;

	/* Whoever has no urn is nobody else. */
	if (person == 0)
		return 1;
	if (s->n * 2 >= s->room && grow(s, f) == -1)
		return -1;
	place = place_of(s->list, s->room, person);
	if (*place == person)
		return 0;
	*place = person;
	s->n++;
	return 1;
}

static int
tell_person(struct hits *h, const struct hit *hit,
    int (*take)(void *, const struct summary_person *, struct fault *),
    void *context, struct fault *f)
{
	struct summary_person p = {.leads = 1};

	p.first = p.last = hits_received(hit);
	if (hit->person != 0 && summary_person(h, hit->person, &p, f) == -1)
		return -1;
	p.newest = *hit;
	return take(context, &p, f);
}

int
summary_people(struct hits *h, int64_t before, size_t most,
    int (*take)(void *, const struct summary_person *, struct fault *),
    void *context, struct fault *f)
{
	struct seen seen = {0};
	const struct hit *hit;
	struct hit copy;
	size_t n = 0;
	int rc = 1, taken = 0;

	while (taken == 0 && (most == 0 || n < most) &&
	       (rc = hits_next(h, &hit, f)) == 1) {
		if ((rc = is_first(&seen, hit->person, f)) == -1)
			break;
		if (rc == 0 || (before != 0 && hit->id >= before))
			continue;
		copy = *hit;
		taken = tell_person(h, &copy, take, context, f);
		hits_go_on(h);
		n++;
	}
	free(seen.list);
	return rc == -1 ? -1 : taken;
}

struct term {
	int64_t hash, leads;
	size_t at; /* its text */
};

struct picks {
	struct term *list; /* owned */
	size_t n, room;
	struct bytes texts;
};

static int
has_term(const struct picks *t, int64_t hash)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->list[i].hash == hash)
			return 1;
	return 0;
}

/* How often it is there in all of the scope. */
static int
sum_term(struct hits *h, int kind, struct term *term, struct fault *f)
{
	struct db_query *q;
	size_t i;
	int rc;

	term->leads = 0;
	for (i = 0; i < h->sources->nnames; i++) {
		if (!h->in_scope[i])
			continue;
		q = db_query(h->db,
		    "SELECT leads FROM term WHERE endpoint=?1 AND kind=?2 AND "
		    "hash=?3",
		    f);
		if (q == NULL)
			return -1;
		db_bind(q, 1, h->sources->names[i].id);
		db_bind(q, 2, kind);
		db_bind(q, 3, term->hash);
		if ((rc = db_next(h->db, q, f)) == 1)
			term->leads += db_number(q, 0);
		db_reset(q);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* The most frequent of one endpoint. */
static int
add_terms(struct hits *h, struct picks *t, int64_t endpoint, int kind,
    size_t most, struct fault *f)
{
	struct db_query *q = db_query(h->db,
	    "SELECT hash,text FROM term WHERE endpoint=?1 AND kind=?2 "
	    "ORDER BY leads DESC LIMIT ?3",
	    f);
	struct term *longer;
	const char *s;
	size_t n;
	int rc;

	if (q == NULL)
		return -1;
	db_bind(q, 1, endpoint);
	db_bind(q, 2, kind);
	db_bind(q, 3, (int64_t)most);
	while ((rc = db_next(h->db, q, f)) == 1) {
		if (has_term(t, db_number(q, 0)))
			continue;
		longer = array_grow(t->list, t->n, &t->room, sizeof(*t->list));
		if (longer == NULL) {
			rc = fault_memory(f);
			break;
		}
		t->list = longer;
		s = db_text(q, 1, &n);
		t->list[t->n].hash = db_number(q, 0);
		t->list[t->n++].at = t->texts.len;
		bytes_add(&t->texts, s, n);
		bytes_addc(&t->texts, '\0');
	}
	db_reset(q);
	return rc == -1 ? -1 : bytes_check(&t->texts, f);
}

static int
by_leads(const void *a, const void *b)
{
	const struct term *x = a, *y = b;

	if (x->leads != y->leads)
		return x->leads > y->leads ? -1 : 1;
	return (x->hash > y->hash) - (x->hash < y->hash);
}

int
summary_terms(struct hits *h, enum choice_term kind, size_t most,
    int (*take)(void *, const char *, int64_t), void *context, struct fault *f)
{
	struct picks t = {0};
	size_t i;
	int rc = 0, taken = 0;

	for (i = 0; i < h->sources->nnames && rc == 0; i++)
		if (h->in_scope[i])
			rc = add_terms(
			    h, &t, h->sources->names[i].id, (int)kind, most, f);
	for (i = 0; i < t.n && rc == 0; i++)
		rc = sum_term(h, (int)kind, &t.list[i], f);
	if (t.n > 0)
		qsort(t.list, t.n, sizeof(*t.list), by_leads);
	for (i = 0; i < t.n && i < most && rc == 0 && taken == 0; i++)
		taken =
		    take(context, t.texts.data + t.list[i].at, t.list[i].leads);
	free(t.list);
	bytes_free(&t.texts);
	return rc == -1 ? -1 : taken;
}
