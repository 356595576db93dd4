/* cursor: the one way to read a journal; see cursor.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "journal/cursor.h"

#define READ_SIZE (256 << 10) /* bytes a read; lines may be longer */

/* Of one record no more is read than most are long. */
#define READ_ONE 4096

static void
close_file(struct cursor *c)
{
	if (c->owns)
		appendfile_close(c->file);
	c->file = NULL;
	c->owns = 0;
}

void
cursor_file(struct cursor *c, struct appendfile *file, const struct place *from,
    int64_t until)
{
	close_file(c);
	c->file = file;
	c->place = *from;
	c->next = from->offset;
	c->until = until;
	c->used = 0;
	bytes_reset(&c->buffer);
}

int
cursor_day(struct cursor *c, const char *dir, const char *day,
    const struct place *from, enum appendfile_mode mode, struct fault *f)
{
	close_file(c);
	segments_free(&c->segments);
	(void)snprintf(c->dir, sizeof(c->dir), "%s", dir);
	c->mode = mode;
	if (segments_list(dir, day, &c->segments, f) == -1)
		return -1;
	c->next = 0;
	for (c->at = 0; from != NULL && c->at < c->segments.n; c->at++)
		if (c->segments.list[c->at].number >= from->segment)
			break;
	if (from != NULL && c->at < c->segments.n &&
	    c->segments.list[c->at].number == from->segment)
		c->next = from->offset;
	return 0;
}

/* Open the segment that is at, to be read from c->next on. */
static int
open_segment(struct cursor *c, struct fault *f)
{
	const struct segment *s = &c->segments.list[c->at];
	struct place from = {.segment = s->number, .offset = c->next};
	struct appendfile *file;
	char path[PATH_MAX];

	memcpy(from.day, s->day, sizeof(from.day));
	segments_path(path, c->dir, s->day, s->number);
	if ((file = appendfile_open(path, c->mode, f)) == NULL)
		return -1;
	cursor_file(c, file, &from, s->counts);
	c->owns = 1;
	return 0;
}

/* Read on; how many bytes there were, or -1. */
static ssize_t
fill(struct cursor *c, size_t size, struct fault *f)
{
	ssize_t n;

	bytes_drop(&c->buffer, c->used);
	c->used = 0;
	if (bytes_reserve(&c->buffer, size) == -1)
		return bytes_check(&c->buffer, f);
	n = appendfile_read(c->file, c->buffer.data + c->buffer.len, size,
	    c->next + (int64_t)c->buffer.len, f);
	if (n > 0)
		c->buffer.len += (size_t)n;
	return n;
}

/*
 * Find the line that is next, its newline not counted: 1, 0 at the end of the
 * whole lines, or -1 with the fault set.
 */
static int
find_line(struct cursor *c, size_t piece, const char **line, size_t *len,
    struct fault *f)
{
	size_t seen = 0, have;
	const char *end;
	ssize_t n;

	for (;;) {
		have = c->buffer.len - c->used;
		if (have > seen) {
			*line = c->buffer.data + c->used;
			end = memchr(*line + seen, '\n', have - seen);
			if (end != NULL)
				break;
		}
		seen = have;
		if ((n = fill(c, piece, f)) <= 0)
			return (int)n;
		/* A long line is not read in small pieces. */
		piece = READ_SIZE;
	}
	*len = (size_t)(end - *line);
	return c->next + (int64_t)*len + 1 <= c->until;
}

/* The next line of the file that is open. */
static enum cursor_result
next_line(struct cursor *c, size_t piece, struct record *r, struct fault *f)
{
	const char *line = NULL;
	size_t len = 0, nuls = 0;
	int rc = find_line(c, piece, &line, &len, f);

	if (rc != 1)
		return rc == 0 ? CURSOR_END : CURSOR_FAILED;
	while (nuls < len && line[nuls] == '\0')
		nuls++;
	rc = record_decode(
	    line + nuls, len - nuls, r, &c->scratch, &c->digest, f);
	c->place.offset = c->next + (int64_t)nuls;
	c->used += len + 1;
	c->next += (int64_t)len + 1;
	return rc == 1   ? CURSOR_RECORD
	       : rc == 0 ? CURSOR_BAD_LINE
	                 : CURSOR_FAILED;
}

enum cursor_result
cursor_next(struct cursor *c, struct record *r, struct fault *f)
{
	enum cursor_result rc;

	for (;;) {
		if (c->file == NULL) {
			if (c->at >= c->segments.n)
				return CURSOR_END;
			if (open_segment(c, f) == -1)
				return CURSOR_FAILED;
		}
		rc = next_line(c, READ_SIZE, r, f);
		if (rc != CURSOR_END || !c->owns)
			return rc;
		if (c->at + 1 >= c->segments.n)
			return rc; /* and c->next says where it ended */
		close_file(c);
		c->at++;
		c->next = 0;
	}
}

enum cursor_result
cursor_at(struct cursor *c, const char *dir, const struct place *p,
    enum appendfile_mode mode, struct record *r, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file;
	char path[PATH_MAX];
	enum cursor_result rc;

	segments_path(path, dir, p->day, p->segment);
	if ((file = appendfile_open(path, mode, &why)) == NULL) {
		if (why.err != ENOENT)
			(void)fault_take(f, &why);
		return why.err == ENOENT ? CURSOR_END : CURSOR_FAILED;
	}
	cursor_file(c, file, p, INT64_MAX);
	c->owns = 1;
	rc = next_line(c, READ_ONE, r, f);
	close_file(c);
	return rc == CURSOR_BAD_LINE ? CURSOR_END : rc;
}

void
cursor_free(struct cursor *c)
{
	close_file(c);
	segments_free(&c->segments);
	bytes_free(&c->buffer);
	bytes_free(&c->scratch);
	signature_digest_free(&c->digest);
	memset(c, 0, sizeof(*c));
}
