/* answerhead: what the headers of an answer say; see answerhead.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utc.h"
#include "cli/deliver/answerhead.h"

#define SECONDS_MAX 999999999

struct date {
	int year, day, hour, minute, second;
	char month[4];
};

/* The value of a header of that name, as far as there is room for it. */
static void
take_value(const char *line, size_t n, const char *name, char *out, size_t size)
{
	size_t from = strlen(name), to = 0;

	if (n <= from || strncasecmp(line, name, from) != 0)
		return;
	while (from < n && (line[from] == ' ' || line[from] == '\t'))
		from++;
	for (; from < n && to + 1 < size; from++)
		if (line[from] >= ' ' && line[from] < 0x7f)
			out[to++] = line[from];
	while (to > 0 && out[to - 1] == ' ')
		to--;
	out[to] = '\0';
}

void
answerhead_take(struct answerhead *h, const char *line, size_t n)
{
	h->bytes += n;
	take_value(line, n, "Server:", h->server, sizeof(h->server));
	take_value(
	    line, n, "Retry-After:", h->retry_after, sizeof(h->retry_after));
}

/* The three forms that a date of HTTP has, two of them of long ago. */
static int
read_date(const char *s, struct date *d)
{
	int n = 0;

	if (sscanf(s, "%*[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n",
		&d->day, d->month, &d->year, &d->hour, &d->minute, &d->second,
		&n) == 6 &&
	    n > 0 && s[n] == '\0')
		return 1;
	if (sscanf(s, "%*[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n",
		&d->day, d->month, &d->year, &d->hour, &d->minute, &d->second,
		&n) == 6 &&
	    n > 0 && s[n] == '\0') {
		d->year += d->year < 70 ? 2000 : 1900;
		return 1;
	}
	return sscanf(s, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n",
		   d->month, &d->day, &d->hour, &d->minute, &d->second,
		   &d->year, &n) == 6 &&
	       n > 0 && s[n] == '\0';
}

/* Seconds since 1970; -1 for what is no time. */
static int64_t
seconds_of(const struct date *d)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *m = strstr(months, d->month);
	char day[64];
	int number;

	if (m == NULL || (m - months) % 3 != 0 || d->month[2] == '\0' ||
	    d->hour < 0 || d->hour > 23 || d->minute < 0 || d->minute > 59 ||
	    d->second < 0 || d->second > 60)
		return -1;
	(void)snprintf(day, sizeof(day), "%04d-%02d-%02d", d->year,
	    (int)(m - months) / 3 + 1, d->day);
	if ((number = utc_day_number(day)) == -1)
		return -1;
	return (int64_t)number * 86400 + d->hour * 3600 + d->minute * 60 +
	       d->second;
}

int64_t
answerhead_retry_after(const struct answerhead *h, int64_t now)
{
	const char *s = h->retry_after;
	size_t digits = strspn(s, "0123456789");
	struct date d = {0};
	int64_t seconds;

	if (digits > 0 && s[digits] == '\0')
		return digits > 9 ? SECONDS_MAX : strtoll(s, NULL, 10);
	if (!read_date(s, &d) || (seconds = seconds_of(&d)) == -1)
		return -1;
	now /= UTC_SECOND;
	if (seconds <= now)
		return 0;
	return seconds - now > SECONDS_MAX ? SECONDS_MAX : seconds - now;
}
