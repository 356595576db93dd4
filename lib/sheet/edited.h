/*
 * edited: what a person's copy of a sheet still has.
 */
#ifndef EDITED_H
#define EDITED_H

#include <stdint.h>

#include "base/fault.h"
#include "index/index.h"
#include "sheet/projection.h"

/*
 * The number of the first row that is to stand in the part after the one that
 * p has open, which someone has edited.  A program that had the file open may
 * have saved it without the leads that came meanwhile: so it is the first row
 * behind the last delivery whose id still stands in the file.  Where no id
 * does (all rows taken out, or no such column) it is the row that would have
 * been next; *s tells it when known, else the file's lines do, as one row is
 * one line.  Returns 0, or -1 with the fault set.
 */
int
edited_next_row(struct projection *p, const struct index_sheet *s, int known,
    int64_t *row, struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Could the file that p has open be the leftover of a power cut, written for a
 * delivery whose record was lost?  It has none of the day's deliveries, and
 * begins with our header, or was cut: no text, or no line's end at its end.  1,
 * 0, or -1.
 */
int edited_is_leftover(struct projection *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
