#include "consumers.h"

#include "reader/watch.h"

/* All that was changed until now was so long ago. */
#define LATER (utc_now() + 3 * UTC_SECOND)

static void
what_comes_is_noticed(void **state)
{
	struct watch w = {0};
	int64_t now = LATER;
	struct home h;

	(void)state;
	make_home(&h, "comes");
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
	put_alone(&h, "a", 1, NOON);
	now = LATER;
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
	next_tick(&h);
	put_alone(&h, "b", 1, NOON);
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
	/* A clock that was set back, for a day long past. */
	next_tick(&h);
	put_alone(&h, "c", 1, NOON - 30 * A_DAY);
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
}

static void
a_journal_that_is_replaced_is_noticed(void **state)
{
	struct watch w = {0};
	int64_t now;
	struct home h;

	(void)state;
	make_home(&h, "replaced");
	put_alone(&h, "a", 1, NOON);
	now = LATER;
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
	at_home_run(&h, "cp -r journal copy");
	assert_false(watch_changed(&w, &h.endpoint, now));
	at_home_run(&h, "cp " JOURNAL " x && mv x " JOURNAL);
	now = LATER;
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
	at_home_run(&h, "rm -r journal && mv copy journal");
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
	at_home_run(&h, "rm -r journal");
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
}

static void
where_nothing_can_be_told(void **state)
{
	struct watch w = {0};
	int64_t now;
	struct home h;

	(void)state;
	make_home(&h, "told");
	put_alone(&h, "a", 1, NOON);
	/* Just now: another would have the same time. */
	now = utc_now();
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_true(watch_changed(&w, &h.endpoint, now + UTC_SECOND));
	now = LATER;
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
	/* Once a minute, and where the clock was set. */
	assert_false(watch_changed(&w, &h.endpoint, now + WATCH_MOST - 1));
	assert_true(watch_changed(&w, &h.endpoint, now + WATCH_MOST));
	assert_false(
	    watch_changed(&w, &h.endpoint, now + WATCH_MOST + UTC_SECOND));
	assert_true(watch_changed(&w, &h.endpoint, now));
	/* A loop of links can't be looked at. */
	at_home_run(&h, "mv journal away && ln -s journal journal");
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_true(watch_changed(&w, &h.endpoint, now));
	at_home_run(&h, "rm journal && mv away journal");
	now = LATER;
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
}

/* When a file of the home was changed. */
static int64_t
changed(const struct home *h, const char *file)
{
	struct stat st;

	assert_int_equal(stat(at_home(h, file), &st), 0);
	return st.st_ctim.tv_sec * UTC_SECOND + st.st_ctim.tv_nsec / 1000;
}

/* Either of the two may just have been changed. */
static void
a_tick_is_waited_for(void **state)
{
	struct watch w = {0};
	int64_t now;
	struct home h;

	(void)state;
	make_home(&h, "waits");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "touch journal/x && rm journal/x");
	now = changed(&h, "lock") + WATCH_TICK;
	assert_true(changed(&h, "journal") > changed(&h, "lock"));
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_true(watch_changed(&w, &h.endpoint, now));
	next_tick(&h);
	put_alone(&h, "b", 1, NOON);
	now = changed(&h, "journal") + WATCH_TICK;
	assert_true(changed(&h, "lock") > changed(&h, "journal"));
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_true(watch_changed(&w, &h.endpoint, now));
	now = changed(&h, "lock") + WATCH_TICK;
	assert_true(watch_changed(&w, &h.endpoint, now));
	assert_false(watch_changed(&w, &h.endpoint, now));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what comes is noticed, whatever its day",
		what_comes_is_noticed),
	    TEST("a journal that is replaced is noticed",
		a_journal_that_is_replaced_is_noticed),
	    TEST("where nothing can be told something may have come",
		where_nothing_can_be_told),
	    TEST("what has just been changed may be so again within a tick",
		a_tick_is_waited_for),
	};

	return RUN(tests);
}
