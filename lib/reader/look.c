/* look: what of a segment is new to a reader; see look.h. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/appendfile.h"
#include "journal/cursor.h"
#include "journal/identity.h"
#include "journal/journal.h"
#include "reader/look.h"

/* A segment that has changed, being read. */
struct reading {
	const struct segment *segment;
	const struct offset *was; /* NULL: nothing of it was read */
	struct appendfile *file;
	struct cursor cursor;
	struct look *look;
};

static void
read_from(struct reading *g, int64_t offset, int64_t until)
{
	struct place from = {.segment = g->segment->number, .offset = offset};

	memcpy(from.day, g->segment->day, sizeof(from.day));
	cursor_file(&g->cursor, g->file, &from, until);
}

/* The digest of a delivery's body as it came; what is no digit is a "?". */
static void
take_digest(const struct record *r, char out[static SIGNATURE_SIZE])
{
	const char *digest = identity_digest(r);
	size_t i;

	for (i = 0; i < SIGNATURE_SIZE - 1; i++)
		out[i] = strchr("0123456789abcdef", digest[i]) != NULL
		             ? digest[i]
		             : '?';
	out[i] = '\0';
}

static int
is_delivery(const struct record *r)
{
	return r->kind < RECORD_SHEET;
}

/* Is it the last one that was read of the segment? */
static int
is_last(const struct reading *g, const struct record *r)
{
	char digest[SIGNATURE_SIZE];

	if (!is_delivery(r) || r->received != g->was->received)
		return 0;
	take_digest(r, digest);
	return strcmp(digest, g->was->digest) == 0;
}

/*
 * Look for the last delivery that was read: where it stood, or, as forget and
 * prune write segments anew, anywhere.  What begins behind it is new.
 */
static int
find_last(struct reading *g, struct fault *f)
{
	enum cursor_result next;
	struct record r;
	int any = 0;

	if (g->was == NULL)
		return 0;
	read_from(g, g->was->last.offset, INT64_MAX);
	next = cursor_next(&g->cursor, &r, f);
	if (next == CURSOR_RECORD && is_last(g, &r)) {
		g->look->from = g->cursor.next;
		return 0;
	}
	if (next != CURSOR_FAILED)
		read_from(g, 0, INT64_MAX);
	while (next != CURSOR_FAILED &&
	       (next = cursor_next(&g->cursor, &r, f)) > CURSOR_END) {
		if (next != CURSOR_RECORD)
			continue;
		if (is_last(g, &r)) {
			g->look->now.last.offset = g->cursor.place.offset;
			g->look->from = g->cursor.next;
			return 0;
		}
		any |= is_delivery(&r) && r.body != NULL &&
		       g->cursor.next <= g->look->end;
	}
	g->look->again = any;
	return next == CURSOR_FAILED ? -1 : 0;
}

/* Which delivery is the last one now?  The one before, where there is no other.
 */
static int
find_end(struct reading *g, struct fault *f)
{
	enum cursor_result next;
	struct record r;
	int64_t at = g->look->end;

	while (at > g->look->from) {
		if ((at = journal_end(g->file, at - 1, f)) == -1)
			return -1;
		read_from(g, at, g->look->end);
		next = cursor_next(&g->cursor, &r, f);
		if (next == CURSOR_FAILED)
			return -1;
		if (next != CURSOR_RECORD || !is_delivery(&r))
			continue;
		g->look->now.last = g->cursor.place;
		g->look->now.received = r.received;
		take_digest(&r, g->look->now.digest);
		return 0;
	}
	return 0;
}

/* The whole lines that count in a file of that size. */
static int64_t
countable(const struct segment *s, int64_t size)
{
	return size < s->counts ? size : s->counts;
}

/* What of a segment that has changed is new? */
static int
look_into(struct reading *g, struct fault *f)
{
	struct appendfile_state now;
	struct look *k = g->look;

	if (appendfile_look(g->file, &now, f) == -1)
		return -1;
	k->inode = now.inode;
	k->now.size = now.size;
	k->now.ctime = now.ctime;
	/* A line that is being written is of the next time. */
	k->end = journal_end(g->file, countable(g->segment, now.size), f);
	if (k->end == -1 || find_last(g, f) == -1)
		return -1;
	return find_end(g, f);
}

int
look_at(struct look *k, const char *journal, const struct segment *s,
    const struct offset *was, struct fault *f)
{
	struct reading g = {.segment = s, .was = was, .look = k};
	struct appendfile_state now;
	struct fault why = {0};
	char path[PATH_MAX];
	int rc;

	memset(k, 0, sizeof(*k));
	if (was != NULL)
		k->now = *was;
	segments_path(path, journal, s->day, s->number);
	if (was != NULL && appendfile_stat(path, &now) == 0 &&
	    now.size == was->size && now.ctime == was->ctime) {
		k->inode = now.inode;
		k->from = k->end = countable(s, now.size);
		return 1;
	}
	if ((g.file = appendfile_open(path, APPENDFILE_VIEW, &why)) == NULL)
		return why.err == ENOENT ? 0 : fault_take(f, &why);
	rc = look_into(&g, f);
	cursor_free(&g.cursor);
	appendfile_close(g.file);
	return rc == -1 ? -1 : 1;
}

void
look_offset(struct offset *o, const struct record *r, const struct place *place)
{
	memset(o, 0, sizeof(*o));
	o->last = *place;
	o->received = r->received;
	take_digest(r, o->digest);
}
