/*
 * segments: which segments a journal has, and how much of each counts.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"

struct segment {
	char day[UTC_DAY_SIZE];
	int number; /* 1 is the day's first */
	/*
	 * Lines that end behind this byte don't count: a sync of them failed,
	 * and the first line of a later segment says so.  INT64_MAX: all count.
	 */
	int64_t counts;
};

struct segments {
	struct segment *list; /* owned */
	size_t n;
	size_t room;
};

/*
 * List the segments of a day, or with NULL of every day, in order of time.
 * *all is all zero, and to be freed in any case.  A directory that isn't there
 * has none.  0, or -1 with the fault set.
 */
int segments_list(const char *dir, const char *day, struct segments *all,
    struct fault *) __attribute__((nonnull(1, 3, 4), warn_unused_result));

/* Write the path of a segment below the directory. */
void segments_path(char out[static PATH_MAX], const char *dir, const char *day,
    int number) __attribute__((nonnull));

/* How many bytes of journal they are; all that a directory has. */
int64_t segments_bytes(const char *dir, const struct segments *)
    __attribute__((nonnull));
int64_t segments_total(const char *dir) __attribute__((nonnull));

void segments_free(struct segments *) __attribute__((nonnull));

#endif
