#include "home.h"

#include "reader/stuck.h"

#define HOUR (3600 * UTC_SECOND)

static const struct endpoint endpoint = {.name = "main", .dir = "/h/main"};

static void
tells(const char *name, const struct attempts *a, int64_t now, enum stuck grade,
    const char *expected)
{
	char text[STUCK_SIZE] = "as it was";
	struct fault f = {0};

	assert_int_equal(utc_zone("Asia/Tokyo", &f), 0);
	assert_int_equal(stuck_tell(&endpoint, name, a, now, text), grade);
	assert_string_equal(text, expected);
}

static void
one_that_gave_up_needs_a_person(void **state)
{
	const struct attempts a = {.state = ATTEMPTS_GIVEN_UP,
	    .since = NOON,
	    .failed = 21,
	    .why = "crm.example.org answered 500"};

	(void)state;
	tells("relay-crm", &a, NOON, STUCK_ACT,
	    "main: relay crm has given up: crm.example.org answered 500; "
	    "nothing is lost; when that is put right run \"leadsheet relay crm "
	    "--resume\"; if nobody wants it any more, delete [relay crm] in "
	    "leadsheet.conf and /h/main/cursors/relay-crm.attempts");
}

static void
one_whose_target_is_gone_needs_a_person(void **state)
{
	const struct attempts a = {.state = ATTEMPTS_GONE,
	    .failed = 1,
	    .why = "crm.example.org answered 410"};

	(void)state;
	tells("relay-crm", &a, NOON, STUCK_ACT,
	    "main: relay crm stands still: crm.example.org answered 410, which "
	    "says that it wants nothing more; nothing is lost; give it a URL "
	    "in leadsheet.conf that is wanted, and run \"leadsheet relay crm "
	    "--resume\"; if nobody wants it any more, delete [relay crm] in "
	    "leadsheet.conf and /h/main/cursors/relay-crm.attempts");
}

static void
one_that_fails_for_long_is_good_to_know(void **state)
{
	struct attempts a = {.since = NOON,
	    .next = NOON + 2 * HOUR,
	    .failed = 5,
	    .why = "crm.example.org answered 500"};

	(void)state;
	tells("relay-crm", &a, NOON + HOUR - 1, STUCK_NONE, "");
	tells("relay-crm", &a, NOON + HOUR, STUCK_NOTE,
	    "main: relay crm has failed since 2026-11-23 21:00, 5 tries: "
	    "crm.example.org answered 500; it tries again at 2026-11-23 "
	    "23:00; nothing is lost");
	a.failed = 1;
	tells("relay-crm", &a, NOON + 3 * HOUR - 1, STUCK_NOTE,
	    "main: relay crm has failed since 2026-11-23 21:00, 1 try: "
	    "crm.example.org answered 500; it tries again at 2026-11-23 "
	    "23:00; nothing is lost");
}

static void
one_that_does_not_try_again_needs_a_person(void **state)
{
	const struct attempts a = {.since = NOON,
	    .next = NOON + 2 * HOUR,
	    .failed = 5,
	    .why = "crm.example.org answered 500"};

	(void)state;
	tells("relay-crm", &a, NOON + 3 * HOUR, STUCK_ACT,
	    "main: relay crm was to try again at 2026-11-23 23:00, and did "
	    "not: see to its service or its cron job (\"leadsheet relay crm "
	    "--once\" tries now); it has failed since 2026-11-23 21:00: "
	    "crm.example.org answered 500; nothing is lost");
}

static void
of_others_nothing_is_told(void **state)
{
	const struct attempts up = {.state = ATTEMPTS_GIVEN_UP, .failed = 9};
	const struct attempts well = {.leads = 7, .digest = "d"};

	(void)state;
	tells("hubspot", &up, NOON, STUCK_NONE, "");
	tells("relay-", &up, NOON, STUCK_NONE, "");
	tells("digest", &up, NOON, STUCK_NONE, "");
	tells("relay-crm", &well, NOON, STUCK_NONE, "");
}

/* However long the names are it is whole. */
static void
it_has_room(void **state)
{
	struct attempts a = {.state = ATTEMPTS_GONE};
	struct endpoint e = {.name = ""};
	char name[128], text[STUCK_SIZE];
	size_t n;

	(void)state;
	memset(e.name, 'e', ENDPOINT_NAME_SIZE - 1);
	memset(e.dir, 'd', sizeof(e.dir) - 1);
	memset(a.why, 'w', sizeof(a.why) - 1);
	n = (size_t)snprintf(name, sizeof(name), STUCK_RELAY);
	memset(name + n, 'r', ENDPOINT_NAME_SIZE - 1);
	name[n + ENDPOINT_NAME_SIZE - 1] = '\0';
	assert_int_equal(stuck_tell(&e, name, &a, NOON, text), STUCK_ACT);
	assert_non_null(strstr(text, "r.attempts"));
	assert_true(strlen(text) < sizeof(text) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("one that has given up needs a person",
		one_that_gave_up_needs_a_person),
	    TEST("one whose target wants nothing more needs a person",
		one_whose_target_is_gone_needs_a_person),
	    TEST("one that fails for an hour is good to know",
		one_that_fails_for_long_is_good_to_know),
	    TEST("one that doesn't try again when it is due needs a person",
		one_that_does_not_try_again_needs_a_person),
	    TEST("of other readers, and while all is well, nothing is told",
		of_others_nothing_is_told),
	    TEST("a sentence has room for the longest names", it_has_room),
	};

	return RUN(tests);
}
