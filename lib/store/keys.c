/* keys: every delivery of the journal in the index; see keys.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "journal/cursor.h"
#include "journal/identity.h"
#include "store/keys.h"

/* Keys that are added at once; in entries of 40 bytes. */
#define BATCH (1 << 18)

/* A checkpoint is due when so much journal would have to be read again. */
#define CHECKPOINT (INT64_C(64) << 20)

/* Keys on their way into the index. */
struct batch {
	struct index_entry *list;
	size_t n, room;
};

static int
flush_keys(struct hold *h, struct batch *k, struct fault *f)
{
	size_t n = k->n;

	k->n = 0;
	return n == 0 ? 0 : index_add(h->index, k->list, n, f);
}

static int
add_key(struct hold *h, struct batch *k, const struct record *r,
    const struct place *at, struct fault *f)
{
	struct index_entry *longer;
	const char *key;
	size_t len;

	if ((key = identity_of(r, &len)) == NULL)
		return 0;
	longer = array_grow(k->list, k->n, &k->room, sizeof(*k->list));
	if (longer == NULL)
		return fault_memory(f);
	k->list = longer;
	if (index_hash(&h->digest, key, len, &k->list[k->n].hash, f) == -1)
		return -1;
	k->list[k->n++].place = *at;
	return k->n < BATCH ? 0 : flush_keys(h, k, f);
}

/* The keys of a segment, from an offset on. */
static int
read_keys(struct hold *h, struct batch *k, const struct segment *s,
    int64_t from, struct fault *f)
{
	struct place at = {.segment = s->number, .offset = from};
	struct cursor cursor = {0};
	enum cursor_result next;
	struct appendfile *file;
	struct record r;
	char path[PATH_MAX];

	memcpy(at.day, s->day, sizeof(at.day));
	segments_path(path, h->journal, s->day, s->number);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return -1;
	cursor_file(&cursor, file, &at, s->counts);
	while ((next = cursor_next(&cursor, &r, f)) > CURSOR_END)
		if (next == CURSOR_RECORD &&
		    add_key(h, k, &r, &cursor.place, f) == -1) {
			next = CURSOR_FAILED;
			break;
		}
	cursor_free(&cursor);
	appendfile_close(file);
	return next == CURSOR_FAILED ? -1 : 0;
}

/*
 * The last segment of a day: whoever wrote to it may not have synced it.  What
 * of it counts, should that fail?
 */
static int
sync_segment(struct hold *h, const struct segment *s,
    const struct keys_difference *d, struct fault *f)
{
	const struct control *c = &h->control;
	struct appendfile_state now;
	int is_written = strcmp(c->day, s->day) == 0 && c->segment == s->number;
	int64_t counts;

	if (hold_segment(h, s->day, s->number, &now, f) == -1)
		return -1;
	counts = d->longer && !d->boot && is_written ? c->size
	         : d->boot && !d->older              ? now.size
	                                             : 0;
	return hold_sync(h, counts, 1, f);
}

/* One segment's keys; what is not on stable storage yet has none. */
static int
catch_up_segment(struct hold *h, struct batch *k, const struct segment *s,
    int64_t from, int is_last, const struct keys_difference *d, struct fault *f)
{
	struct appendfile_state now;
	char path[PATH_MAX];

	segments_path(path, h->journal, s->day, s->number);
	if (appendfile_stat(path, &now) == -1 && errno == EINVAL) {
		/* Check tells of it; it costs the deliveries of no other day.
		 */
		hold_note(h, "%s is not a plain file; move it away", path);
		return 0;
	}
	if (is_last && sync_segment(h, s, d, f) == -1)
		return -1;
	return read_keys(h, k, s, from, f);
}

/* From where on a segment's keys may be missing; -1: none is. */
static int64_t
find_start(const struct hold *h, const struct segment *s,
    const struct keys_difference *d, const struct place *synced)
{
	const struct control *c = &h->control;
	int order = strcmp(s->day, c->day);
	int64_t from = -1, other = -1;

	if (d->longer && order == 0 && s->number >= c->segment)
		from = s->number == c->segment ? c->size : 0;
	if (!d->boot && !d->index && !d->older)
		return from;
	if (synced == NULL)
		return 0;
	order = strcmp(s->day, synced->day);
	if (order > 0 || (order == 0 && s->number > synced->segment))
		other = 0;
	else if (order == 0 && s->number == synced->segment)
		other = synced->offset;
	return from == -1 || (other != -1 && other < from) ? other : from;
}

/* Every key that may be missing, into the index. */
int
keys_catch_up(struct hold *h, const struct segments *all,
    struct keys_difference *d, struct fault *f)
{
	struct place place, *synced = NULL;
	struct index_state now;
	struct batch keys = {0};
	struct fault why = {0};
	int64_t from;
	size_t i;
	int rc = 0, is_last;

	/* Was a segment made, and its maker killed before the record said so?
	 */
	for (i = 0; i < all->n && !d->boot && !d->longer; i++)
		d->longer = strcmp(all->list[i].day, h->control.day) == 0 &&
		            all->list[i].number > h->control.segment;
	/*
	 * Of an older journal it knows too much, and each look-up would pay; of
	 * what someone changed in it nothing can be told.  Where it can't be
	 * emptied what it lacks is added to it all the same.
	 */
	if (d->older || d->touched) {
		if (index_clear(h->index, &why) == -1 &&
		    why.kind == FAULT_MEMORY)
			return fault_take(f, &why);
		if (index_look(h->index, &now, f) == -1)
			return -1;
		h->index_inode = now.inode;
		h->index_ctime = now.ctime;
	} else {
		if ((rc = index_synced(h->index, &place, f)) == -1)
			return -1;
		synced = rc == 1 ? &place : NULL;
		rc = 0;
	}
	for (i = 0; i < all->n && rc == 0; i++) {
		const struct segment *s = &all->list[i];

		is_last = i + 1 == all->n ||
		          strcmp(s->day, all->list[i + 1].day) != 0;
		if ((from = find_start(h, s, d, synced)) >= 0)
			rc = catch_up_segment(h, &keys, s, from, is_last, d, f);
	}
	if (rc == 0)
		rc = flush_keys(h, &keys, f);
	free(keys.list);
	return rc;
}

int
keys_read_again(struct hold *h, const char *day, int number, struct fault *f)
{
	struct segments all = {0};
	struct batch keys = {0};
	size_t i;
	int rc = segments_list(h->journal, day, &all, f);

	for (i = 0; i < all.n && rc == 0; i++)
		if (all.list[i].number == number)
			rc = read_keys(h, &keys, &all.list[i], 0, f);
	if (rc == 0)
		rc = flush_keys(h, &keys, f);
	free(keys.list);
	segments_free(&all);
	return rc;
}

void
keys_add(struct hold *h, uint64_t hash, int64_t offset)
{
	struct index_entry e = {.hash = hash};
	struct fault why = {0};

	memcpy(e.place.day, h->control.day, sizeof(e.place.day));
	e.place.segment = h->control.segment;
	e.place.offset = offset;
	if (index_add(h->index, &e, 1, &why) == -1)
		hold_lose_index(h, &why);
}

/* Is the last checkpoint, by whichever worker, near enough? */
static int
is_near(struct hold *h, const struct place *end)
{
	struct fault ignored = {0};
	struct place p;

	if (end->offset >= h->checkpoint &&
	    end->offset - h->checkpoint < CHECKPOINT)
		return 1;
	h->checkpoint = end->offset;
	if (index_synced(h->index, &p, &ignored) != 1 ||
	    strcmp(p.day, end->day) != 0 || p.segment != end->segment ||
	    end->offset - p.offset >= CHECKPOINT)
		return 0;
	h->checkpoint = p.offset;
	return 1;
}

void
keys_checkpoint(struct hold *h)
{
	struct place end = {
	    .segment = h->control.segment, .offset = h->control.size};
	struct fault why = {0};

	memcpy(end.day, h->control.day, sizeof(end.day));
	if (!h->indexed || (!index_is_private(h->index) && is_near(h, &end)))
		return;
	if (index_sync(h->index, &end, &why) == -1)
		hold_lose_index(h, &why);
}
