/* hits: the leads that are chosen; see hits.h. */
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "page/data/hits.h"
#include "select/when.h"

/* The first piece: a screen's worth. */
#define FIRST 128

int64_t
hits_received(const struct hit *h)
{
	return (h->id - h->lead) / 2048;
}

int
hits_is_plain(const struct choice *c)
{
	int i, any = c->words[0] != '\0' || c->since[0] != '\0' ||
	             c->person != 0 || c->post != 0;

	for (i = 0; i < CHOICE_TERMS; i++)
		any |= c->terms[i][0] != '\0';
	return !any;
}

void
hits_range(const struct choice *c, int64_t *from, int64_t *to)
{
	char next[UTC_DAY_SIZE];

	*from = 0;
	*to = INT64_MAX / 2048 - 1;
	if (c->from[0] != '\0')
		*from = when_midnight(c->from);
	if (c->to[0] != '\0') {
		utc_day_of_number(utc_day_number(c->to) + 1, next);
		*to = when_midnight(next) - 1;
	}
}

/* Days as ids. */
static void
set_range(struct hits *h, const struct choice *c)
{
	hits_range(c, &h->from, &h->to);
	if (c->since[0] != '\0') {
		h->since = when_midnight(c->since);
		if (h->since > h->from)
			h->from = h->since;
	}
	h->from *= 2048;
	h->to = h->to * 2048 + 2047;
	if (c->before != 0 && c->before - 1 < h->to)
		h->to = c->before - 1;
}

void
hits_go_on(struct hits *h)
{
	db_deadline(h->db, utc_ticks() + HITS_PATIENCE);
}

int
hits_begin(struct hits *h, const struct choice *c, struct terms *terms,
    struct fault *f)
{
	h->rows = calloc(HITS_ROWS, sizeof(*h->rows));
	h->out = calloc(HITS_ROWS, 1);
	if (h->rows == NULL || h->out == NULL)
		return fault_memory(f);
	h->piece = FIRST;
	set_range(h, c);
	hits_go_on(h);
	if (match_begin(&h->match, c, h->db, terms, f) == -1)
		return -1;
	if (h->is_scoped)
		match_scope(&h->match, h->sources, h->in_scope);
	h->whole |= h->match.ncommon > 0 || h->since != 0;
	return bytes_check(&h->match.text, f);
}

/* The query for the next piece; the bounds are ?2 and ?3, ?4 how many. */
static struct db_query *
choose_query(struct hits *h, struct fault *f)
{
	if (h->match.text.len == 0)
		return db_query(h->db,
		    "SELECT id,segment,offset,lead,person,post,text,body "
		    "FROM lead WHERE id BETWEEN ?2 AND ?3 "
		    "ORDER BY id DESC LIMIT ?4",
		    f);
	if (!h->whole)
		return db_query(h->db,
		    "SELECT rowid FROM word WHERE word MATCH ?1 "
		    "AND rowid BETWEEN ?2 AND ?3 "
		    "ORDER BY rowid DESC LIMIT ?4",
		    f);
	return db_query(h->db,
	    "SELECT id,segment,offset,lead,person,post,text,body "
	    "FROM (SELECT rowid AS r FROM word WHERE word MATCH ?1 "
	    "AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC LIMIT ?4)"
	    "CROSS JOIN lead ON id=r",
	    f);
}

static void
read_row(struct db_query *q, struct hit *row)
{
	row->id = db_number(q, 0);
	row->segment = db_number(q, 1);
	row->offset = db_number(q, 2);
	row->lead = db_number(q, 3);
	row->person = db_number(q, 4);
	row->post = db_number(q, 5);
	row->text = db_number(q, 6);
	row->body = db_number(q, 7);
}

static void
take_row(struct hits *h, struct db_query *q)
{
	struct hit *row = &h->rows[h->n];

	memset(row, 0, sizeof(*row));
	if (h->whole || h->match.text.len == 0)
		read_row(q, row);
	else
		row->id = db_number(q, 0);
	h->out[h->n++] = 0;
}

/* The rows in hand that lack a common word are out. */
static int
check_word(struct hits *h, const struct match_common *common, struct fault *f)
{
	struct db_query *q = db_query(h->db,
	    "SELECT rowid FROM word WHERE word MATCH ?1 "
	    "AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
	    f);
	int64_t at = INT64_MAX;
	size_t i;
	int rc = 1;

	if (q == NULL || bytes_check(&common->text, f) == -1)
		return -1;
	db_bind_text(q, 1, common->text.data, common->text.len);
	db_bind(q, 2, h->rows[h->n - 1].id);
	db_bind(q, 3, h->rows[0].id);
	for (i = 0; i < h->n && rc != -1; i++) {
		while (rc == 1 && at > h->rows[i].id)
			if ((rc = db_next(h->db, q, f)) == 1)
				at = db_number(q, 0);
		h->out[i] |= at != h->rows[i].id &&
		             !match_has_text(common, h->rows[i].text);
	}
	db_reset(q);
	return rc == -1 ? -1 : 0;
}

const char HITS_OF_PERSON[] =
    "SELECT id,segment,offset,lead,person,post,text,body "
    "FROM word CROSS JOIN lead ON id=word.rowid "
    "WHERE word MATCH '\"'||?1||'\"' AND word.rowid<?2 "
    "ORDER BY word.rowid DESC";

void
hits_bind_person(struct db_query *q, int64_t person, int64_t before)
{
	char match[TERM_KEY_SIZE];

	term_key(TERM_PERSON, person, match);
	db_copy_text(q, 1, match);
	db_bind(q, 2, before);
}

int
hits_take(const struct hits *h, struct db_query *q, struct hit *hit)
{
	const struct source *source;

	read_row(q, hit);
	source = sources_find(h->sources, hit->segment);
	return source != NULL && h->in_scope[source->endpoint];
}

/* Has a person a lead in the scope that came before then?  1, 0, or -1. */
static int
was_before(struct hits *h, int64_t person, int64_t then, struct fault *f)
{
	struct db_query *q = db_query(h->db, HITS_OF_PERSON, f);
	struct hit hit;
	int rc;

	if (q == NULL)
		return -1;
	hits_bind_person(q, person, then * 2048);
	while ((rc = db_next(h->db, q, f)) == 1)
		if (hits_take(h, q, &hit))
			break;
	db_reset(q);
	return rc;
}

/* The rows in hand whose person isn't new are out. */
static int
check_people(struct hits *h, struct fault *f)
{
	size_t i, at;
	int rc;

	for (i = 0; i < h->n; i++) {
		at = (size_t)h->rows[i].person % HITS_PEOPLE;
		if (h->out[i] || h->rows[i].person == 0)
			continue;
		if (h->people[at].person != h->rows[i].person) {
			rc = was_before(h, h->rows[i].person, h->since, f);
			if (rc == -1)
				return -1;
			h->people[at].person = h->rows[i].person;
			h->people[at].is_new = rc == 0;
		}
		h->out[i] = !h->people[at].is_new;
	}
	return 0;
}

/* Read the next piece. */
static int
fetch(struct hits *h, struct fault *f)
{
	struct db_query *q = choose_query(h, f);
	size_t i;
	int rc;

	if (q == NULL)
		return -1;
	h->n = h->at = 0;
	if (h->match.text.len > 0)
		db_bind_text(q, 1, h->match.text.data, h->match.text.len);
	db_bind(q, 2, h->from);
	db_bind(q, 3, h->to);
	db_bind(q, 4, (int64_t)h->piece);
	while ((rc = db_next(h->db, q, f)) == 1)
		if (h->n < h->piece)
			take_row(h, q);
	if (rc == -1)
		return -1;
	h->ended = h->n < h->piece;
	if (h->n == 0)
		return 0;
	h->to = h->rows[h->n - 1].id - 1;
	for (i = 0; i < h->match.ncommon; i++)
		if (check_word(h, &h->match.common[i], f) == -1)
			return -1;
	if (h->since != 0 && check_people(h, f) == -1)
		return -1;
	h->piece = h->piece * 4 > HITS_ROWS ? HITS_ROWS : h->piece * 4;
	return 0;
}

int
hits_next(struct hits *h, const struct hit **out, struct fault *f)
{
	if (h->match.nothing)
		return 0;
	for (;;) {
		for (; h->at < h->n; h->at++)
			if (!h->out[h->at]) {
				*out = &h->rows[h->at++];
				return 1;
			}
		if (h->ended)
			return 0;
		if (fetch(h, f) == -1)
			return -1;
	}
}

void
hits_end(struct hits *h)
{
	db_deadline(h->db, 0);
	match_end(&h->match);
	free(h->rows);
	free(h->out);
	h->rows = NULL;
	h->out = NULL;
}
