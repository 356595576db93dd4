#include "page/look/chart.h"

#include <stdlib.h>
#include <string.h>

static int
months(const char *day)
{
	return atoi(day) * 12 + atoi(day + 5) - 1;
}

static int
monday(int day)
{
	return day - (day + 3) % 7; /* 1970 began on Thursday */
}

/* Which bar a day is of, counted from any beginning. */
static int
unit_of(enum chart_unit unit, const char *day)
{
	switch (unit) {
	case CHART_DAY:
		return utc_day_number(day);
	case CHART_WEEK:
		return monday(utc_day_number(day)) + 3;
	case CHART_MONTH:
		return months(day);
	case CHART_YEAR:
		break;
	}
	return atoi(day);
}

static int
step(enum chart_unit unit)
{
	return unit == CHART_WEEK ? 7 : 1;
}

static size_t
count(enum chart_unit unit, const char *from, const char *to)
{
	return (size_t)((unit_of(unit, to) - unit_of(unit, from)) /
			step(unit)) +
	       1;
}

/* The days of one bar after another, cut to the range. */
static void
set_bars(struct chart *c)
{
	int day, last = utc_day_number(c->to);
	struct chart_bar *bar;
	size_t at = 0;

	for (day = utc_day_number(c->from); day <= last; day++) {
		char text[UTC_DAY_SIZE];

		utc_day_of_number(day, text);
		at = count(c->unit, c->from, text) - 1;
		if (at >= c->n)
			return;
		bar = &c->bars[at];
		if (bar->from[0] == '\0')
			memcpy(bar->from, text, UTC_DAY_SIZE);
		memcpy(bar->to, text, UTC_DAY_SIZE);
	}
}

void
chart_begin(struct chart *c, const char *from, const char *to)
{
	memset(c, 0, sizeof(*c));
	memcpy(c->from, from, UTC_DAY_SIZE);
	memcpy(c->to, to, UTC_DAY_SIZE);
	while (c->unit < CHART_YEAR && count(c->unit, from, to) > CHART_BARS)
		c->unit++;
	c->n = count(c->unit, from, to);
	if (c->n > CHART_BARS + 1)
		c->n = CHART_BARS + 1;
	set_bars(c);
}

void
chart_add(struct chart *c, const char *day, int64_t leads)
{
	size_t at;

	if (strcmp(day, c->from) < 0 || strcmp(day, c->to) > 0)
		return;
	at = count(c->unit, c->from, day) - 1;
	if (at < c->n)
		c->bars[at].leads += leads;
}

int64_t
chart_total(const struct chart *c)
{
	int64_t total = 0;
	size_t i;

	for (i = 0; i < c->n; i++)
		total += c->bars[i].leads;
	return total;
}
