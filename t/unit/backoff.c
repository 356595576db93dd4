#include "unit.h"

#include "cli/relay/backoff.h"

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)
#define BEGAN  (INT64_C(1800000000) * SECOND)

/* Each try fails as soon as it is due; the nth is so long behind the one
 * before.
 */
static void
follow_table(void **state)
{
	static const int64_t seconds[] = {5, 60, 300, 900, 3600, 10800, 21600};
	struct attempts a = {0};
	int64_t now = BEGAN, step;
	int n;

	(void)state;
	for (n = 0; a.state == ATTEMPTS_GO_ON && n < 100; n++) {
		backoff_failed(&a, now, -1);
		assert_int_equal(a.failed, n + 1);
		assert_int_equal(a.since, BEGAN);
		if (a.state != ATTEMPTS_GO_ON)
			break;
		step = seconds[n < 7 ? n : 6] * SECOND;
		if (now + step < BEGAN + BACKOFF_ENDS)
			assert_int_equal(a.next, now + step);
		else
			assert_int_equal(a.next, BEGAN + BACKOFF_ENDS);
		now = a.next;
	}
	assert_int_equal(a.state, ATTEMPTS_GIVEN_UP);
	assert_int_equal(a.next, 0);
	assert_int_equal(now, BEGAN + BACKOFF_ENDS);
	/* 4 h 21 min 5 s are 6 steps; then one each 6 hours. */
	assert_int_equal(n, 18);
}

static void
wait_as_asked(void **state)
{
	static const struct {
		int failed;
		int64_t wait, step;
	} cases[] = {{0, -1, 5}, {0, 0, 5}, {0, 4, 5}, {0, 7, 7},
	    {0, 86400, 86400}, {0, 86401, 86400}, {0, INT64_MAX, 86400},
	    {0, INT64_MIN, 5}, {4, 60, 3600}, {4, 3601, 3601}};
	struct attempts a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(&a, 0, sizeof(a));
		a.failed = cases[i].failed;
		a.since = BEGAN;
		backoff_failed(&a, BEGAN + HOUR, cases[i].wait);
		assert_int_equal(a.next, BEGAN + HOUR + cases[i].step * SECOND);
	}
}

static void
keep_place(void **state)
{
	struct attempts a = {.leads = 100, .digest = "abc"};

	(void)state;
	backoff_failed(&a, BEGAN, -1);
	assert_int_equal(a.leads, 100);
	assert_string_equal(a.digest, "abc");
}

/* A try that was late, as the machine was off: there are eight all the same. */
static void
end_when_late(void **state)
{
	struct attempts a = {.since = BEGAN, .failed = 1};

	(void)state;
	backoff_failed(&a, BEGAN + BACKOFF_ENDS - 1, -1);
	assert_int_equal(a.state, ATTEMPTS_GO_ON);
	assert_int_equal(a.next, BEGAN + BACKOFF_ENDS);
	backoff_failed(&a, BEGAN + 10 * BACKOFF_ENDS, -1);
	assert_int_equal(a.state, ATTEMPTS_GO_ON);
	assert_int_equal(a.next, BEGAN + 10 * BACKOFF_ENDS + 300 * SECOND);
	a.failed = 6;
	backoff_failed(&a, BEGAN + 10 * BACKOFF_ENDS, 3600);
	assert_int_equal(a.state, ATTEMPTS_GO_ON);
	backoff_failed(&a, BEGAN + 10 * BACKOFF_ENDS, 3600);
	assert_int_equal(a.state, ATTEMPTS_GIVEN_UP);
}

static void
clock_set_back(void **state)
{
	struct attempts a = {.since = BEGAN, .failed = 3};

	(void)state;
	backoff_failed(&a, BEGAN - HOUR, -1);
	assert_int_equal(a.since, BEGAN - HOUR);
	assert_int_equal(a.state, ATTEMPTS_GO_ON);
	a.next = BEGAN + 2 * 24 * HOUR;
	assert_int_equal(backoff_left(&a, BEGAN), 0);
}

static void
tell_what_is_left(void **state)
{
	struct attempts a = {.next = BEGAN};

	(void)state;
	assert_int_equal(backoff_left(&a, BEGAN - 7), 7);
	assert_int_equal(backoff_left(&a, BEGAN), 0);
	assert_int_equal(backoff_left(&a, BEGAN + 1), 0);
	assert_int_equal(backoff_left(&a, BEGAN - BACKOFF_MOST), BACKOFF_MOST);
	a.next = 0;
	assert_int_equal(backoff_left(&a, BEGAN), 0);
}

static void
count_no_further(void **state)
{
	struct attempts a = {.since = BEGAN, .failed = INT32_MAX};

	(void)state;
	backoff_failed(&a, BEGAN, -1);
	assert_int_equal(a.failed, INT32_MAX);
	assert_int_equal(a.next, BEGAN + 6 * HOUR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the tries follow the table for three days", follow_table),
	    TEST(
		"a target that asks to wait isn't asked before", wait_as_asked),
	    TEST("what was passed on in part stays noted", keep_place),
	    TEST("a try behind the three days is the last", end_when_late),
	    TEST("a clock that is set back stops no relay", clock_set_back),
	    TEST("what is left is told to the microsecond", tell_what_is_left),
	    TEST("the number of tries has an end", count_no_further),
	};

	return RUN(tests);
}
