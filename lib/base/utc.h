/*
 * utc: what time it is, and how times are written.  The only caller of the
 * clock: everything else takes times as parameters, in microseconds since
 * 1970-01-01 UTC.
 */
#ifndef UTC_H
#define UTC_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define UTC_SECOND INT64_C(1000000)

#define UTC_ISO_SIZE   28 /* 2026-11-23T08:12:29.123456Z and NUL */
#define UTC_DAY_SIZE   11 /* 2026-11-23 and NUL */
#define UTC_LOCAL_SIZE 20 /* 2026-11-23 08:12:29 and NUL */

/*
 * A boot of the machine.  What was written before this boot and not synced may
 * be gone.
 */
struct boot {
	char id[40];  /* /proc/sys/kernel/random/boot_id, or its minute */
	int64_t time; /* when it began */
};

/* The time of day. */
int64_t utc_now(void);

/* A clock that only goes forward, for measuring and for deadlines. */
int64_t utc_ticks(void);

/* The boot that the machine is running since. */
void utc_boot(struct boot *) __attribute__((nonnull));

/*
 * Take name ("UTC", "Europe/Berlin": a file below /usr/share/zoneinfo) as
 * the time zone of utc_day() and utc_local().  It holds for the whole process,
 * as the C library knows only one; TZ and TZDIR of the environment are
 * replaced.  Returns 0, or -1 with FAULT_SETUP, or FAULT_MEMORY: then the
 * zone is not to be relied on until a call succeeds.
 */
int utc_zone(const char *name, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Does this machine know a time zone of that name? */
int utc_zone_exists(const char *name) __attribute__((nonnull));

/*
 * The day that lies n days (unit d), weeks (w), months (m) or years (y) before
 * a day; where a month has no such day, its last.  0, or -1 when it is before
 * the year 1 or the unit none of these.
 */
int utc_before(const char *day, long n, char unit,
    char out[static UTC_DAY_SIZE]) __attribute__((nonnull, warn_unused_result));

/* Is it a day of the calendar, as 2026-11-23? */
int utc_is_day(const char *) __attribute__((nonnull));

/*
 * A day as the number of days since 1970-01-01: -1 when it is no day of the
 * calendar, or before 1970.  And the way back, for the numbers of such days.
 */
int utc_day_number(const char *day) __attribute__((nonnull));
void utc_day_of_number(int, char[static UTC_DAY_SIZE]);

/* ISO 8601 in UTC with microseconds; the day and the time in the zone. */
void utc_iso(int64_t, char[static UTC_ISO_SIZE]);
void utc_day(int64_t, char[static UTC_DAY_SIZE]);
void utc_local(int64_t, char[static UTC_LOCAL_SIZE]);

/*
 * The way back from utc_iso(): s holds n bytes and may go on behind them.
 * Returns 0, or -1 when it is not in that form.
 */
int utc_parse(const char *s, size_t n, int64_t *) __attribute__((nonnull));

/*
 * A time as ISO 8601 has it, with its offset from UTC, in a NUL-terminated
 * string: 2026-11-17T00:53:00Z, 2026-04-09T20:03:56.944662+02:00.  0, or -1
 * when it is anything else.
 */
int utc_parse_offset(const char *, int64_t *) __attribute__((nonnull));

#endif
