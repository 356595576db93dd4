#include "unit.h"

#include <fcntl.h>

#include "home.h"
#include "upkeep/silence.h"

#define HOUR (3600 * UTC_SECOND)

/* What is said at that time where so much quiet is allowed; "" for nothing. */
static const char *
said(const struct home *h, int64_t quiet, int64_t now)
{
	static struct fault f;
	struct settings s;

	fault_clear(&f);
	setting_defaults(&s);
	s.quiet = quiet;
	return silence_check(&h->endpoint, &s, now, &f) == 0 ? "" : f.text;
}

/* Its secret was set then. */
static void
set_secret(const struct home *h, int64_t when)
{
	const struct timespec times[2] = {
	    {.tv_sec = (time_t)(when / UTC_SECOND)},
	    {.tv_sec = (time_t)(when / UTC_SECOND)}};

	write_file(at_home(h, "secret"), "0123456789abcdef\n", 17);
	assert_int_equal(
	    utimensat(AT_FDCWD, at_home(h, "secret"), times, 0), 0);
}

static void
it_is_told_from_when_it_is_too_long(void **state)
{
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "long");
	set_secret(&h, NOON - 99 * 24 * HOUR);
	s = open_store(&h);
	(void)put(s, "a", 1, NOON);
	assert_string_equal(said(&h, 0, NOON + 1000 * 24 * HOUR), "");
	assert_string_equal(said(&h, 12 * HOUR, NOON), "");
	assert_string_equal(said(&h, 12 * HOUR, NOON + 12 * HOUR - 1), "");
	assert_string_equal(said(&h, 12 * HOUR, NOON + 12 * HOUR),
	    "main: nothing came for 12 hours (the last delivery was on " DAY
	    " 12:00); press \"Test\" beside the webhook in LikesToLeads, and "
	    "see whether it arrives");
	assert_non_null(strstr(said(&h, HOUR, NOON + HOUR), "for 1 hour ("));
	assert_non_null(
	    strstr(said(&h, HOUR, NOON + 47 * HOUR), "for 47 hours ("));
	assert_non_null(
	    strstr(said(&h, HOUR, NOON + 71 * HOUR), "for 2 days ("));
	/* A clock that was ahead. */
	assert_string_equal(said(&h, HOUR, NOON - 99 * HOUR), "");
	(void)put(s, "b", 1, NOON + 71 * HOUR);
	assert_string_equal(said(&h, HOUR, NOON + 71 * HOUR), "");
	store_close(s);
}

static void
whatever_is_signed_breaks_it(void **state)
{
	static const char *const bodies[] = {
	    "{\"test\":true,\"delivery_id\":\"t\",\"event\":\"lead.enriched\","
	    "\"data\":{\"leads\":[]}}",
	    "{\"event\":\"other\"}", "{broken"};
	enum store_result result;
	struct fault f = {0};
	int64_t now = NOON;
	struct store *s;
	struct home h;
	size_t i;

	(void)state;
	make_home(&h, "any");
	set_secret(&h, NOON);
	s = open_store(&h);
	for (i = 0; i < COUNT(bodies); i++) {
		now += 9 * HOUR;
		assert_string_not_equal(said(&h, 8 * HOUR, now), "");
		assert_int_equal(put_body(s, bodies[i], now, &result, &f), 0);
		assert_string_equal(said(&h, 8 * HOUR, now + HOUR), "");
	}
	store_close(s);
}

static void
before_the_first_it_is_counted_from_the_secret(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "new");
	assert_string_equal(said(&h, HOUR, NOON), "");
	set_secret(&h, NOON);
	assert_string_equal(said(&h, 72 * HOUR, NOON + 71 * HOUR), "");
	assert_non_null(strstr(said(&h, 72 * HOUR, NOON + 72 * HOUR),
	    "main: nothing came for 3 days (nothing ever did, and its secret "
	    "was set on " DAY " 12:00); press \"Test\""));
}

static void
what_is_switched_off_may_be_silent(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "off");
	set_secret(&h, NOON);
	assert_string_not_equal(said(&h, HOUR, NOON + HOUR), "");
	h.endpoint.disabled = 1;
	assert_string_equal(said(&h, HOUR, NOON + HOUR), "");
}

static void
a_journal_that_cannot_be_read_is_for_others_to_tell(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "unread");
	set_secret(&h, NOON);
	write_file(at_home(&h, "journal"), "", 0);
	assert_string_equal(said(&h, HOUR, NOON + 9 * HOUR), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("it is told from when on it is too long",
		it_is_told_from_when_it_is_too_long),
	    TEST("whatever comes signed breaks it",
		whatever_is_signed_breaks_it),
	    TEST("before the first delivery it is counted from the secret",
		before_the_first_it_is_counted_from_the_secret),
	    TEST("an endpoint that is switched off may be silent",
		what_is_switched_off_may_be_silent),
	    TEST("a journal that can't be read is for others to tell",
		a_journal_that_cannot_be_read_is_for_others_to_tell),
	};

	return RUN(tests);
}
