/*
 * segments: which segments a journal has.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "journal/journal.h"

struct segments {
	struct place *list; /* owned; the offsets are 0 */
	size_t n;
	size_t room;
};

/*
 * List every segment in a journal's directory, in order of time.  *all is all
 * zero, and to be freed in any case.  0, or -1 with the fault set.
 */
int segments_list(const char *dir, struct segments *all, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same, and what is left of days that were pruned: their ids, which are
 * segment 0, behind what their day has beside.
 */
int segments_list_all(const char *dir, struct segments *all, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Of a list leave those of that day. */
void
segments_keep_day(struct segments *, const char *day) __attribute__((nonnull));

/* Is it the name of a segment of the journal?  Then its day is in day. */
int segments_is_name(const char *name, char day[static UTC_DAY_SIZE])
    __attribute__((nonnull));

/* How many bytes of journal they are; all that a directory has. */
int64_t segments_bytes(const char *dir, const struct segments *)
    __attribute__((nonnull));
int64_t segments_total(const char *dir) __attribute__((nonnull));

/*
 * When the last record of a journal was received.  It is read from the end, and
 * nothing is written.  1, 0 when there is none, or -1 with the fault set.
 */
int segments_newest(const char *dir, int64_t *received, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void segments_free(struct segments *) __attribute__((nonnull));

#endif
