/*
 * dates: days and times as people write them, in English and in German, in the
 * time zone in use (utc_zone()).
 */
#ifndef DATES_H
#define DATES_H

#include <stdint.h>

#include "base/bytes.h"

/*
 * Append a day, as plain text: Monday, 23 November 2026; short, without its
 * weekday, and without its year where that is the one of today: 23 Nov.
 */
void dates_day(struct bytes *, const char *language, const char *day)
    __attribute__((nonnull));
void dates_short(struct bytes *, const char *language, const char *day,
    const char *today) __attribute__((nonnull));

/* Append the month of a day: November 2026. */
void dates_month(struct bytes *, const char *language, const char *day)
    __attribute__((nonnull));

/*
 * Append a time as a <time> element of HTML, which says it as somebody would
 * now: today 08:12, yesterday 14:03, 23 Nov 08:12.
 */
void dates_time(struct bytes *, const char *language, int64_t time, int64_t now)
    __attribute__((nonnull));

/* Append how long ago it is: 5 minutes ago; a day and more: as dates_time(). */
void dates_ago(struct bytes *, const char *language, int64_t time, int64_t now)
    __attribute__((nonnull));

/* Append a time of the sender's, which is text, as dates_time() does where it
 * is ISO 8601, else as it is. */
void dates_sent(struct bytes *, const char *language, const char *text,
    size_t n, int64_t now) __attribute__((nonnull));

#endif
