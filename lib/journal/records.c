/* records: the records of a journal in order, each once; see records.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "journal/firsts.h"
#include "journal/records.h"
#include "journal/segments.h"

/* A segment, and where its bytes stand among those of all. */
struct segment {
	struct place place;
	int64_t inode;
	int64_t size;
	int64_t begins;
};

/* What there is to read; once it is made nothing of it changes. */
struct plan {
	char *journal;
	struct segment *list; /* of the days that were asked for */
	size_t n;
	int64_t size;
	struct firsts firsts;
};

struct records {
	struct plan *plan;
	int is_shared; /* the plan is another's */
	int64_t from, to;
	size_t at; /* the segment that is being read */
	struct appendfile *file;
	struct journal_reader reader;
	int64_t bad;
};

/* Read a segment from its beginning; 1, 0 when it has gone, or -1. */
static int
open_segment(struct records *r, const struct place *p, struct fault *f)
{
	struct fault why = {0};
	char path[PATH_MAX];

	journal_path(path, r->plan->journal, p->day, p->segment);
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

/* Note the records of a retired segment. */
static int
note_firsts(struct records *r, const struct place *p, struct fault *f)
{
	struct place place = *p;
	struct record record;
	int rc = open_segment(r, p, f);

	while (rc > 0 &&
	       (rc = journal_next(&r->reader, &record, &place.offset, f)) > 0)
		if (rc == 1 &&
		    firsts_note(&r->plan->firsts, &record, &place, f) == -1)
			rc = -1;
	close_segment(r);
	return rc;
}

/* Add a segment to what there is to read. */
static int
add_segment(struct plan *plan, const struct place *p, struct fault *f)
{
	struct segment *s = &plan->list[plan->n];
	char path[PATH_MAX];
	struct stat st;

	journal_path(path, plan->journal, p->day, p->segment);
	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0
		                       : fault_set(f, FAULT_STORAGE, errno,
					     "can't look at %s", path);
	if (!S_ISREG(st.st_mode))
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a plain file; move it away", path);
	s->place = *p;
	s->inode = (int64_t)st.st_ino;
	s->size = (int64_t)st.st_size;
	s->begins = plan->size;
	plan->size += s->size;
	plan->n++;
	return 0;
}

/* Which of the segments are in those days, and the keys of retired ones. */
static int
choose(struct records *r, const struct segments *all,
    int (*wanted)(void *, const char *day), void *context, struct fault *f)
{
	struct plan *plan = r->plan;
	size_t i;
	int retired;

	if (all->n > 0 &&
	    (plan->list = calloc(all->n, sizeof(*plan->list))) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	for (i = 0; i < all->n; i++) {
		const struct place *p = &all->list[i];

		retired =
		    journal_is_retired(plan->journal, p->day, p->segment, f);
		if (retired == -1 || (retired && note_firsts(r, p, f) == -1))
			return -1;
		if (wanted(context, p->day) && add_segment(plan, p, f) == -1)
			return -1;
	}
	return 0;
}

static void
free_plan(struct plan *plan)
{
	if (plan == NULL)
		return;
	firsts_free(&plan->firsts);
	free(plan->list);
	free(plan->journal);
	free(plan);
}

struct records *
records_open(const char *journal, int (*wanted)(void *, const char *day),
    void *context, struct fault *f)
{
	struct records *r = calloc(1, sizeof(*r));
	struct segments all = {0};
	struct stat st;
	int rc = 0;

	if (r == NULL || (r->plan = calloc(1, sizeof(*r->plan))) == NULL ||
	    (r->plan->journal = strdup(journal)) == NULL)
		rc = fault_set(f, FAULT_MEMORY, 0, "out of memory");
	/* Before the first delivery there is no journal, and nothing in it. */
	else if (lstat(journal, &st) == 0 || errno != ENOENT)
		if ((rc = segments_list(journal, &all, f)) == 0)
			rc = choose(r, &all, wanted, context, f);
	segments_free(&all);
	if (rc == -1) {
		records_close(r);
		return NULL;
	}
	records_rewind(r);
	return r;
}

struct records *
records_share(const struct records *other, struct fault *f)
{
	struct records *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	r->plan = other->plan;
	r->is_shared = 1;
	records_rewind(r);
	return r;
}

int64_t
records_size(const struct records *r)
{
	return r->plan->size;
}

/* Where the reader is, among the bytes of all segments. */
static int64_t
position(const struct records *r)
{
	if (r->at == r->plan->n)
		return r->plan->size;
	return r->plan->list[r->at].begins +
	       (r->file == NULL ? 0 : r->reader.offset);
}

int64_t
records_done(const struct records *r)
{
	int64_t at = position(r);

	/* The first segment may begin before, and the last line end behind. */
	if (at < r->from)
		return 0;
	return (at < r->to ? at : r->to) - r->from;
}

int
records_has(const struct records *r, const char *day)
{
	size_t i;

	for (i = 0; i < r->plan->n; i++)
		if (strcmp(r->plan->list[i].place.day, day) == 0)
			return 1;
	return 0;
}

void
records_seek(struct records *r, int64_t from, int64_t to)
{
	const struct plan *plan = r->plan;

	close_segment(r);
	r->from = from;
	r->to = to;
	r->bad = 0;
	for (r->at = 0; r->at < plan->n; r->at++)
		if (from < plan->list[r->at].begins + plan->list[r->at].size)
			break;
}

void
records_rewind(struct records *r)
{
	records_seek(r, 0, r->plan->size);
}

int64_t
records_bad(const struct records *r)
{
	return r->bad;
}

/*
 * The first line that begins at the offset or behind it, but before the end;
 * *at is the end when there is none.
 */
static int
find_line(struct appendfile *file, int64_t offset, int64_t end, int64_t *at,
    struct fault *f)
{
	char piece[4096];
	const char *newline;
	ssize_t n;

	/* Does one end just before it? */
	for (offset--; offset < end; offset += n) {
		n = appendfile_read(file, piece, sizeof(piece), offset, f);
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		newline = memchr(piece, '\n', (size_t)n);
		if (newline != NULL) {
			*at = offset + (newline - piece) + 1;
			return 0;
		}
	}
	*at = end;
	return 0;
}

/*
 * Open the segment that is at, and go to the first line that is asked for.  It
 * must be the file that was there when all began: of another one a line could
 * be read twice, or not at all, by who reads a part of it.
 */
static int
enter(struct records *r, struct fault *f)
{
	const struct segment *s = &r->plan->list[r->at];
	struct appendfile_state state;
	int64_t offset = r->from - s->begins;
	int rc = open_segment(r, &s->place, f);

	if (rc == 1 && appendfile_look(r->file, &state, f) == -1)
		rc = -1;
	if (rc == 0 || (rc == 1 && state.inode != s->inode))
		rc = fault_set(f, FAULT_BUSY, 0,
		    "the journal of %s was rewritten meanwhile; try again",
		    s->place.day);
	if (rc == 1 && offset > 0) {
		rc = find_line(r->file, offset,
		    r->to - s->begins < s->size ? r->to - s->begins : s->size,
		    &offset, f);
		journal_rewind(&r->reader, r->file, offset);
	}
	if (rc == -1)
		close_segment(r);
	return rc;
}

/* journal_next(), no further than what is asked for goes. */
static int
next_line(struct records *r, struct record *record, struct place *place,
    struct fault *f)
{
	const struct segment *s = &r->plan->list[r->at];

	*place = s->place;
	if (r->reader.offset >= s->size || position(r) >= r->to)
		return 0;
	return journal_next(&r->reader, record, &place->offset, f);
}

int
records_next(struct records *r, struct record *record, struct place *place,
    struct fault *f)
{
	int rc;

	while (r->at < r->plan->n && r->plan->list[r->at].begins < r->to) {
		if (r->file == NULL && enter(r, f) == -1)
			return -1;
		rc = next_line(r, record, place, f);
		r->bad += rc == 2;
		if (rc == 1 && (rc = firsts_has_other(
				    &r->plan->firsts, record, place, f)) != 1)
			return rc == -1 ? -1 : 1;
		if (rc == -1)
			return -1;
		if (rc == 0) {
			close_segment(r);
			r->at++;
		}
	}
	return 0;
}

int64_t
records_position(const struct records *r, const struct place *place)
{
	return r->plan->list[r->at].begins + place->offset;
}

void
records_close(struct records *r)
{
	if (r == NULL)
		return;
	close_segment(r);
	journal_reader_free(&r->reader);
	if (!r->is_shared)
		free_plan(r->plan);
	free(r);
}
