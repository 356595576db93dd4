/* extents: the parts of a journal that are to be read; see extents.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/array.h"
#include "journal/extents.h"
#include "journal/segments.h"

/* Time zones are at most so far from UTC; in microseconds. */
#define ZONE_EAST (14 * 3600 * UTC_SECOND)
#define ZONE_WEST (12 * 3600 * UTC_SECOND)
#define DAY_LONG  (24 * 3600 * UTC_SECOND)

void
extents_days(const char *segment, char first[static UTC_DAY_SIZE],
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
judge_days(const struct extents *all, const char *name, struct extent *x)
{
	char day[UTC_DAY_SIZE], last[UTC_DAY_SIZE];
	int any = 0;

	x->is_own = all->wanted == NULL || all->wanted(all->context, name);
	x->mixed = 0;
	if (all->wanted == NULL)
		return x->is_own;
	extents_days(name, day, last);
	for (; day[0] != '\0' && strcmp(day, last) <= 0;
	     utc_day_of_number(utc_day_number(day) + 1, day)) {
		if (all->wanted(all->context, day))
			any = 1;
		else
			x->mixed = 1;
	}
	return any;
}

/* Behind the others. */
static int
append(struct extents *all, const struct extent *x, struct fault *f)
{
	struct extent *longer =
	    array_grow(all->list, all->n, &all->room, sizeof(*all->list));

	if (longer == NULL)
		return fault_memory(f);
	all->list = longer;
	longer[all->n] = *x;
	longer[all->n++].begins = all->size - x->place.offset;
	all->size += x->end - x->place.offset;
	return 0;
}

static int
add_segment(struct extents *all, const struct segment *s, const char *journal,
    struct fault *f)
{
	struct extent x = {.place = {.segment = s->number}};
	struct appendfile_state now;
	char path[PATH_MAX];

	if (!judge_days(all, s->day, &x))
		return 0;
	segments_path(path, journal, s->day, s->number);
	if (appendfile_stat(path, &now) == -1)
		return errno == ENOENT ? 0
		       : errno == EINVAL
		           ? fault_set(f, FAULT_STORAGE, 0,
				 "%s is not a plain file; move it away", path)
		           : fault_set(f, FAULT_STORAGE, errno,
				 "can't look at %s", path);
	memcpy(x.place.day, s->day, sizeof(x.place.day));
	x.inode = now.inode;
	x.counts = s->counts;
	x.end = now.size < s->counts ? now.size : s->counts;
	return append(all, &x, f);
}

int
extents_choose(struct extents *all, const char *journal, struct fault *f)
{
	struct segments segments = {0};
	size_t i;
	int rc = segments_list(journal, NULL, &segments, f);

	for (i = 0; i < segments.n && rc == 0; i++)
		rc = add_segment(all, &segments.list[i], journal, f);
	segments_free(&segments);
	return rc;
}

int
extents_add(struct extents *all, const struct place *first, int64_t end,
    int64_t inode, struct fault *f)
{
	const struct extent x = {.place = *first,
	    .inode = inode,
	    .counts = end,
	    .end = end,
	    .is_own = 1};

	return end <= first->offset ? 0 : append(all, &x, f);
}

static int
by_segment(const void *a, const void *b)
{
	const struct place *x = &((const struct extent *)a)->place;
	const struct place *y = &((const struct extent *)b)->place;
	int rc = strcmp(x->day, y->day);

	return rc != 0 ? rc : x->segment - y->segment;
}

int
extents_have(const struct extents *all, const struct place *place)
{
	const struct extent key = {.place = *place}, *x = NULL;

	if (all->n > 0)
		x = bsearch(&key, all->list, all->n, sizeof(key), by_segment);
	return x != NULL && place->offset >= x->place.offset &&
	       place->offset < x->end;
}

int64_t
extents_start(const struct extent *x)
{
	return x->begins + x->place.offset;
}

void
extents_free(struct extents *all)
{
	free(all->list);
	memset(all, 0, sizeof(*all));
}
