/* forget: the leads of persons leave; see forget.h. */
#include <stdio.h>
#include <string.h>

#include "access/pagedir.h"
#include "base/appendfile.h"
#include "config/shape.h"
#include "sheet/part.h"
#include "sheet/view.h"
#include "store/hold.h"
#include "task/listing.h"
#include "task/turn.h"
#include "upkeep/forget.h"
#include "upkeep/judged.h"

/* A day on its way. */
struct day {
	struct hold *hold;
	struct redaction *redaction;
	const char *name;
	struct rewritten segments;
	struct pending pending; /* as the file has it */
	struct judged judged;   /* its sheets */
};

int
forget_scan(const char *journal, struct redaction *g, struct segments *hits,
    struct fault *f)
{
	size_t i, taken, kept = 0;
	int rc = segments_list(journal, NULL, hits, f);

	for (i = 0; i < hits->n && rc == 0; i++) {
		rc = redaction_scan(g, journal, &hits->list[i], &taken, f);
		if (taken > 0)
			hits->list[kept++] = hits->list[i];
	}
	hits->n = kept;
	return rc;
}

/* Has the part leads to go, and no column in which they could be found? */
static int
is_unsure(const struct day *d, const struct view_part *p, const struct view *v)
{
	int urn = shape_column("urn", 3);
	size_t i, k;

	for (i = 0; i < p->shape.ncolumns; i++)
		if (p->shape.columns[i] == urn)
			return 0;
	for (k = 0; k < d->redaction->nhits; k++)
		for (i = p->first; i < p->end; i++)
			if (v->list[i].segment ==
				d->redaction->hits[k].segment &&
			    v->list[i].offset == d->redaction->hits[k].offset)
				return 1;
	return 0;
}

static void
name_file(struct day *d, const struct listed *l)
{
	char path[LISTING_SHEET_SIZE], text[LISTING_SHEET_SIZE + 8];

	listing_sheet(path, l);
	(void)snprintf(text, sizeof(text), "sheets/%s", path);
	pending_add(&d->pending.named, text, strlen(text));
}

/* It is someone's: is it to be named, as their rows can't be told? */
static void
name_unsure(void *context, const struct listed *l)
{
	struct day *d = context;
	const struct view *v = &d->hold->views[l->name.sheet];
	const struct view_part *p;
	size_t i;

	for (i = 0; i < v->nparts + v->nended; i++) {
		p = i < v->nparts ? &v->parts[i] : &v->ended[i - v->nparts];
		if (p->file.number == l->name.number &&
		    p->file.format == l->name.format && is_unsure(d, p, v))
			name_file(d, l);
	}
}

/* Someone has saved it just now: it is theirs. */
static void
name_changed(void *context, const struct listed *l)
{
	name_file(context, l);
}

/* What the file has, and what is ours to add. */
static int
read_pending(struct hold *h, struct pending *p, const struct pending *mine,
    struct fault *f)
{
	if (pending_read(&h->endpoint, p, f) == -1)
		return -1;
	if (p->task != PENDING_FORGET)
		pending_free(p);
	p->task = PENDING_FORGET;
	pending_join(&p->urns, &mine->urns);
	pending_join(&p->texts, &mine->texts);
	pending_join(&p->named, &mine->named);
	return 0;
}

/*
 * Which sheets are ours stands in the file before the journal changes, and not
 * any more when they are made again.
 */
static int
change(struct day *d, struct fault *f)
{
	struct pending *p = &d->pending;
	struct bytes none = {0};
	const struct judged_others others = {name_unsure, name_changed, d};
	int rc = -1;

	if (judged_read(&d->judged, d->hold, d->name, &p->files, &others, f) ==
	    -1)
		return -1;
	(void)snprintf(p->day, sizeof(p->day), "%s", d->name);
	bytes_free(&p->files);
	p->files = d->judged.files;
	d->judged.files = none;
	if (pending_write(&d->hold->endpoint, p, f) == 0 &&
	    (d->segments.changed == 0 ||
		(rewrite_place(&d->segments, d->hold, f) == 0 &&
		    rewrite_index(&d->segments, d->hold, f) == 0)) &&
	    judged_mend(&d->judged, d->hold, d->name, &others, f) == 0) {
		p->day[0] = '\0';
		bytes_reset(&p->files);
		rc = pending_write(&d->hold->endpoint, p, f);
	}
	return rc;
}

/* Under the lock. */
static int
do_day(struct hold *h, struct redaction *g, struct pending *mine,
    const char *name, struct fault *f)
{
	struct day d = {.hold = h, .redaction = g, .name = name};
	const struct rewrite how = redaction_rewrite(g);
	int rc = -1;

	if (rewrite_begin(&d.segments, &how, h, name, f) == -1 ||
	    read_pending(h, &d.pending, mine, f) == -1)
		goto out;
	rc = d.segments.changed > 0 || (d.pending.files.len > 0 &&
					   strcmp(d.pending.day, name) == 0)
	         ? change(&d, f)
	         : 0;
	if (rc == 0) {
		pending_join(&mine->named, &d.pending.named);
		rc = bytes_check(&mine->named, f);
	}
out:
	rewrite_end(&d.segments);
	pending_free(&d.pending);
	judged_free(&d.judged);
	return rc;
}

int
forget_start(
    struct hold *h, struct redaction *g, struct pending *mine, struct fault *f)
{
	struct pending p = {0};
	int rc = -1;

	if (turn_begin(h, f) == -1)
		return -1;
	if (read_pending(h, &p, mine, f) == 0 &&
	    pending_write(&h->endpoint, &p, f) == 0 &&
	    pagedir_clear_beside(&h->endpoint, f) == 0) {
		pending_join(&mine->texts, &p.texts);
		pending_join(&mine->named, &p.named);
		rc = p.files.len == 0 ? 0 : do_day(h, g, mine, p.day, f);
	}
	pending_free(&p);
	return turn_end(h, rc, f);
}

int
forget_day(struct hold *h, struct redaction *g, struct pending *mine,
    const char *day, struct fault *f)
{
	if (turn_begin(h, f) == -1)
		return -1;
	return turn_end(h, do_day(h, g, mine, day, f), f);
}

/* Does a torn tail, which is half a record, name them?  1, 0, or -1. */
static int
look_at_torn(struct appendfile *file, int64_t size, struct redaction *g,
    int *may, struct fault *f)
{
	struct bytes b = {0};
	ssize_t n;
	int rc = -1;

	if (bytes_reserve(&b, (size_t)size + 1) == -1) {
		rc = bytes_check(&b, f);
	} else if ((n = appendfile_read(file, b.data, b.cap, 0, f)) != -1) {
		*may = persons_may_stand(&g->persons, b.data, (size_t)n);
		rc = persons_stand(&g->persons, b.data, (size_t)n, f);
	}
	bytes_free(&b);
	return rc;
}

/* What can't be told of it is named. */
static int
sweep_torn(struct hold *h, struct redaction *g, struct pending *mine,
    const struct listed *l, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file;
	char path[PATH_MAX];
	size_t n = strlen(h->endpoint.dir) + 1;
	int rc = 0, may = 1;

	listing_path(path, &h->endpoint, l);
	file = appendfile_open(path, APPENDFILE_READ, &why);
	if (file != NULL)
		rc = look_at_torn(file, l->size, g, &may, f);
	else if (!listing_is_others(&why))
		rc = fault_take(f, &why);
	appendfile_close(file);
	if (rc == 1)
		return listing_remove(&h->endpoint, l, f);
	if (rc == 0 && may)
		pending_add(&mine->named, path + n, strlen(path) - n);
	return rc;
}

static int
sweep(
    struct hold *h, struct redaction *g, struct pending *mine, struct fault *f)
{
	struct listing all = {0};
	size_t i;
	int rc = listing_read(&all, &h->endpoint, NULL, f);

	for (i = 0; i < all.n && rc == 0; i++)
		if (all.list[i].name.is_new)
			rc = listing_remove(&h->endpoint, &all.list[i], f);
		else if (all.list[i].name.kind == NAME_TORN)
			rc = sweep_torn(h, g, mine, &all.list[i], f);
	listing_free(&all);
	for (i = LISTING_JOURNAL; i <= LISTING_REPLACED && rc == 0; i++)
		rc = listing_sync(&h->endpoint, (enum listing_room)i, f);
	return rc == 0 ? bytes_check(&mine->named, f) : rc;
}

int
forget_sweep(
    struct hold *h, struct redaction *g, struct pending *mine, struct fault *f)
{
	if (turn_begin(h, f) == -1)
		return -1;
	return turn_end(h, sweep(h, g, mine, f), f);
}

int
forget_is_made(struct hold *h, const struct name *name, struct fault *f)
{
	struct fault why = {0};
	struct appendfile *file;
	char path[PATH_MAX];
	int rc = -1;

	if (turn_begin(h, f) == -1)
		return -1;
	part_path(path, h->sheets, name);
	file = appendfile_open(path, APPENDFILE_READ, &why);
	if (file == NULL)
		rc = listing_is_others(&why) ? 0 : fault_take(f, &why);
	else if (turn_view(h, name->day, f) == 0)
		rc = judged_is_made(h, name, file, f);
	appendfile_close(file);
	return turn_end(h, rc, f);
}

/*
 * Under the lock, as another one may be at work for other persons.  The page
 * may have read on while the days were written.
 */
int
forget_finish(struct hold *h, const struct bytes *urns, struct fault *f)
{
	struct pending p = {0};
	int rc = -1;

	if (turn_begin(h, f) == -1)
		return -1;
	if (pagedir_clear_beside(&h->endpoint, f) == 0 &&
	    pending_read(&h->endpoint, &p, f) != -1) {
		pending_drop(&p.urns, urns);
		if (p.task == PENDING_FORGET && p.urns.len == 0)
			p.task = PENDING_NOTHING;
		rc = pending_write(&h->endpoint, &p, f);
	}
	pending_free(&p);
	return turn_end(h, rc, f);
}
