#include "page/look/dates.h"

#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "markup/html.h"
#include "page/look/phrases.h"

#define MINUTE (60 * UTC_SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static int
day_of_month(const char *day)
{
	return atoi(day + 8);
}

static int
month(const char *day)
{
	return atoi(day + 5);
}

/* Day and month in the language's order: "23 Nov", "23. Nov.". */
static void
add_day_month(
    struct bytes *b, const char *language, const char *day, enum phrase january)
{
	bytes_printf(b, language[0] == 'd' ? "%d. " : "%d ", day_of_month(day));
	bytes_adds(
	    b, phrases_get(language, january + (unsigned)month(day) - 1));
}

void
dates_day(struct bytes *b, const char *language, const char *day)
{
	int weekday =
	    (utc_day_number(day) + 3) % 7; /* 1970 began on Thursday */

	bytes_adds(b, phrases_get(language, PHRASE_MONDAY + (unsigned)weekday));
	bytes_adds(b, ", ");
	add_day_month(b, language, day, PHRASE_JANUARY);
	bytes_printf(b, " %.4s", day);
}

void
dates_short(
    struct bytes *b, const char *language, const char *day, const char *today)
{
	add_day_month(b, language, day, PHRASE_JAN);
	if (strncmp(day, today, 4) != 0)
		bytes_printf(b, " %.4s", day);
}

void
dates_month(struct bytes *b, const char *language, const char *day)
{
	bytes_adds(b,
	    phrases_get(language, PHRASE_JANUARY + (unsigned)month(day) - 1));
	bytes_printf(b, " %.4s", day);
}

/* <time datetime="...">, to the second. */
static void
open_time(struct bytes *b, int64_t time)
{
	char iso[UTC_ISO_SIZE];

	utc_iso(time, iso);
	bytes_printf(b, "<time datetime=\"%.19sZ\">", iso);
}

/* "today 08:12", as plain text. */
static void
add_when(struct bytes *b, const char *language, int64_t time, int64_t now)
{
	char day[UTC_DAY_SIZE], today[UTC_DAY_SIZE], yesterday[UTC_DAY_SIZE];
	char local[UTC_LOCAL_SIZE], clock[6];

	utc_day(time, day);
	utc_day(now, today);
	utc_local(time, local);
	memcpy(clock, local + 11, 5);
	clock[5] = '\0';
	if (utc_before(today, 1, 'd', yesterday) == -1)
		yesterday[0] = '\0';
	if (strcmp(day, today) == 0) {
		phrases_fill(b, language, PHRASE_AT_TODAY, clock, NULL);
	} else if (strcmp(day, yesterday) == 0) {
		phrases_fill(b, language, PHRASE_AT_YESTERDAY, clock, NULL);
	} else {
		dates_short(b, language, day, today);
		bytes_printf(b, " %s", clock);
	}
}

void
dates_time(struct bytes *b, const char *language, int64_t time, int64_t now)
{
	open_time(b, time);
	add_when(b, language, time, now);
	bytes_adds(b, "</time>");
}

void
dates_ago(struct bytes *b, const char *language, int64_t time, int64_t now)
{
	int64_t age = now - time;

	/* A clock that was set back has no words for it. */
	if (age >= DAY || age < -MINUTE) {
		dates_time(b, language, time, now);
		return;
	}
	open_time(b, time);
	if (age < MINUTE)
		bytes_adds(b, phrases_get(language, PHRASE_JUST_NOW));
	else if (age < HOUR)
		phrases_count(b, language, PHRASE_MINUTES_AGO, age / MINUTE);
	else
		phrases_count(b, language, PHRASE_HOURS_AGO, age / HOUR);
	bytes_adds(b, "</time>");
}

void
dates_sent(struct bytes *b, const char *language, const char *text, size_t n,
    int64_t now)
{
	char copy[64];
	int64_t time;

	if (n < sizeof(copy)) {
		memcpy(copy, text, n);
		copy[n] = '\0';
		if (strlen(copy) == n && utc_parse_offset(copy, &time) == 0) {
			dates_time(b, language, time, now);
			return;
		}
	}
	/* No time: as it is, where it is short. */
	html_short(b, text, n, sizeof(copy));
}
