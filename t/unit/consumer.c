#include "consumers.h"

#include "journal/cursor.h"
#include "reader/offsets.h"

static void
what_came_since_is_new(void **state)
{
	char day[UTC_DAY_SIZE];
	struct consumer *c;
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "since");
	gives(&h, "");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON);
	gives(&h, "a b ");
	put(s, "c", 1, NOON);
	put(s, "a", 1, NOON);
	gives(&h, "c ");
	put(s, "d", 1, TOMORROW);
	gives(&h, "d ");
	/* A delivery of the last second, and a clock that was set back. */
	put(s, "e", 1, NOON);
	put(s, "f", 1, NOON - A_DAY);
	put(s, "g", 1, TOMORROW);
	gives(&h, "f e g ");
	store_close(s);
	assert_int_equal(again(&h, day), 0);
	assert_string_equal(day, "");
	c = open_one(&h, CONSUMER_PEEK);
	assert_false(consumer_is_first(c));
	consumer_close(c);
}

static void
without_a_commit_it_stays_new(void **state)
{
	struct consumer *c;
	struct home h;

	(void)state;
	make_home(&h, "stays");
	put_alone(&h, "a", 1, NOON);
	c = open_one(&h, CONSUMER_MOVE);
	assert_true(consumer_is_first(c));
	assert_string_equal(ids_of(c), "a ");
	consumer_close(c);
	assert_false(exists(at_home(&h, "cursors/hub")));
	gives(&h, "a ");
}

/* What comes after it was opened is not committed. */
static void
what_comes_meanwhile_is_of_the_next_time(void **state)
{
	struct consumer *c;
	struct fault f = {0};
	struct home h;
	FILE *file;
	char *text;

	(void)state;
	make_home(&h, "meanwhile");
	put_alone(&h, "a", 1, NOON);
	/* Half a line of one that is being written. */
	put_alone(&h, "b", 1, NOON);
	text = read_file(at_home(&h, JOURNAL), NULL);
	assert_int_equal(
	    truncate(at_home(&h, JOURNAL), size_of(at_home(&h, JOURNAL)) - 10),
	    0);
	c = open_one(&h, CONSUMER_MOVE);
	assert_string_equal(ids_of(c), "a ");
	file = fopen(at_home(&h, JOURNAL), "a");
	assert_non_null(file);
	(void)fputs(text + strlen(text) - 10, file);
	(void)fclose(file);
	free(text);
	put_alone(&h, "c", 1, TOMORROW);
	assert_string_equal(ids_of(c), "a ");
	assert_int_equal(consumer_commit(c, &f), 0);
	consumer_close(c);
	gives(&h, "b c ");
}

/* Days that haven't changed, one that has, and one that came later. */
static void
all_there_was_is_old_or_new(void **state)
{
	struct consumer *c;
	struct fault f = {0};
	struct home h;
	size_t new;

	(void)state;
	make_home(&h, "all");
	put_alone(&h, "a", 1, NOON - A_DAY);
	put_alone(&h, "b", 1, NOON);
	gives(&h, "a b ");
	put_alone(&h, "c", 1, NOON);
	put_alone(&h, "d", 1, TOMORROW);
	c = open_one(&h, CONSUMER_MOVE);
	put_alone(&h, "e", 1, NOON - A_DAY);
	put_alone(&h, "f", 1, NOON);
	put_alone(&h, "g", 1, TOMORROW + A_DAY);
	assert_non_null(consumer_all(c, &f));
	assert_string_equal(read_ids(c, consumer_all(c, &f), &new), "a b c d ");
	assert_int_equal(new, 2);
	assert_int_equal(consumer_commit(c, &f), 0);
	consumer_close(c);
	gives(&h, "e f g ");
}

static void
one_moves_it_at_a_time(void **state)
{
	struct consumer *c, *other;
	struct fault f = {0};
	struct home h;

	(void)state;
	make_home(&h, "one");
	put_alone(&h, "a", 1, NOON);
	c = open_one(&h, CONSUMER_MOVE);
	assert_null(consumer_open(&h.endpoint, "hub", CONSUMER_MOVE, &f));
	assert_int_equal(f.kind, FAULT_BUSY);
	assert_non_null(strstr(f.text, "main: what is new for hub is just"));
	fault_clear(&f);
	/* Who only looks may, and so may another reader. */
	other = open_one(&h, CONSUMER_PEEK);
	assert_string_equal(ids_of(other), "a ");
	consumer_close(other);
	other = consumer_open(&h.endpoint, "crm", CONSUMER_MOVE, &f);
	assert_non_null(other);
	assert_int_equal(consumer_commit(other, &f), 0);
	consumer_close(other);
	assert_string_equal(ids_of(c), "a ");
	consumer_close(c);
	gives(&h, "a ");
}

/* Does the last delivery stand where the cursor says? */
static int
knows_the_place(const struct home *h)
{
	struct offsets all = {NULL, 0, 0};
	struct cursor cursor = {.next = 0};
	struct fault f = {0};
	struct record r;
	int knows;

	assert_int_equal(offsets_read(&all, at_home(h, "cursors/hub"), &f), 1);
	knows = cursor_at(&cursor, at_home(h, "journal"), &all.list[0].last,
		    APPENDFILE_VIEW, &r, &f) == CURSOR_RECORD;
	cursor_free(&cursor);
	offsets_free(&all);
	return knows;
}

static void
forget_changes_what_was_read(void **state)
{
	char day[UTC_DAY_SIZE];
	struct home h;

	(void)state;
	make_home(&h, "forget");
	put_alone(&h, "a", 2, NOON);
	put_alone(&h, "b", 2, NOON);
	gives(&h, "a b ");
	/* The last one, and one before it. */
	forget(&h, "a-0\nb-1\n");
	assert_int_equal(again(&h, day), 0);
	gives(&h, "");
	assert_true(knows_the_place(&h));
	/* And now with new ones behind. */
	put_alone(&h, "c", 1, NOON);
	forget(&h, "a-1\n");
	put_alone(&h, "d", 1, NOON);
	assert_int_equal(again(&h, day), 0);
	gives(&h, "c d ");
	/* The same once more. */
	forget(&h, "b-0\nd-0\n");
	put_alone(&h, "e", 1, NOON);
	gives(&h, "e ");
}

static void
prune_changes_what_was_read(void **state)
{
	char day[UTC_DAY_SIZE], *test = make_body("t", 1, "\"test\":true,");
	enum store_result result;
	struct fault f = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "prune");
	put_alone(&h, "a", 1, NOON);
	put_alone(&h, "b", 1, NOON);
	gives(&h, "a b ");
	prune(&h, DAY);
	gives(&h, "");
	/* The clock was set back. */
	put_alone(&h, "c", 1, NOON);
	gives(&h, "c ");
	put_alone(&h, "d", 1, NOON);
	forget(&h, "c-0\n");
	gives(&h, "d ");
	/* What was new goes as well. */
	put_alone(&h, "e", 1, NOON);
	prune(&h, DAY);
	assert_int_equal(again(&h, day), 0);
	gives(&h, "");
	/* A test, of which nothing is left, and behind another delivery. */
	s = open_store(&h);
	put(s, "g", 1, NOON - 2 * A_DAY);
	assert_int_equal(put_body(s, test, NOON - 2 * A_DAY, &result, &f), 0);
	gives(&h, "g t ");
	prune(&h, "2026-11-21");
	assert_int_equal(again(&h, day), 0);
	gives(&h, "");
	assert_int_equal(put_body(s, test, NOON - A_DAY, &result, &f), 0);
	gives(&h, "t ");
	prune(&h, "2026-11-22");
	assert_int_equal(size_of(at_home(&h, "journal/2026-11-22.jsonl")), 0);
	gives(&h, "");
	put(s, "f", 1, NOON - A_DAY);
	gives(&h, "f ");
	store_close(s);
	free(test);
}

/* A sync failed: of the first segment less counts than was read. */
static void
days_go_on_in_another_segment(void **state)
{
	char day[UTC_DAY_SIZE];
	int64_t counts;
	struct home h;

	(void)state;
	make_home(&h, "segment");
	put_alone(&h, "a", 1, NOON);
	gives(&h, "a ");
	counts = size_of(at_home(&h, JOURNAL));
	put_alone(&h, "b", 1, NOON);
	put_alone(&h, "c", 1, NOON);
	fail_sync(&h, DAY, 1, counts);
	put_alone(&h, "d", 1, NOON);
	gives(&h, "d ");
	forget(&h, "a-0\n");
	put_alone(&h, "e", 1, NOON);
	gives(&h, "e ");
	/* It had been read, and was never acknowledged. */
	counts = size_of(at_home(&h, SEGMENT_2));
	put_alone(&h, "f", 1, NOON);
	gives(&h, "f ");
	fail_sync(&h, DAY, 2, counts);
	gives(&h, "");
	put_alone(&h, "f", 1, NOON);
	assert_int_equal(again(&h, day), 0);
	gives(&h, "f ");
}

/* Where the last one is not, all comes again; nothing is skipped. */
static void
another_journal_is_given_again(void **state)
{
	char day[UTC_DAY_SIZE], *before;
	size_t n;
	struct home h;

	(void)state;
	make_home(&h, "older");
	put_alone(&h, "a", 1, NOON);
	before = read_file(at_home(&h, JOURNAL), &n);
	put_alone(&h, "b", 1, NOON);
	put_alone(&h, "z", 1, TOMORROW);
	gives(&h, "a b z ");
	/* In place, and a delivery of the very same size came since. */
	write_file(at_home(&h, JOURNAL), before, n);
	(void)unlink(at_home(&h, "lock"));
	(void)unlink(at_home(&h, "index"));
	put_alone(&h, "c", 1, NOON);
	assert_int_equal(again(&h, day), 1);
	assert_string_equal(day, DAY);
	gives(&h, "a c ");
	assert_int_equal(again(&h, day), 0);
	/* The last one that was read comes once more, behind a new one. */
	write_file(at_home(&h, JOURNAL), before, n);
	(void)unlink(at_home(&h, "lock"));
	(void)unlink(at_home(&h, "index"));
	put_alone(&h, "d", 1, NOON);
	put_alone(&h, "c", 1, NOON + 1);
	assert_int_equal(again(&h, day), 1);
	gives(&h, "a d c ");
	free(before);
	/* A day that was away, and came back, is the one that was read. */
	at_home_run(&h, "mv journal away && mkdir journal");
	gives(&h, "");
	at_home_run(&h, "rmdir journal && mv away journal");
	gives(&h, "");
	at_home_run(&h, "cp -r journal copy && rm -r journal && "
			"mv copy journal");
	put_alone(&h, "y", 1, TOMORROW);
	gives(&h, "y ");
}

static void
a_cursor_of_another_endpoint_does_no_harm(void **state)
{
	char day[UTC_DAY_SIZE];
	struct home one, other;
	char *text;
	size_t n;

	(void)state;
	make_home(&one, "here");
	make_home(&other, "there");
	put_alone(&one, "a", 1, NOON);
	put_alone(&one, "b", 1, TOMORROW);
	put_alone(&other, "c", 1, NOON);
	put_alone(&other, "d", 1, TOMORROW);
	put_alone(&other, "e", 1, TOMORROW + A_DAY);
	gives(&one, "a b ");
	text = read_file(at_home(&one, "cursors/hub"), &n);
	gives(&other, "c d e ");
	write_file(at_home(&other, "cursors/hub"), text, n);
	free(text);
	assert_int_equal(again(&other, day), 2);
	assert_string_equal(day, DAY);
	gives(&other, "c d e ");
}

static void
a_damaged_cursor_is_not_believed(void **state)
{
	struct fault f = {0};
	struct home h;

	(void)state;
	make_home(&h, "damaged");
	put_alone(&h, "a", 1, NOON);
	gives(&h, "a ");
	write_file(at_home(&h, "cursors/hub"), "x", 1);
	assert_null(consumer_open(&h.endpoint, "hub", CONSUMER_MOVE, &f));
	assert_int_equal(f.kind, FAULT_DAMAGED);
	assert_non_null(strstr(f.text, "cursors/hub is damaged"));
	fault_clear(&f);
	/* And none that isn't a plain file. */
	at_home_run(&h, "rm cursors/hub && mkdir cursors/hub");
	assert_null(consumer_open(&h.endpoint, "hub", CONSUMER_PEEK, &f));
	assert_int_equal(f.kind, FAULT_STORAGE);
	at_home_run(&h, "rmdir cursors/hub");
	gives(&h, "a ");
}

/* A damaged line, the last that was read, and one that is no delivery. */
static void
lines_that_do_not_count(void **state)
{
	char day[UTC_DAY_SIZE];
	struct home h;

	(void)state;
	make_home(&h, "lines");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "printf 'no record\\n' >> journal/" DAY ".jsonl");
	gives(&h, "a ");
	put_alone(&h, "b", 1, NOON);
	gives(&h, "b ");
	at_home_run(&h, "sed -i 's/b-0/x-0/' journal/" DAY ".jsonl");
	assert_int_equal(again(&h, day), 1);
	gives(&h, "a ");
	put_alone(&h, "c", 1, NOON);
	gives(&h, "c ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what came since the last commit is new, of whatever day",
		what_came_since_is_new),
	    TEST(
		"without a commit it stays new", without_a_commit_it_stays_new),
	    TEST("what comes meanwhile, or is half written, is of the next "
		 "time",
		what_comes_meanwhile_is_of_the_next_time),
	    TEST("all that there was is old or new",
		all_there_was_is_old_or_new),
	    TEST("one process moves it at a time", one_moves_it_at_a_time),
	    TEST("forget changes what was read, and makes nothing new",
		forget_changes_what_was_read),
	    TEST("prune changes what was read, and makes nothing new",
		prune_changes_what_was_read),
	    TEST("a day goes on in another segment",
		days_go_on_in_another_segment),
	    TEST("of another journal all is given, and nothing skipped",
		another_journal_is_given_again),
	    TEST("a cursor of another endpoint does no harm",
		a_cursor_of_another_endpoint_does_no_harm),
	    TEST("a damaged cursor is not believed",
		a_damaged_cursor_is_not_believed),
	    TEST("lines that don't count do no harm", lines_that_do_not_count),
	};

	return RUN(tests);
}
