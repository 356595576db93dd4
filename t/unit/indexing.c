#include "home.h"

#include "journal/pruned.h"
#include "store/indexing.h"
#include "store/recovery.h"

#define LEADS   "sheets/leads-" DAY ".csv"
#define LEADS_2 "sheets/leads-" DAY "-2.csv"
#define JOURNAL "journal/" DAY ".jsonl"
#define IDS     "journal/" DAY ".ids"

static struct home home;

/* A day of three deliveries of one lead each, and the store closed. */
static void
make_day(const char *name)
{
	struct store *s;

	make_home(&home, name);
	s = open_store(&home);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON);
	put(s, "c", 1, NOON);
	store_close(s);
}

/* Run a shell command in the endpoint's directory. */
static void
run(const char *text)
{
	char command[PATH_MAX + 512];

	(void)snprintf(
	    command, sizeof(command), "cd '%s' && %s", home.endpoint.dir, text);
	assert_int_equal(system(command), 0);
}

static enum store_result
put_again(const char *id)
{
	struct store *s = open_store(&home);
	enum store_result result = put(s, id, 1, NOON);

	store_close(s);
	return result;
}

/*
 * The journal without its first record, in another file: every offset that the
 * index has is wrong, though the file may be as long as it was.
 */
static void
rewritten_journal_is_read_anew(void **state)
{
	static const char *const tails[] = {
	    "true", "head -1 " JOURNAL ".old >> " JOURNAL};
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(tails); i++) {
		(void)snprintf(name, sizeof(name), "rewritten%zu", i);
		make_day(name);
		run("mv " JOURNAL " " JOURNAL ".old && "
		    "sed 1d " JOURNAL ".old > " JOURNAL);
		run(tails[i]);
		assert_int_equal(put_again("b"), STORE_DUPLICATE);
		assert_int_equal(put_again("c"), STORE_DUPLICATE);
		assert_int_equal(
		    put_again("a"), i == 0 ? STORE_STORED : STORE_DUPLICATE);
		assert_int_equal(lines_in(at_home(&home, JOURNAL)), 3);
	}
}

/* While a store has the index open, too. */
static void
open_store_sees_another_journal(void **state)
{
	struct store *s;

	(void)state;
	make_day("open");
	s = open_store(&home);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	run("cp " JOURNAL " x && (tail -1 x; head -2 x) > y && mv y " JOURNAL);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "d", 1, NOON), STORE_STORED);
	store_close(s);
	assert_int_equal(lines_in(at_home(&home, JOURNAL)), 4);
}

/* The same bytes in another file, as a backup brings them: nothing changes. */
static void
restored_home_goes_on(void **state)
{
	(void)state;
	make_day("restored");
	run("cp -p " JOURNAL " x && mv x " JOURNAL);
	assert_int_equal(put_again("d"), STORE_STORED);
	assert_int_equal(put_again("a"), STORE_DUPLICATE);
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 4);
	assert_false(exists(at_home(&home, LEADS_2)));
}

/*
 * Part 1 was edited and has rows 1 to 3, part 2 begins with row 4.  Without
 * row 1 in the journal row 4 is the third, and still part 2's first.
 */
static void
parts_are_counted_anew(void **state)
{
	struct store *s;

	(void)state;
	make_home(&home, "parts");
	s = open_store(&home);
	put(s, "first-one", 1, NOON);
	put(s, "second-one", 1, NOON);
	put(s, "third-one", 1, NOON);
	store_close(s);
	run("sed -i s/third-one-0/X/ " LEADS);
	assert_int_equal(put_again("fourth-one"), STORE_STORED);
	assert_int_equal(put_again("fifth-one"), STORE_STORED);
	assert_int_equal(lines_in(at_home(&home, LEADS_2)), 1 + 2);
	run("sed 1d " JOURNAL " > x && mv x " JOURNAL " && rm " LEADS_2);
	assert_int_equal(put_again("sixth-one"), STORE_STORED);
	assert_int_equal(lines_in(at_home(&home, LEADS_2)), 1 + 3);
	assert_int_equal(count_in(at_home(&home, LEADS_2), "fourth-one-0"), 1);
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 3);
	assert_false(exists(at_home(&home, "sheets/leads-" DAY "-3.csv")));
}

static void
prune(void)
{
	const struct place segment = {DAY, 1, 0};
	struct fault f = {0};

	assert_int_equal(
	    pruned_add(at_home(&home, "journal"), DAY, &segment, 1, &f), 0);
}

static void
ids_stay_known(void **state)
{
	static const char *const indexes[] = {
	    "true", "rm -f index.sqlite*", "echo 1 > lock"};
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(indexes); i++) {
		(void)snprintf(name, sizeof(name), "ids%zu", i);
		make_day(name);
		prune();
		run("rm " JOURNAL " sheets/*");
		run(indexes[i]);
		assert_int_equal(put_again("a"), STORE_DUPLICATE);
		assert_int_equal(put_again("c"), STORE_DUPLICATE);
		assert_int_equal(put_again("d"), STORE_STORED);
		assert_int_equal(lines_in(at_home(&home, JOURNAL)), 1);
		assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 1);
	}
}

/* Killed before the journal left: it still makes the rows. */
static void
journal_counts_before_ids(void **state)
{
	static const char *const indexes[] = {
	    "rm -f index.sqlite*", "echo 1 > lock"};
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(indexes); i++) {
		(void)snprintf(name, sizeof(name), "both%zu", i);
		make_day(name);
		prune();
		run(indexes[i]);
		assert_int_equal(put_again("a"), STORE_DUPLICATE);
		assert_int_equal(unlink(at_home(&home, LEADS)), 0);
		assert_int_equal(put_again("d"), STORE_STORED);
		assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 4);
	}
}

static void
journal_may_come_back(void **state)
{
	(void)state;
	make_day("back");
	prune();
	run("mv " JOURNAL " x && rm sheets/* && echo 1 > lock");
	assert_int_equal(put_again("a"), STORE_DUPLICATE);
	run("mv x " JOURNAL);
	assert_int_equal(put_again("b"), STORE_DUPLICATE);
	assert_int_equal(put_again("d"), STORE_STORED);
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a journal that was rewritten is read anew",
		rewritten_journal_is_read_anew),
	    TEST(
		"so it is by who has it open", open_store_sees_another_journal),
	    TEST("a home from a backup goes on", restored_home_goes_on),
	    TEST("behind an edited part rows are counted anew",
		parts_are_counted_anew),
	    TEST("ids of a pruned day stay known, with any index",
		ids_stay_known),
	    TEST("while the journal is there it is what counts",
		journal_counts_before_ids),
	    TEST("a pruned journal may come back", journal_may_come_back),
	};

	return RUN(tests);
}
