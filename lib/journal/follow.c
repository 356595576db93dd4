/* follow: a journal's records as they come; see follow.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal/follow.h"
#include "journal/identity.h"

/* A day that is followed. */
struct stream {
	char day[UTC_DAY_SIZE]; /* empty: none */
	int segment;
	struct appendfile *file; /* owned; NULL until there is one */
	struct journal_reader reader;
	int first_time; /* since it was opened, or read from its start */
	int last_look;  /* there is a next one: read to the end, then go on */
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
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
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
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
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

/* Read the segment from its start: what was seen is not new. */
static void
start_over(struct stream *s)
{
	journal_rewind(&s->reader, s->file, 0);
	s->first_time = 1;
	s->last_look = 0;
}

/* 1, 0 while there is no file yet, -1. */
static int
open_segment(struct follow *w, struct stream *s, struct fault *f)
{
	struct fault why = {0};
	char path[PATH_MAX];

	journal_path(path, w->dir, s->day, s->segment);
	s->file = appendfile_open(path, APPENDFILE_VIEW, &why);
	if (s->file == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	start_over(s);
	return 1;
}

/* At the end of the file: 1 when it is to be read on, 0 when not yet, -1. */
static int
look_around(struct follow *w, struct stream *s, struct fault *f)
{
	struct appendfile_state now;
	int last;

	s->first_time = 0;
	if (!appendfile_is_current(s->file, &now)) {
		close_file(s);
		return 1;
	}
	if (now.size < s->reader.offset) {
		start_over(s);
		return 1;
	}
	/* Half a line may be cut off, and another stand there then. */
	journal_rewind(&s->reader, s->file, s->reader.offset);
	if (s->last_look) {
		close_file(s);
		s->segment++;
		return 1;
	}
	if ((last = journal_last_segment(w->dir, s->day, f)) == -1)
		return -1;
	/* Once there is a next one nothing is added to this any more. */
	s->last_look = last > s->segment;
	return s->last_look;
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
	int64_t offset;
	int rc;

	for (;;) {
		if (s->file == NULL && (rc = open_segment(w, s, f)) != 1)
			return rc;
		rc = journal_next(&s->reader, r, &offset, f);
		if (rc == 1)
			rc = is_new(w, r, f);
		else if (rc == 2)
			meet_bad_line(s);
		else if (rc == 0 && (rc = look_around(w, s, f)) == 0)
			return 0;
		else
			rc = rc == -1 ? -1 : 2;
		if (rc == 1 || rc == -1)
			return rc;
	}
}

static void
close_stream(struct stream *s)
{
	close_file(s);
	journal_reader_free(&s->reader);
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
		w->today.segment = 1;
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
