/* parts: the two sheets of a day; see parts.h. */
#include <stdio.h>
#include <string.h>

#include "store/parts.h"
#include "store/plan.h"

void
parts_note(struct hold *h, struct part *p, const struct view_part *v,
    enum part_state state)
{
	struct appendfile_state now = {.size = 0};
	struct part left = {.state = state};
	char path[PATH_MAX];

	part_path(path, h->sheets, &v->file);
	if (appendfile_stat(path, &now) == 0) {
		left.inode = now.inode;
		left.size = now.size;
		left.mtime = now.mtime;
		left.ctime = now.ctime;
	}
	plan_set(p, v, state, &left);
}

/* Could the current part not be made? */
static int
is_missing(const struct hold *h, const struct view *v)
{
	const struct view_part *p = view_current(v);
	struct appendfile_state now;
	char path[PATH_MAX];

	if (p == NULL)
		return 0;
	part_path(path, h->sheets, &p->file);
	return appendfile_stat(path, &now) == -1;
}

/* Have the current part on stable storage; what can't be is left. */
static void
sync_part(struct hold *h, const struct view *v)
{
	const struct view_part *p = view_current(v);
	struct fault ignored = {0};
	struct appendfile *file;
	char path[PATH_MAX];

	if (p == NULL)
		return;
	part_path(path, h->sheets, &p->file);
	file = appendfile_open(path, APPENDFILE_READ, &ignored);
	if (file != NULL && appendfile_sync(file, &ignored) == 0 &&
	    appendfile_sync_parent(path, &ignored) == 0)
		fault_clear(&ignored);
	appendfile_close(file);
}

/* The line that names a part, and its sync. */
static int
write_line(struct hold *h, const struct record *r, struct fault *f)
{
	struct appendfile_state before;
	struct bytes line = {0};
	int torn, rc = -1;

	if (appendfile_look(h->segment, &before, f) == 0 &&
	    record_encode(&line, r, 0, f) == 0 &&
	    appendfile_write(h->segment, &line, &torn, f) == 0 &&
	    hold_sync(h, before.size, 0, f) == 0) {
		if (strcmp(h->control.day, h->day) == 0 &&
		    h->control.segment == h->number)
			h->control.size = before.size + (int64_t)line.len;
		rc = 0;
	}
	bytes_free(&line);
	return rc;
}

int
parts_begin(struct hold *h, const char *day, enum sheet_kind kind,
    const struct shape *shape, int64_t again, int first, struct fault *f)
{
	struct view *view = &h->views[kind];
	struct record r = {.received = h->now, .kind = RECORD_SHEET};
	int is_now = strcmp(h->control.day, day) == 0;
	const struct view_part *current;
	struct fault why = {0};

	r.sheet.file = part_next(view, h->sheets, shape->format, first);
	r.sheet.shape = *shape;
	r.sheet.again = again;
	if (write_line(h, &r, f) == -1)
		return -1;
	/* From here on it is a part, whatever comes of the file. */
	if (view_read(h->views, h->journal, day, h->settings->shape.timezone,
		APPENDFILE_READ, f) == -1)
		return -1;
	current = view_current(view);
	if (current != NULL &&
	    part_make(h->sheets, view, current, NULL, &why) == 0) {
		if (is_now)
			parts_note(
			    h, &h->control.sheets[kind], current, PART_MADE);
		return 0;
	}
	if (is_now && current != NULL)
		parts_note(h, &h->control.sheets[kind], current, PART_NAMED);
	if (why.kind == FAULT_MEMORY)
		return fault_take(f, &why);
	hold_note(h, "the sheet will catch up: %.200s", why.text);
	return 0;
}

/* Begin what is to begin. */
static int
begin_all(struct plan *s, struct fault *f)
{
	struct plan_kind *plan;
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++) {
		plan = &s->kinds[kind];
		if (plan->begins &&
		    parts_begin(s->hold, s->day, (enum sheet_kind)kind,
			&plan->shape, plan->again, plan->first, f) == -1)
			return -1;
	}
	return 0;
}

/* Before a new part's line: what the record says of it then. */
static void
announce(struct plan *s)
{
	struct hold *h = s->hold;
	struct name name;
	int kind;

	for (kind = 0; kind < SHEET_KINDS; kind++) {
		struct part *p = &s->sheets[kind];

		if (!s->kinds[kind].begins)
			continue;
		sync_part(h, &h->views[kind]);
		name = part_next(&h->views[kind], h->sheets,
		    s->kinds[kind].shape.format, s->kinds[kind].first);
		memset(p, 0, sizeof(*p));
		p->state = PART_NAMED;
		p->number = name.number;
		p->format = name.format;
		p->shape = shape_hash(&s->kinds[kind].shape);
	}
}

int
parts_bring(struct hold *h, const struct plan_turn *t, struct fault *f)
{
	struct plan s = {.hold = h,
	    .turn = t,
	    .day = h->control.day,
	    .sheets = h->control.sheets};
	struct place end = {
	    .segment = h->control.segment, .offset = h->control.size};
	struct fault why = {0};
	int begins;

	if (plan_day(&s, f) == -1)
		return -1;
	begins = s.kinds[SHEET_LEADS].begins || s.kinds[SHEET_TEST].begins;
	if (!begins && !t->changed && !t->longer && !t->older)
		return 0;
	memcpy(end.day, h->control.day, sizeof(end.day));
	if (begins && !t->changed && h->indexed &&
	    index_sync(h->index, &end, &why) == -1)
		hold_lose_index(h, &why);
	announce(&s);
	/*
	 * While a new part is on its way the record stays one of the boot that
	 * it was of: only then may a file be what a power cut left.
	 */
	if (!begins)
		(void)snprintf(h->control.boot, sizeof(h->control.boot),
		    "%.39s", h->boot->id);
	if (hold_save(h, begins || t->changed, f) == -1)
		return -1;
	if (!begins)
		return 0;
	if (begin_all(&s, f) == -1)
		return -1;
	(void)snprintf(
	    h->control.boot, sizeof(h->control.boot), "%.39s", h->boot->id);
	return hold_save(h, 0, f);
}

int
parts_close(
    struct hold *h, const char *day, const struct plan_turn *t, struct fault *f)
{
	struct part unknown[SHEET_KINDS] = {{.state = PART_UNKNOWN}};
	int kind, is_now = strcmp(h->control.day, day) == 0;
	/* Someone may have saved it, without a lead, since the last one. */
	struct plan_turn last = *t;
	struct plan s = {.hold = h,
	    .turn = &last,
	    .day = day,
	    .sheets = is_now ? h->control.sheets : unknown};
	struct appendfile_state now;
	int rc = hold_last(h, day, &now, f), lacks = 0;

	last.changed = 1;
	last.wanted = 0;
	if (rc != 1)
		return rc;
	if (plan_day(&s, f) == -1)
		return -1;
	for (kind = 0; kind < SHEET_KINDS; kind++) {
		struct plan_kind *plan = &s.kinds[kind];
		const struct view_part *v = view_current(&h->views[kind]);

		/* Nothing more comes: it goes on as it was, if it lacks any. */
		if (v != NULL && !view_is_sealed(v))
			plan->shape = v->shape;
		plan->begins &= plan->again != 0;
		lacks |= plan_is_behind(&s.sheets[kind]);
	}
	if (begin_all(&s, f) == -1)
		return -1;
	for (kind = 0; kind < SHEET_KINDS; kind++) {
		lacks |=
		    !s.kinds[kind].deleted && is_missing(h, &h->views[kind]);
		sync_part(h, &h->views[kind]);
	}
	if (lacks &&
	    (h->control.owed[0] == '\0' || strcmp(day, h->control.owed) < 0))
		(void)snprintf(
		    h->control.owed, sizeof(h->control.owed), "%s", day);
	return 0;
}
