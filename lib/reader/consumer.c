/* consumer: a reader that goes on where it stopped; see consumer.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/lock.h"
#include "journal/cursor.h"
#include "journal/identity.h"
#include "journal/journal.h"
#include "journal/names.h"
#include "journal/segments.h"
#include "reader/consumer.h"
#include "reader/offsets.h"

struct consumer {
	char journal[PATH_MAX];
	char path[PATH_MAX]; /* of the cursor */
	struct lock *lock;   /* NULL: it only peeks */
	int is_first;
	struct offsets was;      /* as the cursor says */
	struct offsets now;      /* as it is to say */
	struct extents new, all; /* until they are records */
	struct records *records; /* of what is new */
	struct records *all_records;
	size_t again;
	char again_day[UTC_DAY_SIZE];
};

/* A segment that is looked at. */
struct look {
	const struct segment *segment;
	const struct offset *was; /* NULL: nothing of it was read */
	struct offset now;
	struct appendfile *file;
	struct cursor cursor;
	int64_t inode;
	int64_t end;  /* of the whole lines that count */
	int64_t from; /* what begins before it isn't new */
	int again;    /* was isn't there, and something else is */
};

static void
read_from(struct look *k, int64_t offset, int64_t until)
{
	struct place from = {.segment = k->segment->number, .offset = offset};

	memcpy(from.day, k->segment->day, sizeof(from.day));
	cursor_file(&k->cursor, k->file, &from, until);
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
is_last(const struct look *k, const struct record *r)
{
	char digest[SIGNATURE_SIZE];

	if (!is_delivery(r) || r->received != k->was->received)
		return 0;
	take_digest(r, digest);
	return strcmp(digest, k->was->digest) == 0;
}

/*
 * Look for the last delivery that was read: where it stood, or, as forget and
 * prune write segments anew, anywhere.  What begins behind it is new.
 */
static int
find_last(struct look *k, struct fault *f)
{
	enum cursor_result next;
	struct record r;
	int any = 0;

	k->from = 0;
	if (k->was == NULL)
		return 0;
	read_from(k, k->was->last.offset, INT64_MAX);
	next = cursor_next(&k->cursor, &r, f);
	if (next == CURSOR_RECORD && is_last(k, &r)) {
		k->from = k->cursor.next;
		return 0;
	}
	if (next != CURSOR_FAILED)
		read_from(k, 0, INT64_MAX);
	while (next != CURSOR_FAILED &&
	       (next = cursor_next(&k->cursor, &r, f)) > CURSOR_END) {
		if (next != CURSOR_RECORD)
			continue;
		if (is_last(k, &r)) {
			k->now.last.offset = k->cursor.place.offset;
			k->from = k->cursor.next;
			return 0;
		}
		any |= is_delivery(&r) && r.body != NULL &&
		       k->cursor.next <= k->end;
	}
	k->again = any;
	return next == CURSOR_FAILED ? -1 : 0;
}

/* Which delivery is the last one now?  The one before, where there is no other.
 */
static int
find_end(struct look *k, struct fault *f)
{
	enum cursor_result next;
	struct record r;
	int64_t at = k->end;

	while (at > k->from) {
		if ((at = journal_end(k->file, at - 1, f)) == -1)
			return -1;
		read_from(k, at, k->end);
		next = cursor_next(&k->cursor, &r, f);
		if (next == CURSOR_FAILED)
			return -1;
		if (next != CURSOR_RECORD || !is_delivery(&r))
			continue;
		k->now.last = k->cursor.place;
		k->now.received = r.received;
		take_digest(&r, k->now.digest);
		return 0;
	}
	return 0;
}

/* What of a segment that has changed is new? */
static int
look_into(struct look *k, struct fault *f)
{
	struct appendfile_state now;

	if (appendfile_look(k->file, &now, f) == -1)
		return -1;
	k->inode = now.inode;
	k->now.size = now.size;
	k->now.ctime = now.ctime;
	/* A line that is being written is of the next time. */
	k->end = journal_end(k->file,
	    now.size < k->segment->counts ? now.size : k->segment->counts, f);
	if (k->end == -1 || find_last(k, f) == -1)
		return -1;
	return find_end(k, f);
}

/* From an offset of a segment up to another: a part of these. */
static int
add_part(struct extents *all, const struct segment *s, int64_t from,
    int64_t end, int64_t inode, struct fault *f)
{
	struct place first = {.segment = s->number, .offset = from};

	memcpy(first.day, s->day, sizeof(first.day));
	return extents_add(all, &first, end, inode, f);
}

/* Note what came of it. */
static int
note(struct consumer *c, const struct look *k, struct fault *f)
{
	if (k->again && c->again++ == 0)
		memcpy(c->again_day, k->segment->day, sizeof(c->again_day));
	if (add_part(&c->new, k->segment, k->from, k->end, k->inode, f) == -1 ||
	    add_part(&c->all, k->segment, 0, k->end, k->inode, f) == -1)
		return -1;
	/* Without a delivery there is nothing to know it by. */
	return k->now.last.segment == 0 ? 0 : offsets_add(&c->now, &k->now, f);
}

/* One that stands as the cursor says. */
static int
pass_over(struct consumer *c, const struct segment *s, const struct offset *was,
    int64_t inode, struct fault *f)
{
	int64_t end = was->size < s->counts ? was->size : s->counts;

	if (add_part(&c->all, s, 0, end, inode, f) == -1)
		return -1;
	return offsets_add(&c->now, was, f);
}

static int
look_at(struct consumer *c, const struct segment *s, struct fault *f)
{
	struct look k = {.segment = s};
	struct appendfile_state now;
	struct fault why = {0};
	char path[PATH_MAX];
	int rc;

	k.was = offsets_find(&c->was, s->day, s->number);
	if (k.was != NULL)
		k.now = *k.was;
	segments_path(path, c->journal, s->day, s->number);
	if (k.was != NULL && appendfile_stat(path, &now) == 0 &&
	    now.size == k.was->size && now.ctime == k.was->ctime)
		return pass_over(c, s, k.was, now.inode, f);
	if ((k.file = appendfile_open(path, APPENDFILE_VIEW, &why)) == NULL)
		return why.err != ENOENT ? fault_take(f, &why)
		       : k.was == NULL   ? 0
		                         : offsets_add(&c->now, k.was, f);
	if ((rc = look_into(&k, f)) == 0)
		rc = note(c, &k, f);
	cursor_free(&k.cursor);
	appendfile_close(k.file);
	return rc;
}

/* Segments that aren't there now may be put back. */
static int
keep_others(struct consumer *c, const struct segments *all, struct fault *f)
{
	const struct offset *o;
	size_t i, at = 0;
	int order;

	for (i = 0; i < c->was.n; i++) {
		o = &c->was.list[i];
		for (order = -1; at < all->n && order < 0; at += order < 0) {
			order = strcmp(all->list[at].day, o->last.day);
			if (order == 0)
				order = all->list[at].number - o->last.segment;
		}
		if (order != 0 && offsets_add(&c->now, o, f) == -1)
			return -1;
	}
	return 0;
}

/* Settle what is new. */
static int
settle(struct consumer *c, struct fault *f)
{
	struct segments all = {0};
	size_t i;
	int rc = segments_list(c->journal, NULL, &all, f);

	for (i = 0; i < all.n && rc == 0; i++)
		rc = look_at(c, &all.list[i], f);
	if (rc == 0)
		rc = keep_others(c, &all, f);
	segments_free(&all);
	if (rc == -1)
		return -1;
	c->records = records_open_extents(c->journal, &c->new, f);
	return c->records == NULL ? -1 : 0;
}

static void
make_path(const struct endpoint *e, const char *name, enum name_cursor kind,
    char out[static PATH_MAX])
{
	char file[NAMES_CURSOR_SIZE], below[NAMES_CURSOR_SIZE + 16];

	names_write_cursor(name, kind, file);
	(void)snprintf(below, sizeof(below), "cursors/%s", file);
	endpoint_path(e, out, below);
}

/* Nobody else may move it until we have. */
static int
take_lock(struct consumer *c, const struct endpoint *e, const char *name,
    struct fault *f)
{
	struct fault why = {0};
	char path[PATH_MAX];

	endpoint_path(e, path, "cursors");
	if (appendfile_mkdir(path, f) == -1)
		return -1;
	make_path(e, name, NAME_CURSOR_LOCK, path);
	if ((c->lock = lock_open(path, f)) == NULL)
		return -1;
	if (lock_take(c->lock, 0, &why) == 0)
		return 0;
	if (why.kind == FAULT_BUSY)
		return fault_set(f, FAULT_BUSY, 0,
		    "%s: what is new for %s is just being read by another "
		    "process; try again when that has ended",
		    e->name, name);
	return fault_take(f, &why);
}

struct consumer *
consumer_open(const struct endpoint *e, const char *name,
    enum consumer_mode mode, struct fault *f)
{
	struct consumer *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	endpoint_path(e, c->journal, "journal");
	make_path(e, name, NAME_CURSOR, c->path);
	rc = mode == CONSUMER_MOVE ? take_lock(c, e, name, f) : 0;
	if (rc == 0 && (rc = offsets_read(&c->was, c->path, f)) != -1) {
		c->is_first = rc == 0;
		rc = settle(c, f);
	}
	if (rc == -1) {
		consumer_close(c);
		return NULL;
	}
	return c;
}

struct records *
consumer_records(struct consumer *c)
{
	return c->records;
}

struct records *
consumer_all(struct consumer *c, struct fault *f)
{
	if (c->all_records == NULL)
		c->all_records = records_open_extents(c->journal, &c->all, f);
	return c->all_records;
}

int
consumer_is_new(const struct consumer *c, const struct place *place)
{
	return extents_have(records_extents(c->records), place);
}

int
consumer_is_first(const struct consumer *c)
{
	return c->is_first;
}

size_t
consumer_again(const struct consumer *c, char day[static UTC_DAY_SIZE])
{
	memcpy(day, c->again_day, sizeof(c->again_day));
	return c->again;
}

int
consumer_commit(struct consumer *c, struct fault *f)
{
	return offsets_write(&c->now, c->path, f);
}

int
consumer_pass(struct consumer *c, const struct record *r,
    const struct place *place, struct fault *f)
{
	(void)r;
	(void)place;
	return consumer_commit(c, f);
}

int64_t
consumer_committed(const struct consumer *c)
{
	(void)c;
	return 0;
}

void
consumer_close(struct consumer *c)
{
	if (c == NULL)
		return;
	records_close(c->records);
	records_close(c->all_records);
	extents_free(&c->new);
	extents_free(&c->all);
	offsets_free(&c->was);
	offsets_free(&c->now);
	lock_close(c->lock);
	free(c);
}
