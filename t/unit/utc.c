#include "unit.h"

#include "base/utc.h"

#define HOUR (INT64_C(3600) * UTC_SECOND)
#define DAY  (24 * HOUR)

static void
iso_comes_back(void **state)
{
	static const struct {
		int64_t us;
		const char *iso;
	} cases[] = {{0, "1970-01-01T00:00:00.000000Z"},
	    {INT64_C(1795421549123456), "2026-11-23T08:12:29.123456Z"},
	    {-1, "1969-12-31T23:59:59.999999Z"},
	    {INT64_C(-42489360000000000), "0623-07-27T00:00:00.000000Z"},
	    {INT64_C(4107542399999999), "2100-02-28T23:59:59.999999Z"}};
	char iso[UTC_ISO_SIZE];
	int64_t us;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		utc_iso(cases[i].us, iso);
		assert_string_equal(iso, cases[i].iso);
		assert_int_equal(utc_parse(iso, strlen(iso), &us), 0);
		assert_int_equal(us, cases[i].us);
	}
	assert_int_equal(utc_parse("2026-11-23 08:12:29.123456Z", 27, &us), -1);
	assert_int_equal(utc_parse("2026-11-23T08:12:29.12345Z", 26, &us), -1);
}

static void
offsets_are_read(void **state)
{
	static const struct {
		const char *iso;
		int64_t us;
	} good[] = {{"2026-11-23T08:12:29Z", INT64_C(1795421549000000)},
	    {"2026-11-23T08:12:29.5Z", INT64_C(1795421549500000)},
	    {"2026-11-23T08:12:29.123456789+00:00", INT64_C(1795421549123456)},
	    {"2026-11-23T10:12:29+02:00", INT64_C(1795421549000000)},
	    {"2026-11-23T02:42:29-05:30", INT64_C(1795421549000000)},
	    {"0000-01-01T00:00:00Z", INT64_C(-62167219200000000)},
	    {"1600-02-29T00:00:00Z", INT64_C(-11670998400000000)},
	    {"2000-12-31T23:59:59Z", INT64_C(978307199000000)},
	    {"2024-02-29T00:00:00Z", INT64_C(1709164800000000)},
	    {"9999-12-31T23:59:59Z", INT64_C(253402300799000000)}};
	static const char *const bad[] = {"", "2026-11-23",
	    "2026-11-23T08:12:29", "2026-11-23 08:12:29Z",
	    "2026-11-23T08:12:29Zx", "2026-11-23T08:12:29+0200", "yesterday",
	    "2026-02-29T08:12:29Z", "2100-02-29T08:12:29Z",
	    "2026-04-31T08:12:29Z", "2026-00-23T08:12:29Z",
	    "2026-13-23T08:12:29Z", "2026-11-00T08:12:29Z",
	    "2026-12-32T08:12:29Z", "2026-11-23T24:12:29Z",
	    "2026-11-23T08:60:29Z", "2026-11-23T08:12:60Z"};
	int64_t us;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		assert_int_equal(utc_parse_offset(good[i].iso, &us), 0);
		assert_int_equal(us, good[i].us);
	}
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(utc_parse_offset(bad[i], &us), -1);
}

static void
day_is_of_the_zone(void **state)
{
	/* 2026-03-28T23:30Z: still the 28th in UTC, the 29th in Berlin. */
	const int64_t late = INT64_C(1774740600) * UTC_SECOND;
	char day[UTC_DAY_SIZE], local[UTC_LOCAL_SIZE];
	struct fault f = {0};

	(void)state;
	setenv("TZ", "America/New_York", 1);
	assert_int_equal(utc_zone("UTC", &f), 0);
	utc_day(late, day);
	assert_string_equal(day, "2026-03-28");
	assert_int_equal(utc_zone("Europe/Berlin", &f), 0);
	utc_day(late, day);
	assert_string_equal(day, "2026-03-29");
	utc_local(late, local);
	assert_string_equal(local, "2026-03-29 00:30:00");
	/* Two hours later the clocks there have gone forward. */
	utc_local(late + 2 * HOUR, local);
	assert_string_equal(local, "2026-03-29 03:30:00");
}

static void
unknown_zone_is_refused(void **state)
{
	static const char *const names[] = {"", "Mars/Olympus", "/etc/passwd",
	    "../../../etc/passwd", ":UTC", "Europe", "zone.tab", "A B"};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		fault_clear(&f);
		assert_int_equal(utc_zone(names[i], &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, "timezone"));
	}
}

static void
form_of_a_day(void **state)
{
	(void)state;
	assert_true(utc_is_day("2026-11-23"));
	assert_false(utc_is_day("2026-11-2"));
	assert_false(utc_is_day("2026-11-233"));
	assert_false(utc_is_day("2026/11/23"));
	assert_false(utc_is_day(""));
	assert_true(utc_is_day("2024-02-29"));
	assert_false(utc_is_day("2026-02-29"));
	assert_false(utc_is_day("2026-13-01"));
	assert_false(utc_is_day("2026-00-10"));
	assert_false(utc_is_day("2026-11-31"));
}

static void
far_years_have_no_day(void **state)
{
	char day[UTC_DAY_SIZE];

	(void)state;
	utc_day(INT64_C(300000000000) * UTC_SECOND, day);
	assert_false(utc_is_day(day));
}

static void
boot_is_before_now(void **state)
{
	struct boot a, b;

	(void)state;
	utc_boot(&a);
	utc_boot(&b);
	assert_string_equal(a.id, b.id);
	assert_true(a.time < utc_now());
	assert_true(a.time > utc_now() - 10 * 366 * DAY);
}

/* Berlin's 2026-03-29 has 23 hours, its 2026-10-25 has 25. */
static void
days_are_counted_back(void **state)
{
	static const struct {
		const char *day;
		long n;
		char unit;
		const char *expected;
	} cases[] = {{"2026-11-23", 0, 'd', "2026-11-23"},
	    {"2026-11-23", 400, 'd', "2025-10-19"},
	    {"2024-03-01", 1, 'd', "2024-02-29"},
	    {"2100-03-01", 1, 'd', "2100-02-28"},
	    {"2026-01-05", 2, 'w', "2025-12-22"},
	    {"2026-11-23", 13, 'm', "2025-10-23"},
	    {"2026-01-31", 1, 'm', "2025-12-31"},
	    {"2026-03-31", 1, 'm', "2026-02-28"},
	    {"2024-02-29", 1, 'y', "2023-02-28"},
	    {"2026-11-23", 2, 'y', "2024-11-23"},
	    {"2026-11-23", 2025, 'y', "0001-11-23"},
	    {"2026-11-23", 2026, 'y', NULL}, {"2026-11-23", 1, 'h', NULL},
	    {"2026-11-23", 1, '\0', NULL}, {"2026-11-23", -1, 'd', NULL},
	    {"2026-11-23", 100001, 'w', NULL}, {"today", 1, 'd', NULL}};
	char out[UTC_DAY_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)strcpy(out, "");
		assert_int_equal(
		    utc_before(cases[i].day, cases[i].n, cases[i].unit, out),
		    cases[i].expected == NULL ? -1 : 0);
		if (cases[i].expected != NULL)
			assert_string_equal(out, cases[i].expected);
	}
}

static void
days_have_numbers(void **state)
{
	static const struct {
		const char *day;
		int number;
	} cases[] = {{"1970-01-01", 0}, {"1970-12-31", 364},
	    {"2000-02-29", 11016}, {"2026-11-23", 20780}, {"2149-06-06", 65535},
	    {"9999-12-31", 2932896}};
	static const char *const bad[] = {"1969-12-30", "1969-12-31",
	    "2026-02-29", "today", "2026-11-23x", ""};
	char day[UTC_DAY_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(utc_day_number(cases[i].day), cases[i].number);
		utc_day_of_number(cases[i].number, day);
		assert_string_equal(day, cases[i].day);
	}
	for (i = 0; i < COUNT(bad); i++)
		assert_int_equal(utc_day_number(bad[i]), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a time comes back from ISO 8601", iso_comes_back),
	    TEST("a time with its offset is read", offsets_are_read),
	    TEST("the day is that of the zone, whatever TZ says",
		day_is_of_the_zone),
	    TEST("an unknown time zone is refused", unknown_zone_is_refused),
	    TEST("the form of a day is told", form_of_a_day),
	    TEST("a day has its number since 1970, and comes back from it",
		days_have_numbers),
	    TEST("a year past 9999 has no day", far_years_have_no_day),
	    TEST("days, weeks, months and years are counted back",
		days_are_counted_back),
	    TEST("the machine was started before now", boot_is_before_now),
	};

	return RUN(tests);
}
