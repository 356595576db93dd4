/* plan: what is to be done for the two sheets of a day; see plan.h. */
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/plan.h"

/* A sheet that couldn't be written is not tried again with less room. */
#define ROOM (INT64_C(1) << 20)

/* Could a sheet be written now?  It is asked before much is read for it. */
static int
can_write(struct hold *h, int64_t size)
{
	struct statvfs st;

	return access(h->sheets, W_OK | X_OK) == 0 &&
	       statvfs(h->sheets, &st) == 0 &&
	       (int64_t)st.f_bavail * (int64_t)st.f_frsize > size + ROOM;
}

void
plan_set(struct part *p, const struct view_part *v, enum part_state state,
    const struct part *left)
{
	*p = *left;
	p->state = state;
	p->number = v->file.number;
	p->format = v->file.format;
	p->shape = shape_hash(&v->shape);
}

/* It can't be had now: that is no reason to keep no delivery. */
static int
leave_behind(
    struct hold *h, struct part *p, const struct fault *why, struct fault *f)
{
	if (why->kind == FAULT_MEMORY)
		return fault_take(f, why);
	hold_note(h, "the sheet will catch up: %.200s", why->text);
	if (p->state != PART_NAMED)
		p->state = PART_BEHIND;
	return 0;
}

/*
 * The older journal that was put back makes less than stands in the sheet.  The
 * record says first that nothing is known of it: who comes after us, if we are
 * killed, must not take it for deleted.
 */
static int
put_aside(struct plan *s, enum sheet_kind kind, struct fault *f)
{
	const struct view_part *v = view_current(&s->hold->views[kind]);
	char from[NAMES_SIZE], to[NAMES_SIZE];

	memset(&s->sheets[kind], 0, sizeof(s->sheets[kind]));
	if (hold_save(s->hold, 0, f) == -1 ||
	    part_replace(s->hold->sheets, &v->file, to, f) == -1)
		return -1;
	names_write(&v->file, from);
	hold_note(s->hold,
	    "%s has more than the journal now; it is replaced/%s", from, to);
	return 0;
}

/* What the judge says of one sheet, and what is to be done then. */
static int
judge(struct plan *s, enum sheet_kind kind, struct fault *f)
{
	struct hold *h = s->hold;
	const struct plan_turn *t = s->turn;
	struct view *view = &h->views[kind];
	struct part *p = &s->sheets[kind];
	struct plan_kind *k = &s->kinds[kind];
	const struct part_case given = {
	    h->sheets, view, p, h->boot, t->same_boot, t->longer, t->older};
	int wanted = (t->wanted & 1u << kind) != 0;
	int behind = plan_is_behind(p);
	const struct view_part *current = view_current(view);
	struct part_verdict v;
	struct fault why = {0};

	if (part_judge(&given, &v, h->note, &why) == -1)
		return leave_behind(h, p, &why, f);
	k->shape = h->settings->shape;
	k->again = v.again;
	k->deleted = v.deleted;
	switch (v.standing) {
	case PART_ABSENT:
		p->state = PART_NONE;
		if (!wanted && (wanted = view_has_rows(view, &why)) == -1)
			return leave_behind(h, p, &why, f);
		k->begins = wanted;
		k->again = view->n > 0 ? RECORD_ALL : 0;
		break;
	case PART_OURS:
		plan_set(p, current, PART_MADE, &v.left);
		k->begins = wanted && !shape_equal(&current->shape, &k->shape);
		break;
	case PART_LATER:
		/* One that was never made is not one that someone deleted. */
		plan_set(p, current,
		    v.left.inode == 0 ? PART_NAMED : PART_BEHIND, &v.left);
		break;
	case PART_NEXT:
		k->begins = wanted || (k->again > 0 &&
					  (!v.deleted || t->longer || behind));
		break;
	case PART_AHEAD:
		return put_aside(s, kind, &why) == 0
		           ? judge(s, kind, f)
		           : leave_behind(h, p, &why, f);
	case PART_FIRST:
		k->begins = wanted || t->longer || !v.deleted || behind;
		k->first = 1;
		k->again = RECORD_ALL;
		break;
	}
	/* No part begins while it is not known in which shape. */
	if (k->begins && h->settings->waits) {
		k->begins = 0;
		p->state = PART_BEHIND;
	}
	return 0;
}

int
plan_is_behind(const struct part *p)
{
	return p->state == PART_NAMED || p->state == PART_BEHIND;
}

/* Is a look at that sheet due? */
static int
is_due(const struct plan *s, enum sheet_kind kind)
{
	const struct plan_turn *t = s->turn;

	if (t->longer || t->older || t->changed || !t->same_boot)
		return 1;
	/* Until the settings are right nothing can be done about these. */
	return !s->hold->settings->waits &&
	       ((t->wanted & 1u << kind) != 0 ||
		   plan_is_behind(&s->sheets[kind]));
}

/* Is any due, and one of them known to lack rows that can't be written now? */
static void
find_due(const struct plan *s, int *due, int *waits)
{
	const struct part *p = s->sheets;
	int kind;

	*due = *waits = 0;
	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (is_due(s, (enum sheet_kind)kind)) {
			*due = 1;
			*waits |= plan_is_behind(&p[kind]) &&
			          !can_write(s->hold, p[kind].size);
		}
}

/* Wait for room or right: what is due is looked at then. */
static void
wait_for_room(struct plan *s)
{
	int kind;

	hold_note(s->hold,
	    "the sheet can't be written now, and will catch up: no right to "
	    "write to %.120s, or no room",
	    s->hold->sheets);
	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (is_due(s, (enum sheet_kind)kind) &&
		    s->sheets[kind].state != PART_NAMED)
			s->sheets[kind].state = PART_BEHIND;
}

int
plan_day(struct plan *s, struct fault *f)
{
	struct hold *h = s->hold;
	struct fault why = {0};
	int kind, due, waits;

	find_due(s, &due, &waits);
	if (waits)
		wait_for_room(s);
	if (!due || waits)
		return 0;
	if (view_read(h->views, h->journal, s->day, h->settings->shape.timezone,
		APPENDFILE_READ, &why) == -1) {
		for (kind = 0; kind < SHEET_KINDS; kind++)
			if (leave_behind(h, &s->sheets[kind], &why, f) == -1)
				return -1;
		return 0;
	}
	for (kind = 0; kind < SHEET_KINDS; kind++)
		if (is_due(s, (enum sheet_kind)kind) &&
		    judge(s, (enum sheet_kind)kind, f) == -1)
			return -1;
	return 0;
}
