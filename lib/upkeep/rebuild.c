/* rebuild: sheets and index made again; see rebuild.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "base/array.h"
#include "journal/segments.h"
#include "sheet/part.h"
#include "sheet/view.h"
#include "store/catchup.h"
#include "store/parts.h"
#include "store/hold.h"
#include "task/turn.h"
#include "task/listing.h"
#include "task/pending.h"
#include "upkeep/rebuild.h"

static int
add_rows(void *context, size_t i, const struct record *r, size_t rows)
{
	(void)i;
	(void)r;
	*(int64_t *)context += (int64_t)rows;
	return 0;
}

/* How many rows do all deliveries of the day make? */
static int
count_rows(struct view *v, int64_t *rows, struct fault *f)
{
	const struct view_part all = {.first = 0, .end = v->n};

	*rows = 0;
	return view_visit(v, &all, add_rows, rows, f);
}

/* How a file is to a part: EQUAL, or another; EMPTY, or not there at all. */
enum likeness { FAILED = -1, EQUAL, OTHER, EMPTY, MISSING };

static enum likeness
compare(
    struct hold *h, struct view *v, const struct view_part *p, struct fault *f)
{
	struct view_comparison c;
	struct fault why = {0};
	struct appendfile *file;
	char path[PATH_MAX];
	struct stat st;
	int rc;

	part_path(path, h->sheets, &p->file);
	if (lstat(path, &st) == -1 && errno == ENOENT)
		return MISSING;
	file = appendfile_open(path, APPENDFILE_READ, &why);
	if (file == NULL)
		return listing_is_others(&why) ? OTHER : fault_take(f, &why);
	rc = view_is_sealed(p) ? 0 : view_compare(v, p, file, &c, f);
	appendfile_close(file);
	if (rc == -1)
		return FAILED;
	if (view_is_sealed(p))
		return OTHER;
	return c.same && c.file == c.view ? EQUAL : c.file == 0 ? EMPTY : OTHER;
}

/* Move a part's file away, if there is one. */
static int
move(struct hold *h, const struct view_part *p, enum likeness like,
    struct rebuild *out, struct fault *f)
{
	struct rebuild_moved *m, *longer = array_grow(out->moved, out->nmoved,
				     &out->room, sizeof(*out->moved));

	if (longer == NULL)
		return fault_memory(f);
	out->moved = longer;
	m = &longer[out->nmoved];
	names_write(&p->file, m->name);
	m->differs = like == OTHER;
	if (part_replace(h->sheets, &p->file, m->to, f) == -1)
		return -1;
	out->nmoved++;
	return 0;
}

/* Is a name that ended one of a part's, too? */
static int
is_part(const struct view *v, const struct name *name)
{
	size_t i;

	for (i = 0; i < v->nparts; i++)
		if (v->parts[i].file.number == name->number &&
		    v->parts[i].file.format == name->format)
			return 1;
	return 0;
}

/* A part that ended, and whose file an earlier try has left where it was. */
static int
move_ended(struct hold *h, struct view *v, struct rebuild *out, struct fault *f)
{
	enum likeness like;
	size_t i;

	for (i = 0; i < v->nended; i++) {
		if (is_part(v, &v->ended[i].file))
			continue;
		if ((like = compare(h, v, &v->ended[i], f)) == FAILED)
			return -1;
		if (like != MISSING &&
		    move(h, &v->ended[i], like, out, f) == -1)
			return -1;
	}
	return 0;
}

/* Is there nothing to be made?  1, 0, or -1. */
static int
is_whole(struct hold *h, struct view *v, enum likeness *likes, int64_t rows,
    struct fault *f)
{
	int whole = v->nparts > 0 || rows == 0;
	size_t i;

	for (i = 0; i < v->nparts; i++) {
		if ((likes[i] = compare(h, v, &v->parts[i], f)) == FAILED)
			return -1;
		whole &= likes[i] == EQUAL;
	}
	return whole;
}

/*
 * The parts are about to be moved away: whoever comes after us, if we are
 * killed, must not take them for deleted by someone.
 */
static int
forget_part(
    struct hold *h, const char *day, enum sheet_kind kind, struct fault *f)
{
	if (strcmp(h->control.day, day) != 0)
		return 0;
	h->control.sheets[kind].state = PART_UNKNOWN;
	return hold_save(h, 0, f);
}

/* Under the lock, one kind of the day's sheets. */
static int
make_sheet(struct hold *h, const char *day, enum sheet_kind kind,
    struct rebuild *out, struct fault *f)
{
	struct view *v = &h->views[kind];
	enum likeness *likes = calloc(v->nparts + 1, sizeof(*likes));
	struct appendfile_state now;
	int64_t *rows = kind == SHEET_TEST ? &out->tests : &out->leads;
	size_t i;
	int rc = likes == NULL ? fault_memory(f) : count_rows(v, rows, f);

	if (rc == 0)
		rc = move_ended(h, v, out, f);
	if (rc == 0)
		rc = is_whole(h, v, likes, *rows, f);
	if (rc != 0)
		goto out;
	rc = forget_part(h, day, kind, f);
	for (i = 0; i < v->nparts && rc == 0; i++)
		if (likes[i] != MISSING)
			rc = move(h, &v->parts[i], likes[i], out, f);
	if (rc == 0)
		rc = hold_last(h, day, &now, f) == -1 ? -1 : 0;
	if (rc == 0)
		rc = parts_begin(
		    h, day, kind, &h->settings->shape, RECORD_ALL, 1, f);
	out->is_new = 1;
out:
	free(likes);
	return rc == -1 ? -1 : 0;
}

/* Was the sheet made, or only named, as there is no room? */
static int
check_sheet(struct hold *h, enum sheet_kind kind, struct fault *f)
{
	struct view *v = &h->views[kind];
	const struct view_part *p = view_current(v);
	char path[PATH_MAX];
	struct stat st;

	if (p == NULL)
		return 0;
	part_path(path, h->sheets, &p->file);
	if (lstat(path, &st) == 0)
		return 0;
	return fault_set(f, FAULT_STORAGE, 0, "%s",
	    h->note[0] == '\0' ? "a sheet can't be made" : h->note);
}

static int
make_day(struct hold *h, const char *day, struct rebuild *out, struct fault *f)
{
	struct segments all = {0};
	int kind, rc = segments_list(h->journal, day, &all, f);

	out->has_journal = all.n > 0;
	segments_free(&all);
	if (rc == -1 || !out->has_journal)
		return rc;
	if (turn_view(h, day, f) == -1)
		return -1;
	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (make_sheet(h, day, (enum sheet_kind)kind, out, f) == -1 ||
		    check_sheet(h, (enum sheet_kind)kind, f) == -1)
			return -1;
	return 0;
}

int
rebuild_day(
    struct hold *h, const char *day, struct rebuild *out, struct fault *f)
{
	memset(out, 0, sizeof(*out));
	if (turn_begin(h, f) == -1)
		return -1;
	return turn_end(h, make_day(h, day, out, f), f);
}

void
rebuild_free(struct rebuild *out)
{
	free(out->moved);
	memset(out, 0, sizeof(*out));
}

/* Under the lock: of an index that isn't known catching up trusts nothing. */
static int
make_index(struct hold *h, struct fault *f)
{
	struct control *c = &h->control;
	struct place end = {.segment = c->segment};

	if (c->day[0] == '\0')
		return 0;
	h->indexed = 0;
	c->index = 0;
	if (catchup_run(h, f) == -1)
		return -1;
	memcpy(end.day, c->day, sizeof(end.day));
	end.offset = c->size;
	return index_sync(h->index, &end, f);
}

int
rebuild_index(struct hold *h, struct fault *f)
{
	if (turn_begin(h, f) == -1)
		return -1;
	return turn_end(h, make_index(h, f), f);
}

static int
write_task(struct hold *h, const struct pending *p, struct fault *f)
{
	if (turn_begin(h, f) == -1)
		return -1;
	return turn_end(h, pending_write(&h->endpoint, p, f), f);
}

int
rebuild_start(struct hold *h, const struct bytes *days, struct fault *f)
{
	const struct pending p = {.task = PENDING_REBUILD, .days = *days};

	return write_task(h, &p, f);
}

int
rebuild_finish(struct hold *h, struct fault *f)
{
	const struct pending nothing = {.task = PENDING_NOTHING};

	return write_task(h, &nothing, f);
}
