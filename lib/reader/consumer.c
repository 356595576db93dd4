/* consumer: a reader that goes on where it stopped; see consumer.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/lock.h"
#include "journal/segments.h"
#include "reader/consumer.h"
#include "reader/look.h"
#include "reader/offsets.h"

struct consumer {
	char journal[PATH_MAX];
	char path[PATH_MAX]; /* of the cursor */
	struct lock *lock;   /* NULL: it only peeks */
	int is_first;
	int64_t committed;
	struct offsets was;      /* as the cursor says */
	struct offsets now;      /* as it is to say */
	struct extents new, all; /* until they are records */
	struct records *records; /* of what is new */
	struct records *all_records;
	size_t again;
	char again_day[UTC_DAY_SIZE];
};

/* From an offset of a segment up to another: a part of these. */
static int
add_part(struct extents *all, const struct segment *s, int64_t from,
    int64_t end, int64_t inode, struct fault *f)
{
	struct place first = {.segment = s->number, .offset = from};

	memcpy(first.day, s->day, sizeof(first.day));
	return extents_add(all, &first, end, inode, f);
}

/* What of one is new, and how far it will have been read then. */
static int
note(struct consumer *c, const struct segment *s, struct fault *f)
{
	const struct offset *was = offsets_find(&c->was, s->day, s->number);
	struct look k;
	int rc = look_at(&k, c->journal, s, was, f);

	if (rc == -1)
		return -1;
	if (k.again && c->again++ == 0)
		memcpy(c->again_day, s->day, sizeof(c->again_day));
	if (rc == 1 && (add_part(&c->new, s, k.from, k.end, k.inode, f) == -1 ||
			   add_part(&c->all, s, 0, k.end, k.inode, f) == -1))
		return -1;
	/* Without a delivery there is nothing to know it by. */
	return k.now.last.segment == 0 ? 0 : offsets_add(&c->now, &k.now, f);
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
		rc = note(c, &all.list[i], f);
	if (rc == 0)
		rc = keep_others(c, &all, f);
	segments_free(&all);
	if (rc == -1)
		return -1;
	c->records = records_open_extents(c->journal, &c->new, f);
	return c->records == NULL ? -1 : 0;
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
	offsets_path(e, name, NAME_CURSOR_LOCK, path);
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
	struct appendfile_state file;
	int rc;

	if (c == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	endpoint_path(e, c->journal, "journal");
	offsets_path(e, name, NAME_CURSOR, c->path);
	rc = mode == CONSUMER_MOVE ? take_lock(c, e, name, f) : 0;
	if (rc == 0 && (rc = offsets_read(&c->was, c->path, f)) != -1) {
		c->is_first = rc == 0;
		if (!c->is_first && appendfile_stat(c->path, &file) == 0)
			c->committed = file.mtime / 1000;
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
consumer_prove(struct consumer *c, struct fault *f)
{
	return offsets_prove(&c->now, c->path, f);
}

int
consumer_commit(struct consumer *c, struct fault *f)
{
	return offsets_write(&c->now, c->path, f);
}

/* What of a segment was read once all up to a place is, in the order of all. */
static int
add_passed(const struct consumer *c, struct offsets *all,
    const struct offset *now, const struct offset *passed, struct fault *f)
{
	const struct place *place = &passed->last;
	int order = strcmp(now->last.day, place->day);

	if (order == 0)
		order = now->last.segment - place->segment;
	if (order > 0)
		now = offsets_find(&c->was, now->last.day, now->last.segment);
	else if (order == 0)
		now = passed;
	return now == NULL ? 0 : offsets_add(all, now, f);
}

int
consumer_pass(struct consumer *c, const struct record *r,
    const struct place *place, struct fault *f)
{
	struct offset passed;
	struct offsets all = {0};
	size_t i;
	int rc = 0;

	look_offset(&passed, r, place);
	for (i = 0; i < c->now.n && rc == 0; i++)
		rc = add_passed(c, &all, &c->now.list[i], &passed, f);
	if (rc == 0)
		rc = offsets_write(&all, c->path, f);
	offsets_free(&all);
	return rc;
}

int64_t
consumer_committed(const struct consumer *c)
{
	return c->committed;
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
