/* utc: what time it is, and how times are written; see utc.h. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/utc.h"

#define ZONEINFO "/usr/share/zoneinfo"

/* 2100: behind the last change that a zone's file lists, on every system. */
#define BY_RULE (INT64_C(4102444800) * UTC_SECOND)

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	/* These clocks can't fail with a valid pointer: clock_gettime(2). */
	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * UTC_SECOND + ts.tv_nsec / 1000;
}

int64_t
utc_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
utc_ticks(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void
utc_boot(struct boot *b)
{
	ssize_t n = -1;
	int fd;

	memset(b, 0, sizeof(*b));
	fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, b->id, sizeof(b->id) - 1);
		(void)close(fd);
	}
	b->id[n < 0 ? 0 : n] = '\0';
	b->id[strcspn(b->id, "\n")] = '\0';
	b->time = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_BOOTTIME);
	/* Without /proc the minute tells: a clock that is set costs a look. */
	if (b->id[0] == '\0')
		(void)snprintf(b->id, sizeof(b->id), "minute %lld",
		    (long long)(b->time / (60 * UTC_SECOND)));
}

/* A zone's name can't lead out of the directory of zones. */
static int
zone_name_ok(const char *name)
{
	size_t i;

	if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL)
		return 0;
	for (i = 0; name[i] != '\0'; i++)
		if (!isalnum((unsigned char)name[i]) &&
		    strchr("/_+-", name[i]) == NULL)
			return 0;
	return 1;
}

/* The whole seconds of a time, rounded down before 1970 as well. */
static time_t
seconds(int64_t us)
{
	return (time_t)(us / UTC_SECOND - (us % UTC_SECOND < 0));
}

static void
local_time(int64_t us, struct tm *tm)
{
	time_t t = seconds(us);

	memset(tm, 0, sizeof(*tm));
	(void)localtime_r(&t, tm);
}

/*
 * Have the C library read the zone that TZ names, and all that it would ask
 * memory for later.  Where it gets none it takes UTC and says nothing: only
 * errno tells.
 */
static int
load_zone(void)
{
	struct tm tm;

	errno = 0;
	tzset();
	local_time(0, &tm);
	local_time(BY_RULE, &tm);
	if (errno != ENOMEM)
		return 0;
	/* Another name, or the next call would find nothing to do. */
	(void)unsetenv("TZ");
	tzset();
	errno = ENOMEM;
	return -1;
}

int
utc_zone_exists(const char *name)
{
	char path[PATH_MAX], magic[4] = "";
	ssize_t n = -1;
	int fd;

	/* UTC needs no file: a static build may have none. */
	if (strcmp(name, "UTC") == 0)
		return 1;
	if (!zone_name_ok(name))
		return 0;
	n = snprintf(path, sizeof(path), ZONEINFO "/%s", name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return 0;
	n = -1;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) != -1) {
		n = read(fd, magic, sizeof(magic));
		(void)close(fd);
	}
	return n == sizeof(magic) && memcmp(magic, "TZif", 4) == 0;
}

int
utc_zone(const char *name, struct fault *f)
{
	if (!zone_name_ok(name))
		return fault_set(f, FAULT_SETUP, 0,
		    "timezone \"%s\" is no name of a time zone; "
		    "write it like Europe/Berlin",
		    name);
	if (!utc_zone_exists(name))
		return fault_set(f, FAULT_SETUP, 0,
		    "timezone \"%s\" is not known here (no " ZONEINFO
		    "/%s); check the spelling, install tzdata, or do "
		    "without: timezone = UTC",
		    name, name);
	(void)unsetenv("TZDIR");
	if (setenv("TZ", strcmp(name, "UTC") == 0 ? "UTC0" : name, 1) != 0 ||
	    load_zone() == -1)
		return fault_set(f, FAULT_MEMORY, errno, "timezone");
	return 0;
}

/* Year 10000 and later have no form of ours: they become an empty string. */
void
utc_iso(int64_t us, char out[static UTC_ISO_SIZE])
{
	time_t t = seconds(us);
	int64_t micro = us - (int64_t)t * UTC_SECOND;
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&t, &tm);
	/* strftime(3) leaves zeros before a year out; utc_parse() wants them.
	 */
	(void)snprintf(out, 5, "%04u", (unsigned)(tm.tm_year + 1900) % 10000);
	if (strftime(out + 4, UTC_ISO_SIZE - 4, "-%m-%dT%H:%M:%S", &tm) == 0)
		out[0] = '\0';
	(void)snprintf(out + strlen(out), 9, ".%06dZ", (int)micro);
}

void
utc_day(int64_t us, char out[static UTC_DAY_SIZE])
{
	struct tm tm;

	local_time(us, &tm);
	if (strftime(out, UTC_DAY_SIZE, "%Y-%m-%d", &tm) == 0)
		out[0] = '\0';
}

/* n digits of v, with zeros before it. */
static char *
put_number(char *out, int v, int n)
{
	int i;

	for (i = n; i-- > 0; v /= 10)
		out[i] = (char)('0' + v % 10);
	return out + n;
}

/* The sheet has one of these a row: strftime(3) is three times as slow. */
void
utc_local(int64_t us, char out[static UTC_LOCAL_SIZE])
{
	struct tm tm;

	local_time(us, &tm);
	if (tm.tm_year + 1900 < 0 || tm.tm_year + 1900 > 9999) {
		out[0] = '\0';
		return;
	}
	out = put_number(out, tm.tm_year + 1900, 4);
	*out++ = '-';
	out = put_number(out, tm.tm_mon + 1, 2);
	*out++ = '-';
	out = put_number(out, tm.tm_mday, 2);
	*out++ = ' ';
	out = put_number(out, tm.tm_hour, 2);
	*out++ = ':';
	out = put_number(out, tm.tm_min, 2);
	*out++ = ':';
	*put_number(out, tm.tm_sec, 2) = '\0';
}

/* Does s have the form, where 0 stands for any digit? */
static int
has_form(const char *s, const char *form)
{
	for (; *form != '\0'; s++, form++)
		if (*form == '0' ? !isdigit((unsigned char)*s) : *s != *form)
			return 0;
	return 1;
}

/* The number that n digits make. */
static int
number(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

/* Days since 1970-01-01 of a day of the Gregorian calendar. */
static int64_t
civil_days(int year, int month, int day)
{
	/* The year begins in March here, so that the leap day is its last. */
	int64_t y = year - (month < 3);
	int64_t of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

	return y * 365 + (y + 400) / 4 - (y + 400) / 100 + (y + 400) / 400 -
	       97 + of_year - 719468;
}

/* Of 2026-11-23, since 1970-01-01; -1 where the calendar has no such day. */
static int
parse_days(const char *s, int64_t *out)
{
	int year = number(s, 4), month = number(s + 5, 2);
	int day = number(s + 8, 2);
	int64_t first = civil_days(year, month, 1);
	int64_t next = civil_days(year + month / 12, month % 12 + 1, 1);

	if (month < 1 || month > 12 || day < 1 || day > next - first)
		return -1;
	*out = first + day - 1;
	return 0;
}

/* The same of a whole text, which may be anything. */
static int
read_day(const char *s, int64_t *out)
{
	return strlen(s) == UTC_DAY_SIZE - 1 && has_form(s, "0000-00-00")
	           ? parse_days(s, out)
	           : -1;
}

int
utc_is_day(const char *s)
{
	int64_t ignored;

	return read_day(s, &ignored) == 0;
}

int
utc_day_number(const char *day)
{
	int64_t days;

	return read_day(day, &days) == -1 || days < 0 ? -1 : (int)days;
}

void
utc_day_of_number(int number, char out[static UTC_DAY_SIZE])
{
	char iso[UTC_ISO_SIZE];

	utc_iso(number * (24 * 3600 * UTC_SECOND), iso);
	(void)snprintf(out, UTC_DAY_SIZE, "%.10s", iso);
}

/* Of 2026-11-23T08:12:29, in seconds; -1 where there is no such time. */
static int
parse_seconds(const char *s, int64_t *out)
{
	int hour = number(s + 11, 2), minute = number(s + 14, 2);
	int second = number(s + 17, 2);
	int64_t days;

	if (parse_days(s, &days) == -1 || hour > 23 || minute > 59 ||
	    second > 59)
		return -1;
	*out = (days * 24 + hour) * 3600 + minute * 60 + second;
	return 0;
}

int
utc_parse(const char *s, size_t n, int64_t *us)
{
	static const char form[] = "0000-00-00T00:00:00.000000Z";

	if (n != sizeof(form) - 1 || !has_form(s, form) ||
	    parse_seconds(s, us) == -1)
		return -1;
	*us = *us * UTC_SECOND + number(s + 20, 6);
	return 0;
}

int
utc_parse_offset(const char *s, int64_t *us)
{
	static const char form[] = "0000-00-00T00:00:00";
	int64_t offset = 0, unit = UTC_SECOND / 10;

	if (!has_form(s, form) || parse_seconds(s, us) == -1)
		return -1;
	*us *= UTC_SECOND;
	s += sizeof(form) - 1;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++, unit /= 10)
			*us += (*s - '0') * unit;
	if (strcmp(s, "Z") == 0)
		return 0;
	if (strlen(s) != 6 ||
	    (!has_form(s, "+00:00") && !has_form(s, "-00:00")))
		return -1;
	offset = (number(s + 1, 2) * 60 + number(s + 4, 2)) * 60 * UTC_SECOND;
	*us -= *s == '-' ? -offset : offset;
	return 0;
}

static int
days_in(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month] + (month == 1 && year % 4 == 0 &&
				 (year % 100 != 0 || year % 400 == 0));
}

int
utc_before(const char *day, long n, char unit, char out[static UTC_DAY_SIZE])
{
	struct tm tm = {.tm_hour = 12};
	long months;
	time_t t;

	if (n < 0 || n > 100000 || !utc_is_day(day) ||
	    (unit != 'd' && unit != 'w' && unit != 'm' && unit != 'y'))
		return -1;
	tm.tm_year = number(day, 4);
	tm.tm_mon = number(day + 5, 2) - 1;
	tm.tm_mday = number(day + 8, 2);
	if (unit == 'm' || unit == 'y') {
		months =
		    tm.tm_year * 12L + tm.tm_mon - n * (unit == 'y' ? 12 : 1);
		if (months < 12)
			return -1;
		tm.tm_year = (int)(months / 12);
		tm.tm_mon = (int)(months % 12);
		if (tm.tm_mday > days_in(tm.tm_year, tm.tm_mon))
			tm.tm_mday = days_in(tm.tm_year, tm.tm_mon);
	}
	tm.tm_year -= 1900;
	t = timegm(&tm);
	if (unit == 'd' || unit == 'w')
		t -= (time_t)n * (unit == 'w' ? 7 : 1) * 24 * 3600;
	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < 1 - 1900)
		return -1;
	(void)snprintf(out, UTC_DAY_SIZE, "%04u-%02u-%02u",
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_mon + 1,
	    (unsigned)tm.tm_mday % 100);
	return 0;
}
