/* view: the sheets of a day as its journal makes them; see view.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "journal/cursor.h"
#include "sheet/sheet.h"
#include "sheet/view.h"
#include "webhook/leads.h"

#define PIECE (256 << 10) /* bytes a write, and a read of a file */

static int
add_delivery(struct view *v, const struct record *r, const struct place *at,
    struct fault *f)
{
	struct view_delivery *d =
	    array_grow(v->list, v->n, &v->room, sizeof(*v->list));

	if (d == NULL)
		return fault_memory(f);
	v->list = d;
	d = &v->list[v->n++];
	d->segment = at->segment;
	d->offset = at->offset;
	d->received = r->received;
	return 0;
}

/*
 * A file that was named before is another part from here on; with all every
 * part before ends.
 */
static int
end_parts(struct view *v, const struct name *file, int all, struct fault *f)
{
	struct view_part *longer;
	size_t i, kept = 0;

	for (i = 0; i < v->nparts; i++) {
		if (!all && (v->parts[i].file.number != file->number ||
				v->parts[i].file.format != file->format)) {
			v->parts[kept++] = v->parts[i];
			continue;
		}
		longer = array_grow(
		    v->ended, v->nended, &v->ended_room, sizeof(*v->ended));
		if (longer == NULL)
			return fault_memory(f);
		v->ended = longer;
		v->ended[v->nended++] = v->parts[i];
	}
	v->nparts = kept;
	return 0;
}

/* Every number that was ever named: a later part takes none of them. */
static int
add_number(struct view *v, int number, struct fault *f)
{
	int *longer = array_grow(
	    v->numbers, v->nnumbers, &v->numbers_room, sizeof(*v->numbers));

	if (longer == NULL)
		return fault_memory(f);
	v->numbers = longer;
	v->numbers[v->nnumbers++] = number;
	return 0;
}

static int
add_part(struct view *v, const struct record *r, struct fault *f)
{
	const struct record_sheet *s = &r->sheet;
	const struct view_part *before = view_current(v);
	size_t least = before == NULL ? 0 : before->first;
	struct view_part *p;

	if (add_number(v, s->file.number, f) == -1)
		return -1;
	if (v->nparts > 0)
		v->parts[v->nparts - 1].end = v->n;
	if (s->again == RECORD_ALL)
		least = 0;
	if (end_parts(v, &s->file, s->again == RECORD_ALL, f) == -1)
		return -1;
	p = array_grow(v->parts, v->nparts, &v->parts_room, sizeof(*v->parts));
	if (p == NULL)
		return fault_memory(f);
	v->parts = p;
	p = &v->parts[v->nparts++];
	p->file = s->file;
	p->shape = s->shape;
	p->named = r->received;
	p->first = s->again == RECORD_ALL            ? 0
	           : (size_t)s->again > v->n - least ? least
	                                             : v->n - (size_t)s->again;
	p->end = v->n;
	return 0;
}

static int
add_record(struct view v[static SHEET_KINDS], const struct record *r,
    const struct place *at, struct fault *f)
{
	enum sheet_kind kind;

	if (record_makes_rows(r, &kind))
		return add_delivery(&v[kind], r, at, f);
	/* What names another day's file was not written by us. */
	if (r->kind == RECORD_SHEET && strcmp(r->sheet.file.day, v->day) == 0)
		return add_part(&v[r->sheet.file.sheet], r, f);
	return 0;
}

int
view_read(struct view v[static SHEET_KINDS], const char *journal,
    const char *day, const char *zone, enum appendfile_mode mode,
    struct fault *f)
{
	struct cursor cursor = {0};
	struct record r;
	enum cursor_result next = CURSOR_FAILED;
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++) {
		v[kind].n = v[kind].nparts = v[kind].nnumbers = 0;
		v[kind].nended = 0;
		v[kind].kind = (enum sheet_kind)kind;
		v[kind].mode = mode;
		v[kind].zone = zone;
		v[kind].stopped = 0;
		(void)snprintf(
		    v[kind].journal, sizeof(v[kind].journal), "%s", journal);
		(void)snprintf(v[kind].day, sizeof(v[kind].day), "%s", day);
	}
	if (cursor_day(&cursor, journal, day, NULL, mode, f) == 0)
		while ((next = cursor_next(&cursor, &r, f)) > CURSOR_END)
			if (next == CURSOR_RECORD &&
			    add_record(v, &r, &cursor.place, f) == -1) {
				next = CURSOR_FAILED;
				break;
			}
	cursor_free(&cursor);
	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (v[kind].nparts > 0)
			v[kind].parts[v[kind].nparts - 1].end = v[kind].n;
	return next == CURSOR_FAILED ? -1 : 0;
}

const struct view_part *
view_current(const struct view *v)
{
	return v->nparts == 0 ? NULL : &v->parts[v->nparts - 1];
}

int
view_is_sealed(const struct view_part *p)
{
	return p->shape.rules != SHAPE_RULES ||
	       !utc_zone_exists(p->shape.timezone);
}

/* What a walk over a part's deliveries hands on. */
struct walk {
	struct view *view;
	const struct view_part *part;
	struct leads leads;
	/* The delivery in hand: other than 0 ends the walk. */
	int (*each)(
	    struct walk *, size_t, const struct record *, struct fault *);

	int (*visit)(void *, size_t, const struct record *, size_t);
	void *context;

	/* The bytes of the part, as far as they are made and not yet used. */
	struct bytes made;
	struct bytes there; /* of the file, to be compared */
	struct appendfile *file;
	struct view_comparison *comparison;
};

static int
walk(struct walk *w, struct fault *f)
{
	const struct view_part *p = w->part;
	struct view *v = w->view;
	struct place from = {.segment = 1};
	struct cursor cursor = {0};
	enum cursor_result next = CURSOR_END;
	enum sheet_kind kind;
	struct record r;
	size_t i = p->first;
	int rc = 0;

	w->leads.most = LEADS_CELL;
	if (p->first == p->end)
		return 0;
	(void)snprintf(from.day, sizeof(from.day), "%s", v->day);
	from.segment = v->list[i].segment;
	from.offset = v->list[i].offset;
	if (cursor_day(&cursor, v->journal, v->day, &from, v->mode, f) == -1)
		next = CURSOR_FAILED;
	while (rc == 0 && next != CURSOR_FAILED && i < p->end &&
	       (next = cursor_next(&cursor, &r, f)) > CURSOR_END)
		if (next == CURSOR_RECORD && record_makes_rows(&r, &kind) &&
		    kind == v->kind)
			rc = w->each(w, i++, &r, f);
	cursor_free(&cursor);
	return next == CURSOR_FAILED ? -1 : rc;
}

/* Have what is made written, or compared; other than 0 ends the walk. */
static int
use_made(struct walk *w, struct fault *f)
{
	struct view_comparison *c = w->comparison;
	size_t n = w->made.len, got = 0, i;
	int torn, rc = 0;
	ssize_t some;

	if (c == NULL) {
		rc = appendfile_write(w->file, &w->made, &torn, f);
		bytes_reset(&w->made);
		return rc;
	}
	bytes_reset(&w->there);
	if (bytes_reserve(&w->there, n) == -1)
		return bytes_check(&w->there, f);
	for (; got < n; got += (size_t)some) {
		some = appendfile_read(w->file, w->there.data + got, n - got,
		    c->view + (int64_t)got, f);
		if (some == -1)
			return -1;
		if (some == 0)
			break;
	}
	if (c->same && memcmp(w->there.data, w->made.data, got) != 0)
		c->same = 0;
	for (i = 0; i < got && !c->same && c->same_or_nul; i++)
		c->same_or_nul = w->there.data[i] == '\0' ||
		                 w->there.data[i] == w->made.data[i];
	c->view += (int64_t)n;
	bytes_reset(&w->made);
	if (w->view->step != NULL &&
	    w->view->step(w->view->context, (int64_t)n) != 0)
		w->view->stopped = 1;
	return w->view->stopped || (!c->same && !c->same_or_nul);
}

static int
make_rows(struct walk *w, size_t i, const struct record *r, struct fault *f)
{
	struct sheet_rows rows;
	int more, rc;

	(void)i;
	if (leads_read(&w->leads, r->body, r->body_len, f) == -1)
		return -1;
	sheet_rows_begin(&rows, &w->part->shape, r, &w->leads);
	do {
		more = sheet_rows_next(&rows, &w->made, PIECE, f);
		if (more == -1)
			return -1;
		if (w->made.len >= PIECE && (rc = use_made(w, f)) != 0)
			return rc;
	} while (more);
	return 0;
}

static int
count_rows(struct walk *w, size_t i, const struct record *r, struct fault *f)
{
	if (leads_read(&w->leads, r->body, r->body_len, f) == -1)
		return -1;
	return w->visit(w->context, i, r, leads_count(&w->leads));
}

static void
free_walk(struct walk *w)
{
	leads_free(&w->leads);
	bytes_free(&w->made);
	bytes_free(&w->there);
}

/* Make all bytes of a part, in the time zone of its shape. */
static int
make(struct walk *w, struct fault *f)
{
	int moves = strcmp(w->part->shape.timezone, w->view->zone) != 0;
	struct fault why = {0};
	int rc;

	if (moves && utc_zone(w->part->shape.timezone, f) == -1)
		return -1;
	sheet_header(&w->made, &w->part->shape);
	if (w->comparison != NULL)
		w->comparison->header = (int64_t)w->made.len;
	w->each = make_rows;
	if ((rc = walk(w, f)) == 0)
		rc = bytes_check(&w->made, f) == -1 ? -1 : use_made(w, f);
	free_walk(w);
	if (moves && utc_zone(w->view->zone, &why) == -1)
		return fault_take(f, &why);
	return rc == -1 ? -1 : 0;
}

int
view_write(struct view *v, const struct view_part *p, struct appendfile *to,
    struct fault *f)
{
	struct walk w = {.view = v, .part = p, .file = to};

	return make(&w, f);
}

int
view_compare(struct view *v, const struct view_part *p, struct appendfile *file,
    struct view_comparison *out, struct fault *f)
{
	struct walk w = {.view = v, .part = p, .file = file, .comparison = out};
	struct appendfile_state now;

	memset(out, 0, sizeof(*out));
	out->same = out->same_or_nul = 1;
	if (appendfile_look(file, &now, f) == -1)
		return -1;
	out->file = now.size;
	return make(&w, f);
}

int
view_visit(struct view *v, const struct view_part *p,
    int (*visit)(void *, size_t, const struct record *, size_t), void *context,
    struct fault *f)
{
	struct walk w = {.view = v,
	    .part = p,
	    .each = count_rows,
	    .visit = visit,
	    .context = context};
	int rc = walk(&w, f);

	free_walk(&w);
	return rc;
}

/* A delivery that makes rows ends the visit. */
static int
has_rows(void *context, size_t i, const struct record *r, size_t rows)
{
	(void)context;
	(void)i;
	(void)r;
	return rows > 0;
}

int
view_has_rows(struct view *v, struct fault *f)
{
	const struct view_part all = {.first = 0, .end = v->n};

	return view_visit(v, &all, has_rows, NULL, f);
}

void
view_free(struct view v[static SHEET_KINDS])
{
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++) {
		free(v[kind].list);
		free(v[kind].parts);
		free(v[kind].ended);
		free(v[kind].numbers);
		memset(&v[kind], 0, sizeof(v[kind]));
	}
}
