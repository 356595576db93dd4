/* records: the deliveries of some days of a journal; see records.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "journal/cursor.h"
#include "journal/records.h"
#include "journal/segments.h"

/* Time zones are at most so far from UTC; in microseconds. */
#define ZONE_EAST (14 * 3600 * UTC_SECOND)
#define ZONE_WEST (12 * 3600 * UTC_SECOND)
#define DAY_LONG  (24 * 3600 * UTC_SECOND)

/* A segment, and where its bytes stand among those of all. */
struct piece {
	struct place place;
	int64_t inode;
	int64_t counts; /* lines that end behind it don't */
	int64_t size;   /* that there was to read when all began */
	int64_t begins;
	int is_own; /* the day of its name is wanted */
	int mixed;  /* a day that it may have deliveries of is not */
};

/* What there is to read; once it is made nothing of it changes. */
struct plan {
	char *journal;
	int (*wanted)(void *, const char *day);
	void *context;
	struct piece *list;
	size_t n;
	int64_t size;
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

void
records_days(const char *segment, char first[static UTC_DAY_SIZE],
    char last[static UTC_DAY_SIZE])
{
	int64_t begins = utc_day_number(segment) * DAY_LONG;

	utc_day(begins - ZONE_EAST, first);
	utc_day(begins + DAY_LONG + ZONE_WEST - 1, last);
}

/*
 * Note whether deliveries of a segment are wanted: their days are that of its
 * name, but where the time zone has changed since.  1, or 0 when none is.
 */
static int
judge_days(const struct plan *plan, const char *name, struct piece *p)
{
	char day[UTC_DAY_SIZE], last[UTC_DAY_SIZE];
	int any = 0;

	p->is_own = plan->wanted == NULL || plan->wanted(plan->context, name);
	p->mixed = 0;
	if (plan->wanted == NULL)
		return p->is_own;
	records_days(name, day, last);
	for (; day[0] != '\0' && strcmp(day, last) <= 0;
	     utc_day_of_number(utc_day_number(day) + 1, day)) {
		if (plan->wanted(plan->context, day))
			any = 1;
		else
			p->mixed = 1;
	}
	return any;
}

/* Add a segment to what there is to read. */
static int
add_segment(struct plan *plan, const struct segment *s, struct fault *f)
{
	struct piece *p = &plan->list[plan->n];
	struct appendfile_state now;
	char path[PATH_MAX];

	segments_path(path, plan->journal, s->day, s->number);
	if (appendfile_stat(path, &now) == -1)
		return errno == ENOENT ? 0
		       : errno == EINVAL
		           ? fault_set(f, FAULT_STORAGE, 0,
				 "%s is not a plain file; move it away", path)
		           : fault_set(f, FAULT_STORAGE, errno,
				 "can't look at %s", path);
	memcpy(p->place.day, s->day, sizeof(p->place.day));
	p->place.segment = s->number;
	p->inode = now.inode;
	p->counts = s->counts;
	p->size = now.size < s->counts ? now.size : s->counts;
	p->begins = plan->size;
	plan->size += p->size;
	plan->n++;
	return 0;
}

/* Which segments may have deliveries of those days. */
static int
choose(struct plan *plan, const struct segments *all, struct fault *f)
{
	size_t i;

	if (all->n > 0 &&
	    (plan->list = calloc(all->n, sizeof(*plan->list))) == NULL)
		return fault_memory(f);
	for (i = 0; i < all->n; i++)
		if (judge_days(plan, all->list[i].day, &plan->list[plan->n]) &&
		    add_segment(plan, &all->list[i], f) == -1)
			return -1;
	return 0;
}

static void
free_plan(struct plan *plan)
{
	if (plan == NULL)
		return;
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
	int rc;

	if (r == NULL || (r->plan = calloc(1, sizeof(*r->plan))) == NULL ||
	    (r->plan->journal = strdup(journal)) == NULL) {
		rc = fault_memory(f);
	} else {
		r->plan->wanted = wanted;
		r->plan->context = context;
		if ((rc = segments_list(journal, NULL, &all, f)) == 0)
			rc = choose(r->plan, &all, f);
	}
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
	return r->plan->size;
}

/* Where the reader is, among the bytes of all segments. */
static int64_t
position(const struct records *r)
{
	if (r->at == r->plan->n)
		return r->plan->size;
	return r->plan->list[r->at].begins +
	       (r->file == NULL ? 0 : r->cursor.next);
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

/* Open the file; 0, or -1 where it isn't the one that was there at first. */
static int
open_piece(struct records *r, const struct piece *p, struct fault *f)
{
	struct appendfile_state now;
	struct fault why = {0};
	char path[PATH_MAX];

	segments_path(path, r->plan->journal, p->place.day, p->place.segment);
	r->file = appendfile_open(path, APPENDFILE_VIEW, &why);
	if (r->file == NULL && why.err != ENOENT)
		return fault_take(f, &why);
	if (r->file != NULL && appendfile_look(r->file, &now, f) == -1)
		return -1;
	/* Of another one a line could be read twice, or not at all. */
	if (r->file == NULL || now.inode != p->inode)
		return fault_set(f, FAULT_BUSY, 0,
		    "the journal of %s was rewritten meanwhile; try again",
		    p->place.day);
	return 0;
}

/* Open the segment that is at, and go to the first line that is asked for. */
static int
enter(struct records *r, struct fault *f)
{
	const struct piece *p = &r->plan->list[r->at];
	struct place from = p->place;
	int64_t end = r->to - p->begins < p->size ? r->to - p->begins : p->size;
	int rc = open_piece(r, p, f);

	if (rc == 0 && r->from > p->begins)
		rc = find_line(
		    r->file, r->from - p->begins, end, &from.offset, f);
	if (rc == -1) {
		close_segment(r);
		return -1;
	}
	cursor_file(&r->cursor, r->file, &from, p->counts);
	return 0;
}

/* The next line, no further than what is asked for goes. */
static enum cursor_result
next_line(struct records *r, struct record *record, struct fault *f)
{
	if (r->cursor.next >= r->plan->list[r->at].size || position(r) >= r->to)
		return CURSOR_END;
	return cursor_next(&r->cursor, record, f);
}

/* Is it a delivery that was asked for? */
static int
is_wanted(const struct records *r, const struct record *record)
{
	const struct plan *plan = r->plan;
	char day[UTC_DAY_SIZE];

	if (record->kind >= RECORD_SHEET || record->body == NULL)
		return 0;
	if (!plan->list[r->at].mixed)
		return 1;
	utc_day(record->received, day);
	return plan->wanted(plan->context, day);
}

int
records_next(struct records *r, struct record *record, struct place *place,
    struct fault *f)
{
	while (r->at < r->plan->n && r->plan->list[r->at].begins < r->to) {
		if (r->file == NULL && enter(r, f) == -1)
			return -1;
		switch (next_line(r, record, f)) {
		case CURSOR_FAILED:
			return -1;
		case CURSOR_BAD_LINE:
			/* Of another day's file nobody asked. */
			r->bad += r->plan->list[r->at].is_own;
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
	return r->plan->list[r->at].begins + place->offset;
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
