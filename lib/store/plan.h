/*
 * plan: what is to be done for the two sheets of a day.  Each is judged; one of
 * ours that lacks rows is made whole; a part that is to begin is planned.
 */
#ifndef PLAN_H
#define PLAN_H

#include "base/fault.h"
#include "store/hold.h"

/* What is known of this turn. */
struct plan_turn {
	int same_boot; /* the control record is of this boot */
	int longer;    /* the journal has more than it says */
	int older;     /* the journal is another than it says */
	int changed;   /* another segment or boot than it says is written now */
	unsigned wanted; /* sheets that rows are about to go to, a bit a kind */
};

/* What is to be done for one kind. */
struct plan_kind {
	int begins; /* a new part */
	int first;
	int deleted; /* by someone: its rows needn't come again now */
	int64_t again;
	struct shape shape;
};

/* Of a day; all borrowed but the kinds. */
struct plan {
	struct hold *hold;
	const struct plan_turn *turn;
	const char *day;
	struct part *sheets; /* the record's */
	struct plan_kind kinds[SHEET_KINDS];
};

/*
 * Read the day's journal into the hold's views where a look is due, judge, and
 * plan.  What is found is noted in the plan's sheets: one that can't be had is
 * PART_BEHIND, which is no fault.  0, or -1 with the fault set.
 */
int plan_day(struct plan *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Have in *p which file the view's part is, and how it was left. */
void plan_set(struct part *p, const struct view_part *, enum part_state,
    const struct part *left) __attribute__((nonnull));

/* Does it lack rows, or the whole file? */
int plan_is_behind(const struct part *) __attribute__((nonnull));

#endif
