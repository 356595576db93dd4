/* Deliveries that are passed one by one: consumer_pass(). */
#include <fcntl.h>

#include "consumers.h"

#include "calls.h"

/* Pass that many of the new ones, and look at them. */
static void
passes(const struct home *h, size_t n, const char *ids)
{
	struct consumer *c = open_one(h, CONSUMER_MOVE);
	struct fault f = {0};
	struct record r;
	struct place place;
	char got[1024];
	size_t at = 0;

	got[0] = '\0';
	for (; n > 0; n--) {
		if (records_next(consumer_records(c), &r, &place, &f) != 1 ||
		    consumer_pass(c, &r, &place, &f) == -1)
			fail_msg("after %s: %s", got, f.text);
		at += (size_t)snprintf(
		    got + at, sizeof(got) - at, "%.*s ", (int)r.id_len, r.id);
	}
	assert_string_equal(got, ids);
	consumer_close(c);
}

static void
new_is(const struct home *h, const char *ids)
{
	struct consumer *c = open_one(h, CONSUMER_PEEK);

	assert_string_equal(ids_of(c), ids);
	consumer_close(c);
}

static void
what_stands_behind_stays_new(void **state)
{
	struct consumer *c;
	struct home h;

	(void)state;
	make_home(&h, "behind");
	put_alone(&h, "a", 1, NOON);
	put_alone(&h, "b", 1, NOON);
	put_alone(&h, "c", 1, NOON);
	passes(&h, 1, "a ");
	c = open_one(&h, CONSUMER_PEEK);
	assert_false(consumer_is_first(c));
	consumer_close(c);
	new_is(&h, "b c ");
	put_alone(&h, "d", 1, NOON);
	passes(&h, 2, "b c ");
	passes(&h, 1, "d ");
	new_is(&h, "");
	put_alone(&h, "e", 1, NOON);
	passes(&h, 1, "e ");
	new_is(&h, "");
}

/* The order is that of the days, whichever was written last. */
static void
of_each_day(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "days");
	put_alone(&h, "a", 1, NOON);
	put_alone(&h, "b", 1, TOMORROW);
	put_alone(&h, "c", 1, TOMORROW);
	put_alone(&h, "d", 1, TOMORROW + A_DAY);
	passes(&h, 2, "a b ");
	new_is(&h, "c d ");
	/* A clock that was set back; a day before all of them. */
	put_alone(&h, "e", 1, NOON);
	put_alone(&h, "f", 1, NOON - A_DAY);
	put_alone(&h, "g", 1, TOMORROW);
	passes(&h, 1, "f ");
	new_is(&h, "e c g d ");
	passes(&h, 3, "e c g ");
	put_alone(&h, "h", 1, TOMORROW + A_DAY);
	new_is(&h, "d h ");
	put_alone(&h, "i", 1, NOON);
	passes(&h, 3, "i d h ");
	new_is(&h, "");
}

static void
and_then_all_of_it(void **state)
{
	struct consumer *c;
	struct fault f = {0};
	struct record r;
	struct place place;
	struct home h;

	(void)state;
	make_home(&h, "all");
	put_alone(&h, "a", 1, NOON);
	put_alone(&h, "b", 1, NOON);
	put_alone(&h, "c", 1, TOMORROW);
	c = open_one(&h, CONSUMER_MOVE);
	assert_int_equal(records_next(consumer_records(c), &r, &place, &f), 1);
	assert_int_equal(consumer_pass(c, &r, &place, &f), 0);
	assert_true(consumer_is_new(c, &place));
	assert_string_equal(ids_of(c), "a b c ");
	put_alone(&h, "d", 1, NOON);
	assert_int_equal(consumer_commit(c, &f), 0);
	consumer_close(c);
	new_is(&h, "d ");
}

static void
other_lines_are_passed_too(void **state)
{
	char day[UTC_DAY_SIZE];
	struct home h;

	(void)state;
	make_home(&h, "lines");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "printf 'no record\\n' >> " JOURNAL);
	put_alone(&h, "b", 1, NOON);
	at_home_run(&h, "printf 'no record\\n' >> " JOURNAL);
	passes(&h, 1, "a ");
	passes(&h, 1, "b ");
	put_alone(&h, "c", 1, NOON);
	assert_int_equal(again(&h, day), 0);
	passes(&h, 1, "c ");
	new_is(&h, "");
}

static void
forget_and_prune_between(void **state)
{
	char day[UTC_DAY_SIZE];
	struct home h;

	(void)state;
	make_home(&h, "forget");
	put_alone(&h, "a", 1, NOON);
	put_alone(&h, "b", 2, NOON);
	put_alone(&h, "c", 1, NOON);
	put_alone(&h, "d", 1, TOMORROW);
	passes(&h, 2, "a b ");
	/* One before, itself, and one behind. */
	forget(&h, "a-0\n");
	new_is(&h, "c d ");
	forget(&h, "b-1\nc-0\nd-0\n");
	new_is(&h, "c d ");
	put_alone(&h, "e", 1, NOON);
	assert_int_equal(again(&h, day), 0);
	passes(&h, 1, "c ");
	prune(&h, DAY);
	new_is(&h, "d ");
	put_alone(&h, "f", 1, NOON);
	assert_int_equal(again(&h, day), 0);
	passes(&h, 2, "f d ");
	new_is(&h, "");
}

/* Read, and its day is pruned before it is passed. */
static void
one_whose_body_went_meanwhile(void **state)
{
	struct consumer *c;
	struct fault f = {0};
	struct record r;
	struct place place;
	struct home h;

	(void)state;
	make_home(&h, "pruned");
	put_alone(&h, "a", 1, NOON);
	put_alone(&h, "b", 1, NOON);
	put_alone(&h, "c", 1, TOMORROW);
	c = open_one(&h, CONSUMER_MOVE);
	assert_int_equal(records_next(consumer_records(c), &r, &place, &f), 1);
	prune(&h, DAY);
	assert_int_equal(consumer_pass(c, &r, &place, &f), 0);
	/* It goes on in the file that was open. */
	assert_int_equal(records_next(consumer_records(c), &r, &place, &f), 1);
	assert_int_equal(consumer_pass(c, &r, &place, &f), 0);
	consumer_close(c);
	new_is(&h, "c ");
	put_alone(&h, "d", 1, NOON);
	new_is(&h, "d c ");
	/* So it is where a segment is rewritten before it is opened. */
	c = open_one(&h, CONSUMER_MOVE);
	forget(&h, "d-0\n");
	assert_int_equal(records_next(consumer_records(c), &r, &place, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	fault_clear(&f);
	consumer_close(c);
	passes(&h, 2, "d c ");
}

static void
a_day_goes_on_in_another_segment(void **state)
{
	int64_t counts;
	struct home h;

	(void)state;
	make_home(&h, "segment");
	put_alone(&h, "a", 1, NOON);
	put_alone(&h, "b", 1, NOON);
	counts = size_of(at_home(&h, JOURNAL));
	put_alone(&h, "c", 1, NOON);
	passes(&h, 1, "a ");
	fail_sync(&h, DAY, 1, counts);
	put_alone(&h, "d", 1, NOON);
	put_alone(&h, "e", 1, NOON);
	passes(&h, 2, "b d ");
	new_is(&h, "e ");
	put_alone(&h, "f", 1, TOMORROW);
	passes(&h, 2, "e f ");
	new_is(&h, "");
}

static void
another_journal_is_new(void **state)
{
	char day[UTC_DAY_SIZE], *before;
	struct home h;
	size_t n;

	(void)state;
	make_home(&h, "other");
	put_alone(&h, "a", 1, NOON);
	before = read_file(at_home(&h, JOURNAL), &n);
	put_alone(&h, "b", 1, NOON);
	put_alone(&h, "c", 1, NOON);
	put_alone(&h, "d", 1, TOMORROW);
	passes(&h, 2, "a b ");
	/* An older copy, in which the one that was passed isn't. */
	write_file(at_home(&h, JOURNAL), before, n);
	free(before);
	(void)unlink(at_home(&h, "lock"));
	(void)unlink(at_home(&h, "index"));
	put_alone(&h, "e", 1, NOON);
	assert_int_equal(again(&h, day), 1);
	passes(&h, 1, "a ");
	assert_int_equal(again(&h, day), 0);
	new_is(&h, "e d ");
	/* A day that was away is the one that it was. */
	at_home_run(&h, "mv " JOURNAL " away");
	passes(&h, 1, "d ");
	at_home_run(&h, "mv away " JOURNAL);
	new_is(&h, "e ");
}

/* Nothing tells two tests apart but their places. */
static void
tests_of_one_moment(void **state)
{
	char *body = make_body("t", 1, "\"test\":true,");
	enum store_result result;
	struct fault f = {0};
	struct store *s;
	struct home h;
	int i;

	(void)state;
	make_home(&h, "tests");
	s = open_store(&h);
	for (i = 0; i < 3; i++)
		assert_int_equal(put_body(s, body, NOON, &result, &f), 0);
	store_close(s);
	free(body);
	passes(&h, 2, "t t ");
	new_is(&h, "t ");
	passes(&h, 1, "t ");
	new_is(&h, "");
}

/* When it was committed last is the time of its file. */
static void
when_that_was(void **state)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
	    {.tv_sec = NOON / UTC_SECOND, .tv_nsec = 123456789}};
	int64_t before = utc_now() - UTC_SECOND;
	struct consumer *c;
	struct home h;

	(void)state;
	make_home(&h, "when");
	put_alone(&h, "a", 1, NOON);
	c = open_one(&h, CONSUMER_PEEK);
	assert_int_equal(consumer_committed(c), 0);
	consumer_close(c);
	passes(&h, 1, "a ");
	c = open_one(&h, CONSUMER_PEEK);
	assert_true(consumer_committed(c) >= before);
	assert_true(consumer_committed(c) <= utc_now());
	consumer_close(c);
	assert_int_equal(
	    utimensat(AT_FDCWD, at_home(&h, "cursors/hub"), times, 0), 0);
	c = open_one(&h, CONSUMER_PEEK);
	assert_int_equal(consumer_committed(c), NOON + 123456);
	consumer_close(c);
}

/* Two are new; the first is passed, by a process that may end in it. */
static void
pass_one(void *home)
{
	struct consumer *c = open_one(home, CONSUMER_MOVE);
	struct fault f = {0};
	struct record r;
	struct place place;

	if (records_next(consumer_records(c), &r, &place, &f) != 1)
		fail_msg("records_next: %s", f.text);
	if (consumer_pass(c, &r, &place, &f) == -1)
		fail_msg("consumer_pass: %s", f.text);
	consumer_close(c);
}

/* The calls that change the disk, in their order. */
static const struct {
	const char *call, *file;
} steps[] = {{"write", "hub.new"}, {"fdatasync", "hub.new"}, {"rename", "hub"},
    {"fsync", "cursors"}};

static void
killed_in_it_the_one_may_come_again(void **state)
{
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(steps); i++) {
		make_home(&h, steps[i].call);
		put_alone(&h, "x", 1, NOON - A_DAY);
		gives(&h, "x ");
		put_alone(&h, "a", 1, NOON);
		put_alone(&h, "b", 1, TOMORROW);
		killed_before(steps[i].call, steps[i].file, 0, pass_one, &h);
		new_is(&h, strcmp(steps[i].call, "fsync") == 0 ? "b " : "a b ");
		/* What it left is in nobody's way. */
		put_alone(&h, "c", 1, NOON - A_DAY);
		gives(&h,
		    strcmp(steps[i].call, "fsync") == 0 ? "c b " : "c a b ");
		assert_false(exists(at_home(&h, "cursors/hub.new")));
	}
}

static void
a_call_that_fails_is_told(void **state)
{
	struct consumer *c;
	struct fault f = {0};
	struct record r;
	struct place place;
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(steps); i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "fails-%d", (int)i);
		make_home(&h, name);
		put_alone(&h, "a", 1, NOON);
		put_alone(&h, "b", 1, NOON);
		c = open_one(&h, CONSUMER_MOVE);
		assert_int_equal(
		    records_next(consumer_records(c), &r, &place, &f), 1);
		forget_calls();
		fail_call(steps[i].call, steps[i].file, 0, 1, ENOSPC);
		assert_int_equal(consumer_pass(c, &r, &place, &f), -1);
		assert_int_equal(f.kind, FAULT_STORAGE);
		assert_int_equal(f.err, ENOSPC);
		fault_clear(&f);
		assert_false(exists(at_home(&h, "cursors/hub.new")));
		forget_calls();
		assert_int_equal(consumer_pass(c, &r, &place, &f), 0);
		consumer_close(c);
		new_is(&h, "b ");
	}
}

/* Of one lead on one day, and of thousands on several. */
static void
it_costs_two_syncs(void **state)
{
	struct home h;
	size_t i;
	int day;

	(void)state;
	make_home(&h, "cost");
	assert_int_equal(mkdir(at_home(&h, "cursors"), 0750), 0);
	for (day = 0; day < 3; day++) {
		put_alone(&h,
		    day == 0   ? "a"
		    : day == 1 ? "b"
			       : "c",
		    1 + 2000 * day, NOON + day * A_DAY);
		forget_calls();
		pass_one(&h);
		for (i = 0; i < COUNT(steps); i++)
			assert_int_equal(
			    count_calls(steps[i].call, steps[i].file), 1);
		assert_string_equal(calls_made, "write hub.new\n"
						"fdatasync hub.new\n"
						"rename hub\n"
						"fsync cursors\n");
		/* A line of each day. */
		assert_true(size_of(at_home(&h, "cursors/hub")) <
			    100 + 150 * (day + 1));
	}
	new_is(&h, "");
}

/* A life at random: whatever happens each comes once, and none is skipped. */
struct life {
	struct home home;
	unsigned random;
	int n;           /* of them */
	char came[1000]; /* how often each did */
};

static unsigned
chance(struct life *l, unsigned n)
{
	l->random = l->random * 1103515245 + 12345;
	return (l->random >> 16) % n;
}

static void
deliver(struct life *l)
{
	char id[16];

	(void)snprintf(id, sizeof(id), "%d", l->n++);
	put_alone(&l->home, id, 2, NOON + (int64_t)chance(l, 4) * A_DAY);
}

static void
read_some(struct life *l)
{
	struct consumer *c = open_one(&l->home, CONSUMER_MOVE);
	unsigned most = chance(l, 8);
	struct fault f = {0};
	struct record r;
	struct place place;
	char id[16];

	for (; most > 0; most--) {
		if (records_next(consumer_records(c), &r, &place, &f) != 1)
			break;
		(void)snprintf(id, sizeof(id), "%.*s", (int)r.id_len, r.id);
		l->came[atoi(id)]++;
		/* Several may go at once. */
		if ((most == 1 || chance(l, 2) == 0) &&
		    consumer_pass(c, &r, &place, &f) == -1)
			fail_msg("consumer_pass: %s", f.text);
	}
	/* Then the last of them was the last of all. */
	if (most > 0 && consumer_commit(c, &f) == -1)
		fail_msg("consumer_commit: %s", f.text);
	consumer_close(c);
}

static void
forget_one(struct life *l)
{
	char urn[32];

	if (l->n == 0)
		return;
	(void)snprintf(urn, sizeof(urn), "%u-0\n", chance(l, (unsigned)l->n));
	forget(&l->home, urn);
}

static void
each_comes_once(void **state)
{
	struct life l = {.random = 7};
	int i;

	(void)state;
	make_home(&l.home, "life");
	for (i = 0; i < 200; i++) {
		if (chance(&l, 2) == 0)
			deliver(&l);
		else if (chance(&l, 8) == 0)
			forget_one(&l);
		else
			read_some(&l);
	}
	for (i = 0; i < l.n; i++)
		read_some(&l);
	assert_true(l.n > 50);
	for (i = 0; i < l.n; i++)
		if (l.came[i] != 1)
			fail_msg("%d came %d times", i, l.came[i]);
	new_is(&l.home, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what stands behind the one that is passed stays new",
		what_stands_behind_stays_new),
	    TEST("so it is over several days, of whatever order", of_each_day),
	    TEST("a commit after that is of all that was new",
		and_then_all_of_it),
	    TEST("lines that are no deliveries make none new again",
		other_lines_are_passed_too),
	    TEST("forget and prune between two make nothing new",
		forget_and_prune_between),
	    TEST("one whose body went meanwhile is passed",
		one_whose_body_went_meanwhile),
	    TEST("a day goes on in another segment",
		a_day_goes_on_in_another_segment),
	    TEST("of another journal all is new, and nothing skipped",
		another_journal_is_new),
	    TEST("tests that came in one moment are passed one by one",
		tests_of_one_moment),
	    TEST("when it was committed last is told", when_that_was),
	    TEST("killed anywhere in it the one may come again, and nothing "
		 "is skipped",
		killed_in_it_the_one_may_come_again),
	    TEST("a call that fails is told, and can be made again",
		a_call_that_fails_is_told),
	    TEST("it costs one small file and two syncs, whatever there is",
		it_costs_two_syncs),
	    TEST("in a life at random each comes once", each_comes_once),
	};

	return RUN(tests);
}
