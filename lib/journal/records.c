/* records: the deliveries of some days of a journal; see records.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "journal/cursor.h"
#include "journal/records.h"
#include "journal/segments.h"

/* What there is to read; once it is made nothing of it changes. */
struct plan {
	char *journal;
	struct extents all;
};

struct records {
	struct plan *plan;
	int is_shared; /* the plan is another's */
	int64_t from, to;
	size_t at; /* the segment that is being read */
	struct appendfile *file;
	struct cursor cursor;
	int64_t bad;
};

static void
close_segment(struct records *r)
{
	appendfile_close(r->file);
	r->file = NULL;
}

static void
free_plan(struct plan *plan)
{
	if (plan == NULL)
		return;
	extents_free(&plan->all);
	free(plan->journal);
	free(plan);
}

struct records *
records_open_extents(
    const char *journal, struct extents *extents, struct fault *f)
{
	struct records *r = calloc(1, sizeof(*r));

	if (r == NULL || (r->plan = calloc(1, sizeof(*r->plan))) == NULL ||
	    (r->plan->journal = strdup(journal)) == NULL) {
		(void)fault_memory(f);
		records_close(r);
		return NULL;
	}
	r->plan->all = *extents;
	memset(extents, 0, sizeof(*extents));
	records_rewind(r);
	return r;
}

struct records *
records_open(const char *journal, int (*wanted)(void *, const char *day),
    void *context, struct fault *f)
{
	struct extents all = {.wanted = wanted, .context = context};
	struct records *r = NULL;

	if (extents_choose(&all, journal, f) == 0)
		r = records_open_extents(journal, &all, f);
	extents_free(&all);
	return r;
}

const struct extents *
records_extents(const struct records *r)
{
	return &r->plan->all;
}

struct records *
records_share(const struct records *other, struct fault *f)
{
	struct records *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		(void)fault_memory(f);
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
	return r->plan->all.size;
}

/* Where the reader is, among the bytes of all segments. */
static int64_t
position(const struct records *r)
{
	const struct extent *x;

	if (r->at == r->plan->all.n)
		return r->plan->all.size;
	x = &r->plan->all.list[r->at];
	return r->file == NULL ? extents_start(x) : x->begins + r->cursor.next;
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

void
records_seek(struct records *r, int64_t from, int64_t to)
{
	const struct extents *all = &r->plan->all;

	close_segment(r);
	r->from = from;
	r->to = to;
	r->bad = 0;
	for (r->at = 0; r->at < all->n; r->at++)
		if (from < all->list[r->at].begins + all->list[r->at].end)
			break;
}

void
records_rewind(struct records *r)
{
	records_seek(r, 0, r->plan->all.size);
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

/* Of another one a line could be read twice, or not at all. */
static int
complain_rewritten(const struct extent *x, struct fault *f)
{
	return fault_set(f, FAULT_BUSY, 0,
	    "the journal of %s was rewritten meanwhile; try again",
	    x->place.day);
}

int
records_check(const struct records *r, struct fault *f)
{
	struct appendfile_state now;

	if (r->file == NULL || appendfile_is_current(r->file, &now))
		return 0;
	return complain_rewritten(&r->plan->all.list[r->at], f);
}

/* Open the file; 0, or -1 where it isn't the one that was there at first. */
static int
open_segment(struct records *r, const struct extent *x, struct fault *f)
{
	struct appendfile_state now;
	struct fault why = {0};
	char path[PATH_MAX];

	segments_path(path, r->plan->journal, x->place.day, x->place.segment);
	r->file = appendfile_open(path, APPENDFILE_VIEW, &why);
	if (r->file == NULL && why.err != ENOENT)
		return fault_take(f, &why);
	if (r->file != NULL && appendfile_look(r->file, &now, f) == -1)
		return -1;
	if (r->file == NULL || now.inode != x->inode)
		return complain_rewritten(x, f);
	return 0;
}

/* Open the segment that is at, and go to the first line that is asked for. */
static int
enter(struct records *r, struct fault *f)
{
	const struct extent *x = &r->plan->all.list[r->at];
	struct place from = x->place;
	int64_t end = r->to - x->begins < x->end ? r->to - x->begins : x->end;
	int rc = open_segment(r, x, f);

	if (rc == 0 && r->from > extents_start(x))
		rc = find_line(
		    r->file, r->from - x->begins, end, &from.offset, f);
	if (rc == -1) {
		close_segment(r);
		return -1;
	}
	cursor_file(&r->cursor, r->file, &from, x->counts);
	return 0;
}

/* The next line, no further than what is asked for goes. */
static enum cursor_result
next_line(struct records *r, struct record *record, struct fault *f)
{
	if (r->cursor.next >= r->plan->all.list[r->at].end ||
	    position(r) >= r->to)
		return CURSOR_END;
	return cursor_next(&r->cursor, record, f);
}

/* Is it a delivery that was asked for? */
static int
is_wanted(const struct records *r, const struct record *record)
{
	const struct extents *all = &r->plan->all;
	char day[UTC_DAY_SIZE];

	if (record->kind >= RECORD_SHEET || record->body == NULL)
		return 0;
	if (!all->list[r->at].mixed)
		return 1;
	utc_day(record->received, day);
	return all->wanted(all->context, day);
}

int
records_next(struct records *r, struct record *record, struct place *place,
    struct fault *f)
{
	const struct extents *all = &r->plan->all;

	while (r->at < all->n && extents_start(&all->list[r->at]) < r->to) {
		if (r->file == NULL && enter(r, f) == -1)
			return -1;
		switch (next_line(r, record, f)) {
		case CURSOR_FAILED:
			return -1;
		case CURSOR_BAD_LINE:
			/* Of another day's file nobody asked. */
			r->bad += all->list[r->at].is_own;
			break;
		case CURSOR_RECORD:
			if (!is_wanted(r, record))
				break;
			*place = r->cursor.place;
			return 1;
		case CURSOR_END:
			close_segment(r);
			r->at++;
		}
	}
	return 0;
}

int64_t
records_position(const struct records *r, const struct place *place)
{
	return r->plan->all.list[r->at].begins + place->offset;
}

void
records_close(struct records *r)
{
	if (r == NULL)
		return;
	close_segment(r);
	cursor_free(&r->cursor);
	if (!r->is_shared)
		free_plan(r->plan);
	free(r);
}
