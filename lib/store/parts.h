/*
 * parts: the two sheets of a day: judged, made whole, and begun anew where a
 * file is someone's or the settings changed.  The lock is held, and every key
 * of the journal is in the index.
 */
#ifndef PARTS_H
#define PARTS_H

#include "base/fault.h"
#include "store/hold.h"
#include "store/plan.h"

/*
 * Have the sheets of the day that h->control names as the journal has them, and
 * a part of ours for each that is wanted.  The record is saved before anything
 * new is written, and after it.  0, or -1 with the fault set: the journal
 * failed.  A sheet that can't be had is PART_BEHIND.
 */
int parts_bring(struct hold *, const struct plan_turn *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same for a day that is not written any more, with its sheets synced at
 * the end; where one can't be had, h->control.owed says from which day on.
 */
int parts_close(struct hold *, const char *day, const struct plan_turn *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Have in *p, a part of the control record, which file the view's part is, and
 * how it stands now.
 */
void parts_note(struct hold *, struct part *, const struct view_part *,
    enum part_state) __attribute__((nonnull));

/*
 * Begin a part: its line, synced, and then its file.  again is as in struct
 * record_sheet; first asks for part 1.  What it stands for goes into
 * h->control.sheets.  0, or -1 with the fault set: the journal failed.
 */
int parts_begin(struct hold *, const char *day, enum sheet_kind,
    const struct shape *, int64_t again, int first, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
