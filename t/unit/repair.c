#include "home.h"

#include "base/lock.h"
#include "index/index.h"
#include "store/recovery.h"
#include "store/repair.h"

#define LEADS "sheets/leads-" DAY ".csv"

static struct home home;

static void
make_day(const char *name)
{
	struct store *s;

	make_home(&home, name);
	s = open_store(&home);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON);
	store_close(s);
}

static void
who_only_looks_leaves_no_trace(void **state)
{
	struct repair r;

	(void)state;
	make_home(&home, "looks");
	repair_open(&r, &home.endpoint, &home.settings, &home.boot);
	repair_close(&r);
	assert_false(exists(at_home(&home, "lock")));
	assert_false(exists(at_home(&home, "journal")));
}

static void
the_lock_is_held_in_between(void **state)
{
	struct repair r, other;
	struct fault f = {0};
	char *byte;

	(void)state;
	make_day("lock");
	home.settings.lock_timeout = 1000;
	repair_open(&r, &home.endpoint, &home.settings, &home.boot);
	repair_open(&other, &home.endpoint, &home.settings, &home.boot);
	assert_int_equal(repair_begin(&r, &f), 0);
	assert_int_equal(repair_begin(&other, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	fault_clear(&f);
	repair_end(&r, 0);
	byte = read_file(at_home(&home, "lock"), NULL);
	assert_string_equal(byte, "1"); /* the next one is to look */
	free(byte);
	assert_int_equal(repair_begin(&other, &f), 0);
	repair_end(&other, 1);
	byte = read_file(at_home(&home, "lock"), NULL);
	assert_string_equal(byte, "0");
	free(byte);
	repair_close(&r);
	repair_close(&other);
}

/* Whoever comes first: the next delivery, of any day, or we ourselves. */
static void
what_is_expected_is_made(void **state)
{
	struct repair r;
	struct fault f = {0};
	struct store *s;
	int by_us;

	(void)state;
	for (by_us = 0; by_us < 2; by_us++) {
		make_day(by_us ? "us" : "next");
		repair_open(&r, &home.endpoint, &home.settings, &home.boot);
		assert_int_equal(repair_begin(&r, &f), 0);
		assert_int_equal(repair_expect(&r, DAY, &f), 0);
		assert_int_equal(unlink(at_home(&home, LEADS)), 0);
		if (by_us)
			assert_int_equal(repair_day(&r, DAY, &f), 0);
		repair_end(&r, by_us);
		repair_close(&r);
		if (!by_us) {
			s = open_store(&home);
			put(s, "c", 1, NOON + 86400 * UTC_SECOND);
			store_close(s);
		}
		assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("opening alone leaves no trace",
		who_only_looks_leaves_no_trace),
	    TEST("the lock is held from begin to end",
		the_lock_is_held_in_between),
	    TEST("sheets that are expected to go are made again",
		what_is_expected_is_made),
	};

	return RUN(tests);
}
