/* filling: from the journals into the cache; see filling.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/utc.h"
#include "journal/cursor.h"
#include "page/cache/filling.h"
#include "page/cache/posttext.h"
#include "page/cache/term.h"
#include "webhook/leads.h"

#define QUARTER (900 * UTC_SECOND)

#define TERMS                                                                  \
	4096 /* that are counted before they are written: a power of 2         \
	      */

struct filling {
	struct terms terms;

	struct cursor cursor;
	struct leads leads;
	struct bytes words; /* of the lead in hand */

	struct posttexts posts;

	/* Of the delivery in hand. */
	int64_t body;
	int64_t shift; /* so many ids were taken already */
};

/* Where each of a choice's terms stands. */
static const enum leads_field fields[CHOICE_TERMS] = {
    [CHOICE_SIGNAL] = LEADS_SIGNAL_NAME,
    [CHOICE_ENGAGEMENT] = LEADS_ENGAGEMENT_TYPE,
    [CHOICE_COMPANY] = LEADS_COMPANY_NAME,
    [CHOICE_INDUSTRY] = LEADS_INDUSTRY,
    [CHOICE_SIZE] = LEADS_COMPANY_SIZE,
    [CHOICE_TITLE] = LEADS_JOB_TITLE,
};

struct filling *
filling_new(const char *key, struct fault *f)
{
	struct filling *x = calloc(1, sizeof(*x));

	if (x == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	if (term_begin(&x->terms, key, f) == -1) {
		filling_free(x);
		return NULL;
	}
	return x;
}

struct terms *
filling_terms(struct filling *x)
{
	return &x->terms;
}

static void
add_key(struct filling *x, int kind, int64_t number)
{
	char key[TERM_KEY_SIZE];

	term_key(kind, number, key);
	bytes_addc(&x->words, ' ');
	bytes_adds(&x->words, key);
}

static int
add_terms(struct filling *x, struct db *db, int64_t endpoint, size_t lead,
    struct fault *f)
{
	struct term_count new = {.endpoint = endpoint};
	struct value v;
	size_t n;
	int i;

	for (i = 0; i < CHOICE_TERMS; i++) {
		if (leads_value(&x->leads, lead, fields[i], &v, f) == -1)
			return -1;
		if (v.type == VALUE_NONE || v.len == 0)
			continue;
		n = choice_term_length(v.data, v.len);
		new.kind = i;
		if (term_number(&x->terms, i, v.data, n, &new.hash, f) == -1 ||
		    term_count(&x->terms, db, &new, v.data, n, f) == -1)
			return -1;
		add_key(x, i, new.hash);
	}
	return 0;
}

/* The row of a lead, under the first id that is free. */
static int
add_row(struct filling *x, struct db *db, const struct source *source,
    const struct record *r, size_t lead, const int64_t of[3], int64_t *id,
    struct fault *f)
{
	struct db_query *q = db_query(db,
	    "INSERT OR IGNORE INTO lead VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"
	    "RETURNING id",
	    f);
	int rc;

	if (q == NULL)
		return -1;
	db_bind(q, 2, source->id);
	db_bind(q, 3, x->cursor.place.offset);
	db_bind(q, 4, (int64_t)lead);
	db_bind(q, 5, of[0]);
	db_bind(q, 6, of[1]);
	db_bind(q, 7, of[2]);
	db_bind(q, 8, x->body);
	for (;; x->shift++) {
		*id = r->received * 2048 + (int64_t)lead + x->shift;
		db_bind(q, 1, *id);
		rc = db_next(db, q, f);
		db_reset(q);
		if (rc != 0)
			return rc == -1 ? -1 : 0;
	}
}

static int
add_lead(struct filling *x, struct db *db, const struct sources *s,
    const struct source *source, const struct record *r, size_t lead,
    struct fault *f)
{
	static const enum leads_field words[] = {LEADS_FULL_NAME,
	    LEADS_HEADLINE, LEADS_COMPANY_NAME, LEADS_JOB_TITLE,
	    LEADS_COMMENT_TEXT};
	const int64_t endpoint = s->names[source->endpoint].id;
	int64_t of[3] = {0}, id; /* person, post, text */
	struct db_query *q;
	struct value v;
	size_t i;

	bytes_reset(&x->words);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (leads_value(&x->leads, lead, words[i], &v, f) == -1)
			return -1;
		posttext_words(&x->words, &v);
	}
	if (leads_value(&x->leads, lead, LEADS_URN, &v, f) == -1 ||
	    (v.type != VALUE_NONE && v.len > 0 &&
		term_number(&x->terms, TERM_PERSON, v.data, v.len, &of[0], f) ==
		    -1) ||
	    posttext_find(&x->posts, &x->leads, lead, &x->terms, db, &of[1],
		&of[2], f) == -1 ||
	    add_terms(x, db, endpoint, lead, f) == -1)
		return -1;
	add_key(x, TERM_ENDPOINT, endpoint);
	for (i = 0; i < 3; i++)
		if (of[i] != 0)
			add_key(x, TERM_PERSON + (int)i, of[i]);
	if (bytes_check(&x->words, f) == -1 ||
	    add_row(x, db, source, r, lead, of, &id, f) == -1 ||
	    (q = db_query(db, "INSERT INTO word(rowid,w)VALUES(?1,?2)", f)) ==
		NULL)
		return -1;
	db_bind(q, 1, id);
	db_bind_text(q, 2, x->words.data, x->words.len);
	return db_run(db, q, f);
}

static int
add_quarter(struct db *db, int64_t endpoint, int64_t received, int64_t leads,
    struct fault *f)
{
	struct db_query *q = db_query(db,
	    "INSERT INTO quarter VALUES(?1,?2,?3)ON CONFLICT(quarter,endpoint)"
	    "DO UPDATE SET leads=leads+?3",
	    f);

	if (q == NULL)
		return -1;
	db_bind(q, 1, endpoint);
	db_bind(q, 2, received / QUARTER);
	db_bind(q, 3, leads);
	return db_run(db, q, f);
}

/* The leads of a delivery, from source->lead on; 1: time is up before its end.
 */
static int
add_delivery(struct filling *x, struct db *db, const struct sources *s,
    struct source *source, const struct record *r, int64_t until,
    struct fault *f)
{
	char digits[17];
	size_t n, i = (size_t)source->lead;
	int late = 0;

	(void)snprintf(digits, sizeof(digits), "%.16s", r->sha256);
	x->body = (int64_t)(strtoull(digits, NULL, 16) >> 1);
	x->shift = 0;
	posttext_forget(&x->posts);
	if (leads_read(&x->leads, r->body, r->body_len, f) == -1)
		return -1;
	n = leads_count(&x->leads);
	for (; i < n && !late; i++) {
		if (add_lead(x, db, s, source, r, i, f) == -1)
			return -1;
		late = i % 16 == 15 && utc_ticks() >= until;
	}
	if ((int64_t)i > source->lead &&
	    add_quarter(db, s->names[source->endpoint].id, r->received,
		(int64_t)i - source->lead, f) == -1)
		return -1;
	source->lead = i < n ? (int64_t)i : 0;
	return i < n;
}

static int
is_delivery(const struct record *r)
{
	return r->kind != RECORD_SHEET && r->kind != RECORD_SEGMENT;
}

/* Line by line; 0: to its end; 1: there is more; FILLING_UNREAD; or -1. */
static int
read_lines(struct filling *x, const struct sources *s, struct source *source,
    struct db *db, int64_t until, struct fault *f)
{
	enum cursor_result rc;
	struct record r;
	int more = 0;

	while (!more) {
		rc = cursor_next(&x->cursor, &r, f);
		if (rc == CURSOR_FAILED || rc == CURSOR_END)
			return rc == CURSOR_END ? 0 : FILLING_UNREAD;
		if (rc == CURSOR_BAD_LINE)
			source->damaged++;
		if (rc == CURSOR_RECORD && is_delivery(&r) &&
		    r.received > source->newest)
			source->newest = r.received;
		if (rc == CURSOR_RECORD && r.kind == RECORD_LEADS &&
		    r.body != NULL)
			more = add_delivery(x, db, s, source, &r, until, f);
		if (more == -1)
			return -1;
		if (!more)
			source->upto = x->cursor.next;
		more |= x->cursor.next < source->size && utc_ticks() >= until;
	}
	return 1;
}

static int
read_file(struct filling *x, struct sources *s, struct source *source,
    struct appendfile *file, struct db *db, int64_t until, struct fault *f)
{
	struct place from = {.segment = source->number, .offset = source->upto};
	int more;

	memcpy(from.day, source->day, sizeof(from.day));
	cursor_file(&x->cursor, file, &from, source->counts);
	/* Its number has to be known before its first row. */
	if (source->id == 0) {
		source->had_size = -1;
		if (sources_save(s, source, db, f) == -1)
			return -1;
	}
	more = read_lines(x, s, source, db, until, f);
	if (more == FILLING_UNREAD)
		return more;
	if (more == -1 ||
	    sources_tail(file, source->upto, &source->tail, f) == -1 ||
	    term_write(&x->terms, db, f) == -1)
		return -1;
	source->had_size = more ? -1 : source->size;
	source->had_mtime = more ? -1 : source->mtime;
	return sources_save(s, source, db, f);
}

/* In a transaction, unless another has written. */
static int
read_once(struct filling *x, struct sources *s, struct source *source,
    struct appendfile *file, struct db *db, int64_t until, struct fault *f)
{
	int64_t version;
	int rc;

	if (db_do(db, "BEGIN IMMEDIATE", f) == -1 ||
	    db_version(db, &version, f) == -1)
		return -1;
	if (version != s->version)
		return FILLING_BEHIND;
	rc = read_file(x, s, source, file, db, until, f);
	return rc == 0 ? db_do(db, "COMMIT", f) : rc;
}

enum filling_result
filling_read(struct filling *x, struct sources *s, struct source *source,
    struct db *db, int64_t until, struct fault *f)
{
	const struct source before = *source;
	struct appendfile *file;
	char path[PATH_MAX];
	int rc;

	sources_path(s, source, path);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return FILLING_UNREAD;
	rc = read_once(x, s, source, file, db, until, f);
	if (rc != 0) {
		db_undo(db);
		term_forget(&x->terms);
		*source = before;
	}
	appendfile_close(file);
	return (enum filling_result)rc;
}

void
filling_free(struct filling *x)
{
	if (x == NULL)
		return;
	cursor_free(&x->cursor);
	leads_free(&x->leads);
	posttext_end(&x->posts);
	bytes_free(&x->words);
	term_end(&x->terms);
	free(x);
}
