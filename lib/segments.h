/*
 * segments: which segments a journal has.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <stddef.h>

#include "fault.h"
#include "journal.h"

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

/* How many bytes the segments have that can be looked at. */
int64_t segments_bytes(const char *dir, const struct segments *)
    __attribute__((nonnull));

/*
 * When the last record of a journal was received; it is read from the end, by
 * who only looks.  1, 0 when there is none, or -1 with the fault set.
 */
int segments_newest(const char *dir, int64_t *received, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void segments_free(struct segments *) __attribute__((nonnull));

#endif
