#include "unit.h"

#include "base/utc.h"
#include "page/look/chart.h"

static void
the_unit_follows_from_the_days(void **state)
{
	static const struct {
		const char *from, *to;
		enum chart_unit unit;
		size_t n;
	} cases[] = {{"2026-11-23", "2026-11-23", CHART_DAY, 1},
	    {"2026-11-01", "2026-11-30", CHART_DAY, 30},
	    {"2026-08-30", "2026-11-30", CHART_DAY, 93},
	    {"2026-08-29", "2026-11-30", CHART_WEEK, 15},
	    {"2025-12-01", "2026-11-30", CHART_WEEK, 53},
	    {"2020-01-01", "2026-11-30", CHART_MONTH, 83},
	    {"1970-01-01", "2026-11-30", CHART_YEAR, 57}};
	struct chart c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		chart_begin(&c, cases[i].from, cases[i].to);
		assert_int_equal(c.unit, cases[i].unit);
		assert_int_equal(c.n, cases[i].n);
		assert_true(c.n <= CHART_BARS);
		assert_string_equal(c.bars[0].from, cases[i].from);
		assert_string_equal(c.bars[c.n - 1].to, cases[i].to);
	}
}

/* Each bar begins on the day behind the last one of the bar before. */
static void
every_day_is_in_one_bar(void **state)
{
	static const char *const from[] = {"2026-11-23", "2026-03-15",
	    "2024-02-29", "2021-07-04", "1999-12-31"};
	struct chart c;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(from); i++) {
		chart_begin(&c, from[i], "2026-11-30");
		for (j = 1; j < c.n; j++)
			assert_int_equal(utc_day_number(c.bars[j].from),
			    utc_day_number(c.bars[j - 1].to) + 1);
	}
}

static void
bars_begin_where_the_calendar_does(void **state)
{
	struct chart c;

	(void)state;
	chart_begin(&c, "2026-01-01", "2026-11-30");
	assert_int_equal(c.unit, CHART_WEEK);
	assert_string_equal(c.bars[0].to, "2026-01-04"); /* a Sunday */
	assert_string_equal(c.bars[1].from, "2026-01-05");
	assert_string_equal(c.bars[1].to, "2026-01-11");
	chart_begin(&c, "2020-01-15", "2026-11-30");
	assert_int_equal(c.unit, CHART_MONTH);
	assert_string_equal(c.bars[0].to, "2020-01-31");
	assert_string_equal(c.bars[1].to, "2020-02-29");
	chart_begin(&c, "2001-05-05", "2026-11-30");
	assert_int_equal(c.unit, CHART_YEAR);
	assert_string_equal(c.bars[0].to, "2001-12-31");
	assert_string_equal(c.bars[25].from, "2026-01-01");
}

static void
leads_go_to_their_bar(void **state)
{
	struct chart c;

	(void)state;
	chart_begin(&c, "2026-11-01", "2026-11-30");
	chart_add(&c, "2026-11-01", 2);
	chart_add(&c, "2026-11-30", 3);
	chart_add(&c, "2026-10-31", 50);
	chart_add(&c, "2026-12-01", 50);
	assert_int_equal(c.bars[0].leads, 2);
	assert_int_equal(c.bars[1].leads, 0);
	assert_int_equal(c.bars[29].leads, 3);
	assert_int_equal(chart_total(&c), 5);

	chart_begin(&c, "2026-01-01", "2026-11-30");
	chart_add(&c, "2026-01-04", 1);
	chart_add(&c, "2026-01-05", 2);
	chart_add(&c, "2026-01-11", 4);
	chart_add(&c, "2026-01-12", 8);
	assert_int_equal(c.bars[0].leads, 1);
	assert_int_equal(c.bars[1].leads, 6);
	assert_int_equal(c.bars[2].leads, 8);
	/* Of the same week, and not of the range. */
	chart_add(&c, "2025-12-31", 16);
	assert_int_equal(c.bars[0].leads, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a bar is a day, and of many days a week, a month or a year",
		the_unit_follows_from_the_days),
	    TEST("every day is in one bar", every_day_is_in_one_bar),
	    TEST("weeks begin on Monday, months and years on their first day",
		bars_begin_where_the_calendar_does),
	    TEST("leads go to the bar of their day", leads_go_to_their_bar),
	};

	return RUN(tests);
}
