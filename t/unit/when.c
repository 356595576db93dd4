#include "unit.h"

#include "base/utc.h"
#include "select/when.h"

/* 2026-11-23T08:12:29.123456Z */
#define THEN INT64_C(1795421549123456)

static void
use_zone(const char *name)
{
	struct fault f = {0};

	assert_int_equal(utc_zone(name, &f), 0);
}

/* -1, 0, 1, or 9 where the text is no time. */
static int
then_is(const char *text)
{
	struct when w;
	int order;

	if (!when_read(&w, text, strlen(text), THEN))
		return 9;
	order = when_compare(&w, THEN);
	return (order > 0) - (order < 0);
}

static void
as_much_counts_as_is_written(void **state)
{
	static const struct {
		const char *text;
		int is;
	} cases[] = {{"2026", 0}, {"2026-11", 0}, {"2026-11-2", 0},
	    {"2026-11-23", 0}, {"2026-11-23 08", 0}, {"2026-11-23T08", 0},
	    {"2026-11-23 08:12", 0}, {"2026-11-23 08:12:29", 0},
	    {"2026-11-23T08:12:29.1", 0}, {"2026-11-23 08:12:29.123456", 0},
	    {"2025", 1}, {"2026-10", 1}, {"2026-11-22", 1},
	    {"2026-11-23 07", 1}, {"2026-11-23 08:11", 1},
	    {"2026-11-23 08:12:28", 1}, {"2026-11-23 08:12:29.123455", 1},
	    {"2027", -1}, {"2026-12", -1}, {"2026-11-24", -1},
	    {"2026-11-23 09", -1}, {"2026-11-23 08:13", -1},
	    {"2026-11-23 08:12:30", -1}, {"2026-11-23 08:12:29.2", -1},
	    {"today", 0}, {"yesterday", 1}};
	size_t i;

	(void)state;
	use_zone("UTC");
	for (i = 0; i < COUNT(cases); i++)
		if (then_is(cases[i].text) != cases[i].is)
			fail_msg(
			    "%s: %d", cases[i].text, then_is(cases[i].text));
}

static void
a_zone_counts_where_it_is_written(void **state)
{
	static const struct {
		const char *text;
		int is;
	} cases[] = {{"2026-11-23T08:12:29Z", 0},
	    {"2026-11-23T08:12:29.123456Z", 0},
	    {"2026-11-23T08:12:29.123457Z", -1},
	    {"2026-11-23T08:12:29.123455Z", 1}, {"2026-11-23 08:12Z", 0},
	    {"2026-11-23 08:12:29 z", 0}, {"2026-11-23T09:12:29+01:00", 0},
	    {"2026-11-23T09:12:29+0100", 0}, {"2026-11-23 09+01", 0},
	    {"2026-11-23T03:12:29 -05:00", 0}, {"2026-11-23T08:12:30Z", -1},
	    {"2026-11-23T08:12:28Z", 1}, {"2026-11-23T08:12:29+01:00", 1},
	    {"2026-11-23Z", 0}, {"2026-11-23 Z", 0}, {"2026-11-24+15:48", 0},
	    {"2026-11-24+15:47", -1}};
	static const char *const zones[] = {
	    "UTC", "Asia/Tokyo", "America/New_York"};
	size_t i, z;

	(void)state;
	for (z = 0; z < COUNT(zones); z++) {
		use_zone(zones[z]);
		for (i = 0; i < COUNT(cases); i++)
			if (then_is(cases[i].text) != cases[i].is)
				fail_msg("%s in %s: %d", cases[i].text,
				    zones[z], then_is(cases[i].text));
	}
	use_zone("Asia/Tokyo");
	assert_int_equal(then_is("2026-11-23 17:12"), 0);
	assert_int_equal(then_is("2026-11-23 08:12"), 1);
	use_zone("UTC");
}

static void
what_is_no_time_is_told(void **state)
{
	static const char *const cases[] = {"", "monday", "Today", "2026-13",
	    "2026-00", "2026-02-30", "2026-11-31 10:00", "2026-11-23 24",
	    "2026-11-23 08:60", "2026-11-23 08:12:61", "23.11.2026",
	    "2026-11-23 8:12", "2026/11/23", "2026-11-23 08:12:29.1234567",
	    "2026-11Z", "2026-11-23T08:1Z", "2026-11-23T08:12:29+1",
	    "2026-11-23T08:12:29+01:0", "2026-11-23T08:12:29+010:0",
	    "2026-11-23T08:12:29ZZ", "2026-11-23x", " 2026-11-23",
	    "2026-11-23  08", "-2026"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (then_is(cases[i]) != 9)
			fail_msg("\"%s\" is a time", cases[i]);
}

/* Where clocks are set back, both hours of that name are meant. */
static void
an_hour_that_comes_twice_is_meant_twice(void **state)
{
	struct when w;

	(void)state;
	use_zone("Europe/Berlin");
	assert_true(when_read(&w, "2026-10-25 02", 13, THEN));
	/* 00:30 and 01:30 UTC; and an hour to either side. */
	assert_int_equal(when_compare(&w, INT64_C(1792888200) * UTC_SECOND), 0);
	assert_int_equal(when_compare(&w, INT64_C(1792891800) * UTC_SECOND), 0);
	assert_true(when_compare(&w, INT64_C(1792884600) * UTC_SECOND) < 0);
	assert_true(when_compare(&w, INT64_C(1792895400) * UTC_SECOND) > 0);
	use_zone("UTC");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("as much of a time counts as is written",
		as_much_counts_as_is_written),
	    TEST("a zone counts where it is written",
		a_zone_counts_where_it_is_written),
	    TEST("what is no time is told", what_is_no_time_is_told),
	    TEST("an hour that comes twice is meant twice",
		an_hour_that_comes_twice_is_meant_twice),
	};

	return RUN(tests);
}
