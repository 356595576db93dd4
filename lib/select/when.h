/*
 * when: a time as people write it, or as much of one as they wrote: 2026-11,
 * 2026-11-23, 2026-11-23 08, 2026-11-23T08:12:29Z, today.
 *
 * Without a zone it is the time zone's in use (utc_zone()), and what it means
 * is every time that is written with that beginning.
 */
#ifndef WHEN_H
#define WHEN_H

#include <stddef.h>
#include <stdint.h>

#define WHEN_SIZE 27 /* 2026-11-23 08:12:29.123456 and NUL */

struct when {
	char text[WHEN_SIZE]; /* the beginning; its zone's, if it has one */
	size_t n;
	int has_zone;
	int64_t from, to; /* with a zone: microseconds UTC, to not among them */
};

/*
 * Read n bytes; now tells which day is today.  1, or 0 where it is no beginning
 * of a time.
 */
int when_read(struct when *, const char *, size_t n, int64_t now)
    __attribute__((nonnull));

/* Is a time before it, in it or behind it: below, at or above 0. */
int when_compare(const struct when *, int64_t time) __attribute__((nonnull));

/*
 * When a day of the calendar begins in the zone: the first second that is of
 * that day, or of a later one.
 */
int64_t when_midnight(const char *day) __attribute__((nonnull));

#endif
