/* follow: a journal's records as they come; see follow.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "journal/cursor.h"
#include "journal/follow.h"
#include "journal/identity.h"
#include "journal/segments.h"

/* A day that is followed. */
struct stream {
	char day[UTC_DAY_SIZE];  /* empty: none */
	int segment;             /* that is read; 0: none yet */
	struct appendfile *file; /* owned; NULL until there is one */
	struct cursor cursor;
	int first_time; /* since it was opened, or read from its start */
	int next;  /* the segment behind it: go on there once this is read */
	int rests; /* it was read to its end */
};

struct follow {
	char dir[PATH_MAX];
	/*
	 * The day before as well: a delivery of its last second may be written
	 * after midnight.
	 */
	struct stream before, today;
	/* 64 bits of each key's digest, 0 for none; owned. */
	uint64_t *seen;
	size_t nseen, room; /* a table of room places, a power of 2 */
};

struct follow *
follow_open(const char *dir, struct fault *f)
{
	struct follow *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	(void)snprintf(w->dir, sizeof(w->dir), "%s", dir);
	return w;
}

/* The mark's place in a table that has room, or the free one for it. */
static uint64_t *
place_of(uint64_t *table, size_t room, uint64_t mark)
{
	size_t at = (size_t)mark & (room - 1);

	while (table[at] != 0 && table[at] != mark)
		at = (at + 1) & (room - 1);
	return &table[at];
}

static int
grow(struct follow *w, struct fault *f)
{
	size_t room = w->room == 0 ? 1024 : w->room * 2, i;
	uint64_t *table = calloc(room, sizeof(*table));

	if (table == NULL)
		return fault_memory(f);
	for (i = 0; i < w->room; i++)
		if (w->seen[i] != 0)
			*place_of(table, room, w->seen[i]) = w->seen[i];
	free(w->seen);
	w->seen = table;
	w->room = room;
	return 0;
}

/* Is the record a new one?  1, and from here on it isn't; 0; -1. */
static int
is_new(struct follow *w, const struct record *r, struct fault *f)
{
	char digest[SIGNATURE_SIZE], test[96];
	const char *key;
	uint64_t mark, *place;
	size_t len;

	/* A test has no key: when it came tells it from another. */
	if ((key = identity_of(r, &len)) == NULL) {
		len = (size_t)snprintf(test, sizeof(test), "%lld %s",
		    (long long)r->received, r->sha256);
		key = test;
	}
	if (signature_sha256(key, len, digest, f) == -1)
		return -1;
	digest[16] = '\0';
	if ((mark = strtoull(digest, NULL, 16)) == 0)
		mark = 1;
	if (w->nseen * 2 >= w->room && grow(w, f) == -1)
		return -1;
	place = place_of(w->seen, w->room, mark);
	if (*place == mark)
		return 0;
	*place = mark;
	w->nseen++;
	return 1;
}

static void
close_file(struct stream *s)
{
	appendfile_close(s->file);
	s->file = NULL;
}

/* Read the segment from an offset on, up to what counts of it. */
static void
read_from(struct stream *s, int64_t offset, int64_t counts)
{
	struct place from = {.segment = s->segment, .offset = offset};

	memcpy(from.day, s->day, sizeof(from.day));
	cursor_file(&s->cursor, s->file, &from, counts);
}

/* Read it from its start: what was seen is not new. */
static void
start_over(struct stream *s)
{
	read_from(s, 0, s->cursor.until);
	s->first_time = 1;
}

/*
 * Look for the first segment from the one in hand on, for how much of it
 * counts, and for the one behind it.  1, 0 when there is none, or -1.
 */
static int
find_segment(const struct follow *w, const struct stream *s,
    struct segment *out, int *next, struct fault *f)
{
	struct segments all = {0};
	size_t i;
	int rc = segments_list(w->dir, s->day, &all, f);

	*next = 0;
	for (i = 0; i < all.n && rc == 0; i++)
		if (all.list[i].number >= s->segment) {
			*out = all.list[i];
			*next = i + 1 < all.n ? all.list[i + 1].number : 0;
			rc = 1;
		}
	segments_free(&all);
	return rc;
}

/* 1, 0 while there is no file yet, -1. */
static int
open_segment(struct follow *w, struct stream *s, struct fault *f)
{
	struct fault why = {0};
	struct segment found;
	char path[PATH_MAX];
	int rc = find_segment(w, s, &found, &s->next, f);

	if (rc != 1)
		return rc;
	segments_path(path, w->dir, s->day, found.number);
	s->file = appendfile_open(path, APPENDFILE_VIEW, &why);
	if (s->file == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	s->segment = found.number;
	s->cursor.until = found.counts;
	start_over(s);
	return 1;
}

/*
 * Before it is read on: is it still the same file, how much of it counts, and
 * is there a segment behind it?  0 or -1.
 */
static int
look_around(struct follow *w, struct stream *s, struct fault *f)
{
	struct appendfile_state now;
	struct segment found = {.number = 0};
	int64_t counts = s->cursor.until;

	s->first_time = 0;
	if (!appendfile_is_current(s->file, &now)) {
		close_file(s);
		return 0;
	}
	if (now.size < s->cursor.next) {
		start_over(s);
		return 0;
	}
	if (find_segment(w, s, &found, &s->next, f) == -1)
		return -1;
	if (found.number == s->segment)
		counts = found.counts;
	else
		s->next = 0;
	/* Half a line may have been cut off, and another stand there now. */
	read_from(s, s->cursor.next, counts);
	return 0;
}

/*
 * At the end: 1 when there is a segment behind it, as then nothing is added to
 * this one any more; 0 when it is to be read on later.
 */
static int
end_segment(struct stream *s)
{
	s->rests = s->next == 0;
	if (s->rests)
		return 0;
	close_file(s);
	s->segment = s->next;
	return 1;
}

/* A line that doesn't count.  Was the file cut back, and has grown again? */
static void
meet_bad_line(struct stream *s)
{
	if (!s->first_time)
		start_over(s);
}

static int
next_of(struct follow *w, struct stream *s, struct record *r, struct fault *f)
{
	enum cursor_result line;
	int rc;

	for (;;) {
		if (s->file != NULL && s->rests && look_around(w, s, f) == -1)
			return -1;
		s->rests = 0;
		if (s->file == NULL && (rc = open_segment(w, s, f)) != 1)
			return rc;
		line = cursor_next(&s->cursor, r, f);
		if (line == CURSOR_FAILED)
			return -1;
		if (line == CURSOR_END && !end_segment(s))
			return 0;
		if (line == CURSOR_BAD_LINE)
			meet_bad_line(s);
		if (line == CURSOR_RECORD && r->kind < RECORD_SHEET &&
		    r->body != NULL && (rc = is_new(w, r, f)) != 0)
			return rc;
	}
}

static void
close_stream(struct stream *s)
{
	close_file(s);
	cursor_free(&s->cursor);
	memset(s, 0, sizeof(*s));
}

int
follow_next(struct follow *w, int64_t now, struct record *r, struct fault *f)
{
	char day[UTC_DAY_SIZE];
	int rc = 0;

	utc_day(now, day);
	if (strcmp(day, w->today.day) != 0) {
		close_stream(&w->before);
		w->before = w->today;
		memset(&w->today, 0, sizeof(w->today));
		memcpy(w->today.day, day, sizeof(day));
	}
	if (w->before.day[0] != '\0')
		rc = next_of(w, &w->before, r, f);
	return rc == 0 ? next_of(w, &w->today, r, f) : rc;
}

void
follow_close(struct follow *w)
{
	if (w == NULL)
		return;
	close_stream(&w->before);
	close_stream(&w->today);
	free(w->seen);
	free(w);
}
