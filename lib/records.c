/* records: the records of a journal in order, each once; see records.h. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "appendfile.h"
#include "key.h"
#include "records.h"
#include "segments.h"

/* A key that stands in a retired segment, and so may stand elsewhere again. */
struct first {
	struct place place; /* of the record that counts */
	size_t len;
	char key[]; /* len bytes */
};

struct records {
	char *journal;       /* owned */
	struct segments all; /* of the days that were asked for */
	size_t at;           /* the segment that is being read */
	struct appendfile *file;
	struct journal_reader reader;
	int64_t size, done;
	int64_t bad;
	void *firsts; /* tsearch(3) of struct first */
};

static int
by_key(const void *a, const void *b)
{
	const struct first *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->key, y->key, x->len);
}

/* An entry for the tree; NULL when there is no memory. */
static struct first *
make_first(const struct record *r, const struct place *place)
{
	struct first *e;
	size_t len;
	const char *key = key_of(r, &len);

	if (key == NULL)
		return NULL;
	if ((e = malloc(sizeof(*e) + len)) == NULL)
		return NULL;
	e->place = *place;
	e->len = len;
	memcpy(e->key, key, len);
	return e;
}

/* Open the segment that is at; 1, 0 when it has gone meanwhile, or -1. */
static int
open_segment(struct records *r, const struct place *p, struct fault *f)
{
	struct fault why = {0};
	char path[PATH_MAX];

	journal_path(path, r->journal, p->day, p->segment);
	r->file = appendfile_open(path, APPENDFILE_VIEW, &why);
	if (r->file == NULL && why.err == ENOENT)
		return 0;
	if (r->file == NULL)
		return fault_take(f, &why);
	journal_rewind(&r->reader, r->file, 0);
	return 1;
}

static void
close_segment(struct records *r)
{
	appendfile_close(r->file);
	r->file = NULL;
}

/* Note the keys of a retired segment, where they aren't noted yet. */
static int
note_firsts(struct records *r, const struct place *p, struct fault *f)
{
	struct place place = *p;
	struct record record;
	struct first *e, **there;
	size_t len;
	int rc = open_segment(r, p, f);

	while (rc > 0 &&
	       (rc = journal_next(&r->reader, &record, &place.offset, f)) > 0) {
		if (rc == 2 || key_of(&record, &len) == NULL)
			continue;
		e = make_first(&record, &place);
		there = e == NULL ? NULL : tsearch(e, &r->firsts, by_key);
		if (there == NULL)
			rc = fault_set(f, FAULT_MEMORY, 0, "out of memory");
		if (there == NULL || *there != e)
			free(e);
	}
	close_segment(r);
	return rc;
}

/* Which of the segments are in those days, and what all of them make. */
static int
choose(struct records *r, int (*wanted)(void *, const char *day), void *context,
    struct fault *f)
{
	struct segments *all = &r->all;
	char path[PATH_MAX];
	size_t i, kept = 0;
	struct stat st;
	int retired;

	for (i = 0; i < all->n; i++) {
		const struct place p = all->list[i];

		retired = journal_is_retired(r->journal, p.day, p.segment, f);
		if (retired == -1 || (retired && note_firsts(r, &p, f) == -1))
			return -1;
		if (!wanted(context, p.day))
			continue;
		journal_path(path, r->journal, p.day, p.segment);
		if (lstat(path, &st) == 0)
			r->size += (int64_t)st.st_size;
		all->list[kept++] = p;
	}
	all->n = kept;
	return 0;
}

struct records *
records_open(const char *journal, int (*wanted)(void *, const char *day),
    void *context, struct fault *f)
{
	struct records *r = calloc(1, sizeof(*r));
	struct stat st;

	if (r == NULL || (r->journal = strdup(journal)) == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		records_close(r);
		return NULL;
	}
	/* Before the first delivery there is no journal, and nothing in it. */
	if (lstat(journal, &st) == -1 && errno == ENOENT)
		return r;
	if (segments_list(journal, &r->all, f) == -1 ||
	    choose(r, wanted, context, f) == -1) {
		records_close(r);
		return NULL;
	}
	return r;
}

int64_t
records_size(const struct records *r)
{
	return r->size;
}

int64_t
records_done(const struct records *r)
{
	return r->done + (r->file == NULL ? 0 : r->reader.offset);
}

int
records_has(const struct records *r, const char *day)
{
	size_t i;

	for (i = 0; i < r->all.n; i++)
		if (strcmp(r->all.list[i].day, day) == 0)
			return 1;
	return 0;
}

void
records_rewind(struct records *r)
{
	close_segment(r);
	r->at = 0;
	r->done = 0;
	r->bad = 0;
}

int64_t
records_bad(const struct records *r)
{
	return r->bad;
}

/* Is it one that stands in an earlier place as well? */
static int
is_copy(struct records *r, const struct record *record,
    const struct place *place, struct fault *f)
{
	struct first *e, **there;
	size_t len;
	int rc;

	if (r->firsts == NULL || key_of(record, &len) == NULL)
		return 0;
	if ((e = make_first(record, place)) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	there = tfind(e, &r->firsts, by_key);
	rc = there != NULL && (strcmp((*there)->place.day, place->day) != 0 ||
				  (*there)->place.segment != place->segment ||
				  (*there)->place.offset != place->offset);
	free(e);
	return rc;
}

int
records_next(struct records *r, struct record *record, struct place *place,
    struct fault *f)
{
	int rc;

	while (r->at < r->all.n) {
		if (r->file == NULL &&
		    (rc = open_segment(r, &r->all.list[r->at], f)) != 1) {
			if (rc == -1)
				return -1;
			r->at++;
			continue;
		}
		*place = r->all.list[r->at];
		rc = journal_next(&r->reader, record, &place->offset, f);
		r->bad += rc == 2;
		if (rc == 1 && (rc = is_copy(r, record, place, f)) != 1)
			return rc == -1 ? -1 : 1;
		if (rc == -1)
			return -1;
		if (rc == 0) {
			r->done += r->reader.offset;
			close_segment(r);
			r->at++;
		}
	}
	return 0;
}

void
records_close(struct records *r)
{
	if (r == NULL)
		return;
	close_segment(r);
	journal_reader_free(&r->reader);
	segments_free(&r->all);
	while (r->firsts != NULL) {
		struct first *e = *(struct first **)r->firsts;

		(void)tdelete(e, &r->firsts, by_key);
		free(e);
	}
	free(r->journal);
	free(r);
}
