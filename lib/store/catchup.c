/* catchup: index and sheets up to what the journal holds; see catchup.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/segments.h"
#include "store/catchup.h"
#include "store/keys.h"
#include "store/parts.h"

/*
 * Is the index another than the record names, or was it changed by someone
 * else?  Our last turn wrote keys first and the record then.  Where the clock
 * was set back in between the older of the two times tells nothing.
 */
static int
is_changed(const struct hold *h, const struct index_state *now)
{
	const struct control *c = &h->control;

	return now->inode != c->index || now->ctime > h->written ||
	       (now->ctime < c->index_ctime && h->written >= c->index_ctime);
}

/*
 * Have the index open that stands under its name.  *changed: it was not brought
 * up in this turn, and is not the one that the record names, or was changed
 * after the record was written.
 */
static int
open_index(struct hold *h, int *changed, struct fault *f)
{
	struct index_state now;
	struct fault why = {0};
	struct place place;

	*changed = 0;
	if (h->index != NULL)
		index_refresh(h->index);
	if (h->index != NULL && !index_is_private(h->index) &&
	    index_is_current(h->index, &now)) {
		*changed = !h->indexed && is_changed(h, &now);
		if (!h->indexed)
			h->index_ctime = now.ctime;
		return 0;
	}
	/* One of our own is given up once the file can be had again. */
	if (h->index != NULL && index_is_private(h->index) &&
	    access(h->endpoint.dir, W_OK) == -1)
		return 0;
	index_close(h->index);
	h->indexed = 0;
	if ((h->index = index_open(h->index_path, f)) == NULL ||
	    index_look(h->index, &now, f) == -1)
		return -1;
	h->index_inode = now.inode;
	h->index_ctime = now.ctime;
	if (index_is_private(h->index))
		hold_note(h,
		    "%s can't be written; this process keeps an index of its "
		    "own",
		    h->index_path);
	/* One that was just made may have the inode of the one before. */
	else if (is_changed(h, &now) ||
		 index_synced(h->index, &place, &why) != 1)
		*changed = 1;
	return why.kind == FAULT_MEMORY ? fault_take(f, &why) : 0;
}

/* Hold the control record against the world. */
static int
find_difference(struct hold *h, struct keys_difference *d, struct fault *f)
{
	const struct control *c = &h->control;
	struct appendfile_state now;
	char path[PATH_MAX];
	int missing, changed;

	memset(d, 0, sizeof(*d));
	if (open_index(h, &changed, f) == -1)
		return -1;
	d->boot = !hold_same_boot(h);
	d->index = !h->indexed &&
	           (changed || c->index_behind || index_is_private(h->index));
	if (!h->known || c->day[0] == '\0')
		return 0;
	segments_path(path, h->journal, c->day, c->segment);
	missing = appendfile_stat(path, &now) == -1;
	if (missing && errno != ENOENT)
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a plain file; move it away", path);
	d->older = missing || now.inode != c->inode ||
	           (now.size < c->size && !d->boot);
	d->longer = !d->older && now.size > c->size;
	/* Who was killed had written records before keys. */
	d->touched =
	    changed && !d->boot && (!d->longer || h->index_inode != c->index);
	return 0;
}

/* Have the segment open that the record names, if it is that one. */
static int
reach_segment(struct hold *h, struct fault *f)
{
	const struct control *c = &h->control;
	struct appendfile_state now;
	char path[PATH_MAX];

	if (h->segment != NULL && h->number == c->segment &&
	    strcmp(h->day, c->day) == 0)
		return appendfile_is_current(h->segment, &now) &&
		       now.inode == c->inode && now.size == c->size;
	segments_path(path, h->journal, c->day, c->segment);
	if (appendfile_stat(path, &now) == -1 || now.inode != c->inode ||
	    now.size != c->size)
		return 0;
	return hold_segment(h, c->day, c->segment, &now, f) == -1 ? -1 : 1;
}

/* The same for the part of a sheet. */
static int
reach_part(struct hold *h, enum sheet_kind kind, struct fault *f)
{
	const struct part *p = &h->control.sheets[kind];
	struct appendfile_state now;
	struct fault ignored = {0};
	struct name name;
	char path[PATH_MAX];

	if (p->state != PART_MADE ||
	    p->shape != shape_hash(&h->settings->shape))
		return 0;
	name = names_part(kind, h->control.day, p->number, p->format);
	part_path(path, h->sheets, &name);
	if (h->files[kind] == NULL ||
	    strcmp(appendfile_path(h->files[kind]), path) != 0) {
		appendfile_close(h->files[kind]);
		h->files[kind] =
		    appendfile_open(path, APPENDFILE_APPEND, &ignored);
		if (h->files[kind] == NULL)
			return ignored.kind == FAULT_MEMORY
			           ? fault_take(f, &ignored)
			           : 0;
	}
	return appendfile_is_current(h->files[kind], &now) &&
	       p->inode == now.inode && p->size == now.size &&
	       p->mtime == now.mtime && p->ctime == now.ctime;
}

/* Was there a sheet that couldn't be made, or lacks rows? */
static int
lacks_rows(const struct control *c)
{
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (c->sheets[kind].state == PART_NAMED ||
		    c->sheets[kind].state == PART_BEHIND)
			return 1;
	return c->owed[0] != '\0';
}

/*
 * Most of the time these looks are all that a delivery costs: at the files that
 * the record names, and at no others.
 */
int
catchup_is_ready(
    struct hold *h, const char *day, unsigned wanted, struct fault *f)
{
	const struct control *c = &h->control;
	int kind, rc, changed;

	/* What waits for the settings lacks rows, and nothing can be done. */
	if (!hold_same_boot(h) || c->failed ||
	    (lacks_rows(c) && !h->settings->waits) || strcmp(c->day, day) != 0)
		return 0;
	if (open_index(h, &changed, f) == -1)
		return -1;
	if (changed || c->index_behind || index_is_private(h->index))
		return 0;
	if ((rc = reach_segment(h, f)) != 1)
		return rc;
	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (!h->settings->waits &&
		    (wanted & CATCHUP_SHEET(kind)) != 0 &&
		    (rc = reach_part(h, (enum sheet_kind)kind, f)) != 1)
			return rc;
	h->indexed = 1;
	return 1;
}

/* The day that was written last: its sheets are to be looked at. */
static void
find_old_day(
    struct hold *h, const struct segments *all, char old[static UTC_DAY_SIZE])
{
	struct fault ignored = {0};
	struct place synced;

	old[0] = '\0';
	if (h->known && h->control.day[0] != '\0')
		memcpy(old, h->control.day, UTC_DAY_SIZE);
	else if (index_synced(h->index, &synced, &ignored) == 1)
		memcpy(old, synced.day, UTC_DAY_SIZE);
	else if (all->n > 0)
		memcpy(old, all->list[all->n - 1].day, UTC_DAY_SIZE);
}

/* Days whose sheets couldn't be brought up then: try again. */
static int
pay(struct hold *h, const char *day, const struct segments *all,
    const struct plan_turn *turn, struct fault *f)
{
	char owed[UTC_DAY_SIZE], done[UTC_DAY_SIZE] = "";
	struct fault ignored = {0};
	size_t i;

	memcpy(owed, h->control.owed, sizeof(owed));
	if (owed[0] == '\0' || h->settings->waits ||
	    access(h->sheets, W_OK | X_OK) == -1)
		return 0;
	h->control.owed[0] = '\0';
	for (i = 0; i < all->n; i++) {
		const char *its = all->list[i].day;

		if (strcmp(its, owed) < 0 || strcmp(its, day) == 0 ||
		    strcmp(its, done) == 0)
			continue;
		memcpy(done, its, sizeof(done));
		if (parts_close(h, its, turn, f) == 0)
			continue;
		memcpy(h->control.owed, owed, sizeof(owed));
		/* A record of the failure may have been saved without. */
		if (h->control.failed && hold_save(h, 0, &ignored) == -1)
			fault_clear(&ignored);
		return -1;
	}
	return 0;
}

/* Have the record name the day's last segment, which is open then. */
static int
go_to_segment(
    struct hold *h, const char *day, struct plan_turn *turn, struct fault *f)
{
	struct control *c = &h->control;
	struct appendfile_state now;
	struct fault why = {0};
	struct place place;
	int rc = hold_last(h, day, &now, f);

	if (rc == -1 || (rc == 0 && hold_segment(h, day, 1, &now, f) == -1))
		return -1;
	turn->changed = !turn->same_boot || strcmp(c->day, day) != 0 ||
	                c->segment != h->number;
	if (strcmp(c->day, day) != 0)
		memset(c->sheets, 0, sizeof(c->sheets));
	(void)snprintf(c->day, sizeof(c->day), "%s", day);
	c->segment = h->number;
	c->inode = now.inode;
	c->size = now.size;
	c->failed = c->copied = 0;
	if (!turn->changed)
		return 0;
	/* Whoever made it may have been killed before its name was synced. */
	if (appendfile_sync_parent(appendfile_path(h->segment), f) == -1)
		return -1;
	(void)snprintf(place.day, sizeof(place.day), "%s", day);
	place.segment = h->number;
	place.offset = now.size;
	/* It is gone where this fails, and made again by the next one. */
	if (index_sync(h->index, &place, &why) == -1)
		hold_lose_index(h, &why);
	return 0;
}

/* Have the sheets open that rows are about to go to. */
static int
open_files(struct hold *h, unsigned wanted, struct fault *f)
{
	struct appendfile_state now;
	struct fault why = {0};
	struct name name;
	char path[PATH_MAX];
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++) {
		struct part *p = &h->control.sheets[kind];

		if ((wanted & 1u << kind) == 0 || p->state != PART_MADE)
			continue;
		name = names_part((enum sheet_kind)kind, h->control.day,
		    p->number, p->format);
		part_path(path, h->sheets, &name);
		if (h->files[kind] != NULL &&
		    strcmp(appendfile_path(h->files[kind]), path) == 0 &&
		    appendfile_is_current(h->files[kind], &now))
			continue;
		appendfile_close(h->files[kind]);
		h->files[kind] = appendfile_open(path, APPENDFILE_APPEND, &why);
		if (h->files[kind] != NULL)
			continue;
		if (why.kind == FAULT_MEMORY)
			return fault_take(f, &why);
		hold_note(h, "the sheet will catch up: %.200s", why.text);
		p->state = PART_BEHIND;
		fault_clear(&why);
	}
	return 0;
}

/* Directories that may be missing; only the journal's must be there. */
static int
make_directories(struct hold *h, struct fault *f)
{
	struct fault why = {0};

	if (appendfile_mkdir(h->journal, f) == -1)
		return -1;
	if (appendfile_mkdir(h->sheets, &why) == -1)
		hold_note(h, "the sheets will catch up: %.200s", why.text);
	return 0;
}

/* All that a few looks could not tell. */
static int
catch_up(struct hold *h, const char *day, unsigned wanted, struct fault *f)
{
	struct segments all = {0};
	struct keys_difference d;
	struct plan_turn turn = {.wanted = wanted};
	char old[UTC_DAY_SIZE];
	int rc = -1;

	if (make_directories(h, f) == -1 ||
	    (h->control.failed && hold_go_on(h, f) == -1))
		return -1;
	if (find_difference(h, &d, f) == -1 ||
	    segments_list(h->journal, NULL, &all, f) == -1)
		goto out;
	find_old_day(h, &all, old);
	if (keys_catch_up(h, &all, &d, f) == -1) {
		/* What it lacks is told by its head when it is opened anew. */
		index_close(h->index);
		h->index = NULL;
		goto out;
	}
	h->indexed = 1;
	turn.same_boot = !d.boot;
	turn.longer = d.longer;
	turn.older = d.older;
	if (day == NULL)
		day = old;
	if (day[0] == '\0') {
		rc = 0; /* nothing has come yet */
		goto out;
	}
	if (old[0] != '\0' && strcmp(old, day) != 0 &&
	    parts_close(h, old, &turn, f) == -1)
		goto out;
	if (pay(h, day, &all, &turn, f) == -1)
		goto out;
	if (go_to_segment(h, day, &turn, f) == -1 ||
	    parts_bring(h, &turn, f) == -1)
		goto out;
	rc = open_files(h, wanted, f);
out:
	segments_free(&all);
	return rc;
}

int
catchup_run(struct hold *h, struct fault *f)
{
	if (catch_up(h, NULL, 0, f) == -1)
		return -1;
	return h->control.day[0] == '\0' ? 0 : hold_save(h, 0, f);
}

int
catchup_day(struct hold *h, const char *day, unsigned wanted, struct fault *f)
{
	if (catch_up(h, day, wanted, f) == -1)
		return -1;
	h->saved = 0;
	return 0;
}
