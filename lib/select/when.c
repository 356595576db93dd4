/* when: a time as people write it; see when.h. */
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "select/when.h"

#define MONTH_END  7 /* where these end in the text */
#define DAY_END    10
#define HOUR_END   13
#define MINUTE_END 16
#define SECOND_END 19

/* How much of a time's text the bytes begin with. */
static size_t
measure(const char *s, size_t n)
{
	static const char form[] = "0000-00-00 00:00:00.000000";
	size_t i;

	for (i = 0; i < n && i < sizeof(form) - 1; i++) {
		if (form[i] == '0' && s[i] >= '0' && s[i] <= '9')
			continue;
		if (form[i] == ' ' && (s[i] == 'T' || s[i] == 't'))
			continue;
		if (form[i] == '0' || s[i] != form[i])
			break;
	}
	return i;
}

/* Two digits that end there; 0 where the text ends before. */
static int
get_two(const struct when *w, size_t end)
{
	return w->n < end
	           ? 0
	           : (w->text[end - 2] - '0') * 10 + w->text[end - 1] - '0';
}

/* Is there such a day, and such a time? */
static int
is_good(const struct when *w)
{
	char day[UTC_DAY_SIZE];

	(void)snprintf(day, sizeof(day), "%.10s", w->text);
	if (w->n >= DAY_END && !utc_is_day(day))
		return 0;
	if (w->n >= MONTH_END &&
	    (get_two(w, MONTH_END) < 1 || get_two(w, MONTH_END) > 12))
		return 0;
	return w->n > 0 && get_two(w, HOUR_END) <= 23 &&
	       get_two(w, MINUTE_END) <= 59 && get_two(w, SECOND_END) <= 59;
}

/* A zone, Z or as +01:00, in microseconds; 0 where it is none. */
static int
read_zone(const char *s, size_t n, int64_t *offset)
{
	char digits[5] = "";
	size_t i, k = 0;

	*offset = 0;
	if (n == 1 && (s[0] == 'Z' || s[0] == 'z'))
		return 1;
	if (n < 3 || (s[0] != '+' && s[0] != '-'))
		return 0;
	for (i = 1; i < n; i++) {
		if (s[i] == ':' && i == 3 && n == 6)
			continue;
		if (s[i] < '0' || s[i] > '9' || k == 4)
			return 0;
		digits[k++] = s[i];
	}
	if (k != 2 && k != 4)
		return 0;
	*offset = ((digits[0] - '0') * 10 + digits[1] - '0') * 60;
	if (k == 4)
		*offset += (digits[2] - '0') * 10 + digits[3] - '0';
	*offset *= (s[0] == '-' ? -60 : 60) * UTC_SECOND;
	return 1;
}

/* Which times it means, with its zone. */
static int
set_span(struct when *w, int64_t offset)
{
	static const int64_t seconds[] = {[DAY_END] = INT64_C(24) * 3600,
	    [HOUR_END] = 3600,
	    [MINUTE_END] = 60,
	    [SECOND_END] = 1};
	char whole[WHEN_SIZE] = "0000-00-00 00:00:00.000000";
	char iso[UTC_ISO_SIZE];
	int64_t span = UTC_SECOND;
	size_t i;

	if (w->n <= SECOND_END && seconds[w->n] == 0)
		return 0;
	memcpy(whole, w->text, w->n);
	(void)snprintf(iso, sizeof(iso), "%.10sT%.15sZ", whole, whole + 11);
	if (utc_parse(iso, sizeof(iso) - 1, &w->from) == -1)
		return 0;
	w->from -= offset;
	for (i = SECOND_END + 1; i < w->n; i++)
		span /= 10;
	w->to =
	    w->from + (w->n <= SECOND_END ? seconds[w->n] * UTC_SECOND : span);
	w->has_zone = 1;
	return 1;
}

/* A word for a day. */
static int
read_word(struct when *w, const char *s, size_t n, int64_t now)
{
	static const char *const words[] = {"today", "yesterday"};
	int i;

	for (i = 0; i < 2; i++) {
		if (strlen(words[i]) != n || memcmp(s, words[i], n) != 0)
			continue;
		utc_day(now, w->text);
		utc_day_of_number(utc_day_number(w->text) - i, w->text);
		w->n = DAY_END;
		return 1;
	}
	return 0;
}

int
when_read(struct when *w, const char *s, size_t n, int64_t now)
{
	int64_t offset;

	memset(w, 0, sizeof(*w));
	if (read_word(w, s, n, now))
		return 1;
	w->n = measure(s, n);
	memcpy(w->text, s, w->n);
	if (w->n > DAY_END)
		w->text[DAY_END] = ' ';
	if (!is_good(w))
		return 0;
	s += w->n;
	n -= w->n;
	if (n == 0)
		return 1;
	for (; n > 0 && s[0] == ' '; n--)
		s++;
	/* A blank behind the day. */
	if (w->n == DAY_END + 1)
		w->n--;
	return read_zone(s, n, &offset) && set_span(w, offset);
}

int
when_compare(const struct when *w, int64_t time)
{
	char text[WHEN_SIZE];

	if (w->has_zone)
		return time < w->from ? -1 : time >= w->to;
	utc_local(time, text);
	(void)snprintf(text + SECOND_END, sizeof(text) - SECOND_END, ".%06d",
	    (int)((time % UTC_SECOND + UTC_SECOND) % UTC_SECOND));
	return strncmp(text, w->text, w->n);
}

int64_t
when_midnight(const char *day)
{
	const int64_t noon = (int64_t)utc_day_number(day) * 86400 + 43200;
	int64_t low = noon - INT64_C(2) * 86400, high = noon + 86400, mid;
	char at[UTC_DAY_SIZE];

	/* No zone is further than a day from UTC. */
	while (low < high) {
		mid = low + (high - low) / 2;
		utc_day(mid * UTC_SECOND, at);
		if (strcmp(at, day) >= 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low * UTC_SECOND;
}
