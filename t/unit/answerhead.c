#include "unit.h"

#include "cli/deliver/answerhead.h"

/* 1994-11-06 08:49:37 UTC, the time of RFC 9110's examples. */
#define SECOND INT64_C(784111777)

static int64_t
wait_of(const char *line, int64_t now)
{
	struct answerhead h = {0};

	answerhead_take(&h, line, strlen(line));
	return answerhead_retry_after(&h, now * 1000000);
}

static void
numbers_are_seconds(void **state)
{
	static const struct {
		const char *line;
		int64_t seconds;
	} cases[] = {
	    {"Retry-After: 120\r\n", 120},
	    {"retry-after:7\r\n", 7},
	    {"RETRY-AFTER: \t 0 \r\n", 0},
	    {"Retry-After: 999999999\r\n", 999999999},
	    {"Retry-After: 1000000000\r\n", 999999999},
	    {"Retry-After: 99999999999999999999999999999999999\r\n", 999999999},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    wait_of(cases[i].line, SECOND), cases[i].seconds);
}

static void
dates_are_seconds_from_now(void **state)
{
	/* The three forms of RFC 9110 section 5.6.7. */
	static const char *const lines[] = {
	    "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
	    "Retry-After: Sunday, 06-Nov-94 08:49:37 GMT\r\n",
	    "Retry-After: Sun Nov  6 08:49:37 1994\r\n"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		assert_int_equal(wait_of(lines[i], SECOND - 3600), 3600);
		assert_int_equal(wait_of(lines[i], SECOND - 1), 1);
		assert_int_equal(wait_of(lines[i], SECOND), 0);
		assert_int_equal(wait_of(lines[i], SECOND + 86400), 0);
	}
	assert_int_equal(
	    wait_of("Retry-After: Tuesday, 01-Dec-26 00:00:00 GMT\r\n",
		INT64_C(1796083140)),
	    60);
	assert_int_equal(
	    wait_of("Retry-After: Tuesday, 31-Dec-69 23:59:60 GMT\r\n",
		INT64_C(3155759999)),
	    1);
	assert_int_equal(
	    wait_of("Retry-After: Thursday, 01-Jan-70 00:00:01 GMT\r\n", 0), 1);
	assert_int_equal(
	    wait_of("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n", SECOND),
	    999999999);
}

static void
other_values_ask_for_nothing(void **state)
{
	static const char *const lines[] = {"Retry-After:\r\n",
	    "Retry-After: soon\r\n", "Retry-After: -5\r\n",
	    "Retry-After: 5 minutes\r\n", "Retry-After: 1.5\r\n",
	    "Retry-After: Sun, 06 Nov 1994 08:49:37\r\n",
	    "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT+1\r\n",
	    "Retry-After: Sunday, 06-Nov-94 08:49:37 GMT+1\r\n",
	    "Retry-After: Sun Nov  6 08:49:37 1994 GMT\r\n",
	    "Retry-After: Sun Nov  6 08:49:37\r\n",
	    "Retry-After: Sun, 31 Feb 1994 08:49:37 GMT\r\n",
	    "Retry-After: Sun, 06 Nov 1994 24:49:37 GMT\r\n",
	    "Retry-After: Sun, 06 Nov 1994 08:60:37 GMT\r\n",
	    "Retry-After: Sun, 06 Nov 1994 08:49:61 GMT\r\n",
	    "Retry-After: Sun, 06 Nov 1994 -8:49:37 GMT\r\n",
	    "Retry-After: Sun, 06 nov 1994 08:49:37 GMT\r\n",
	    "Retry-After: Sun, 06 anF 1994 08:49:37 GMT\r\n",
	    "Retry-After: Sun, 06 No 1994 08:49:37 GMT\r\n",
	    "Retry-After: Sun, 06 Nov 1869 08:49:37 GMT\r\n",
	    "X-Retry-After: 5\r\n", "Retry-Afterwards: 5\r\n",
	    "Retry-After 5\r\n", "\r\n", ""};
	struct answerhead none = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++)
		if (wait_of(lines[i], 0) != -1) {
			print_error("%s", lines[i]);
			fail();
		}
	assert_int_equal(answerhead_retry_after(&none, 0), -1);
}

static void
values_are_cut_and_plain(void **state)
{
	static const char server[] =
	    "Server: nginx\x1b[2J\x80/1.2 0123456789012345678901234567890123456"
	    "78901234567890123456789\r\n";
	struct answerhead h = {0};

	(void)state;
	answerhead_take(&h, "HTTP/1.1 200 OK\r\n", 17);
	answerhead_take(&h, server, strlen(server));
	assert_int_equal(h.bytes, 17 + strlen(server));
	assert_int_equal(strlen(h.server), sizeof(h.server) - 1);
	assert_int_equal(strncmp(h.server, "nginx[2J/1.2 0123", 17), 0);
	/* Not one byte behind its end is looked at. */
	answerhead_take(&h, "Retry-After: 12", 14);
	assert_string_equal(h.retry_after, "1");
	answerhead_take(&h, "Retry-After: ", 12);
	assert_string_equal(h.retry_after, "1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("Retry-After: a number is seconds, and has an end",
		numbers_are_seconds),
	    TEST("Retry-After: a date of any form is seconds from now",
		dates_are_seconds_from_now),
	    TEST("Retry-After: anything else asks for nothing",
		other_values_ask_for_nothing),
	    TEST("a value has an end, and nothing that moves a cursor",
		values_are_cut_and_plain),
	};

	return RUN(tests);
}
