#include "lines.h"

#include "calls.h"
#include "journal/cursor.h"
#include "journal/journal.h"

static struct home home;
static char dir[PATH_MAX], first[PATH_MAX];

static void
begin(const char *name)
{
	make_home(&home, name);
	(void)strcpy(dir, at_home(&home, "journal"));
	assert_int_equal(mkdir(dir, 0750), 0);
	(void)strcpy(first, at_home(&home, JOURNAL));
	forget_calls();
}

/* The ids of all that counts, as "a b ". */
static void
assert_counts(const char *expected)
{
	struct cursor cursor = {0};
	enum cursor_result next;
	struct fault f = {0};
	struct record r;
	char ids[256] = "";

	assert_int_equal(
	    cursor_day(&cursor, dir, DAY, NULL, APPENDFILE_READ, &f), 0);
	while ((next = cursor_next(&cursor, &r, &f)) > CURSOR_END)
		if (next == CURSOR_RECORD && r.kind < RECORD_SHEET) {
			(void)strncat(ids, r.id, r.id_len);
			(void)strcat(ids, " ");
		}
	assert_int_equal(next, CURSOR_END);
	cursor_free(&cursor);
	assert_string_equal(ids, expected);
}

static void
empty_segment_has_its_name_synced(void **state)
{
	struct appendfile *a;
	struct fault f = {0};
	int round;

	(void)state;
	begin("open");
	/* Whoever made it may have been killed before. */
	for (round = 0; round < 2; round++) {
		forget_calls();
		assert_non_null(a = journal_open(dir, DAY, 1, &f));
		appendfile_close(a);
		assert_int_equal(count_calls("fsync", "journal"), 1);
	}
	add_lead(first, "a");
	forget_calls();
	assert_non_null(a = journal_open(dir, DAY, 1, &f));
	appendfile_close(a);
	assert_int_equal(count_calls("fsync", "journal"), 0);
	fail_call("fsync", "/journal", 0, 1, EIO);
	assert_null(journal_open(dir, DAY, 2, &f));
	assert_int_equal(f.kind, FAULT_STORAGE);
}

/* Make the next segment after a mark behind the first line. */
static int
next_segment(int number, int64_t counts, int copied)
{
	struct record_mark mark = {number, counts};
	struct fault f = {0};
	int rc = journal_next_segment(dir, DAY, &mark, copied, NOON, &f);

	assert_int_equal(f.kind, rc == -1 ? FAULT_STORAGE : FAULT_NONE);
	return rc;
}

static void
next_segment_has_its_mark(void **state)
{
	int64_t counts;

	(void)state;
	begin("next");
	add_lead(first, "a");
	counts = size_of(first);
	add_lead(first, "b");
	assert_int_equal(next_segment(1, counts, 0), 2);
	assert_counts("a ");
	add_lead(at_home(&home, SEGMENT_2), "c");
	assert_counts("a c ");
	/* It stood there whole, and on stable storage. */
	assert_true(find_call("fdatasync", DAY "-2.jsonl.new") <
		    find_call("rename", DAY "-2.jsonl"));
	assert_true(find_call("rename", DAY "-2.jsonl") <
		    find_call("fsync", "journal"));
	/* The number behind the highest, whatever is missing before. */
	at_home_run(&home, "mv " SEGMENT_2 " journal/" DAY "-7.jsonl");
	assert_int_equal(next_segment(7, 0, 0), 8);
	assert_counts("a ");
}

static void
what_may_be_answered_is_copied(void **state)
{
	int64_t counts;

	(void)state;
	begin("copied");
	add_lead(first, "a");
	counts = size_of(first);
	add_lead(first, "b");
	at_home_run(&home, "echo damage >> " JOURNAL);
	add_delivery(first, RECORD_LEADS, "c", 5000, 0);
	at_home_run(&home, "printf torn >> " JOURNAL);
	assert_int_equal(next_segment(1, counts, 1), 2);
	assert_counts("a b c ");
	assert_int_equal(count_in(at_home(&home, SEGMENT_2), "torn"), 0);
	assert_int_equal(next_segment(2, 0, 1), 3);
	assert_counts("a b c ");
	assert_int_equal(lines_of(at_home(&home, SEGMENT_3), "segment"), 2);
}

static void
half_a_segment_is_none(void **state)
{
	static const struct {
		const char *call, *file;
	} calls[] = {
	    {"write", ".new"}, {"fdatasync", ".new"}, {"rename", "-2.jsonl"}};
	size_t i;

	(void)state;
	begin("half");
	add_lead(first, "a");
	add_lead(first, "b");
	for (i = 0; i < COUNT(calls); i++) {
		forget_calls();
		fail_call(calls[i].call, calls[i].file, 0, 1, EIO);
		assert_int_equal(next_segment(1, 0, 1), -1);
		assert_int_equal(at_home_count(&home, "ls journal | wc -l"), 1);
		assert_counts("a b ");
	}
	/* What stands in its place is not replaced. */
	forget_calls();
	at_home_run(&home, "mkdir " SEGMENT_2 "; ln -s x " SEGMENT_3);
	assert_int_equal(next_segment(1, 0, 1), 4);
}

static void
segments_have_an_end(void **state)
{
	const struct record_mark mark = {1, 0};
	struct fault f = {0};

	(void)state;
	begin("end");
	add_lead(first, "a");
	at_home_run(&home, ": > journal/" DAY "-254.jsonl");
	assert_int_equal(next_segment(1, 0, 1), 255);
	assert_int_equal(
	    journal_next_segment(dir, DAY, &mark, 1, NOON, &f), -1);
	assert_non_null(strstr(f.text, "replace it"));
	assert_counts("a ");
}

static void
torn_tail_is_moved(void **state)
{
	struct appendfile *a;
	struct fault f = {0};
	char name[64], *text;
	int i;

	(void)state;
	begin("torn");
	for (i = 1; i <= 2; i++) {
		write_file(first, "whole\ntorn", 10);
		a = appendfile_open(first, APPENDFILE_APPEND, &f);
		assert_non_null(a);
		forget_calls();
		assert_int_equal(journal_cut_torn(a, dir, DAY, 6, &f), 0);
		/* The copy is there before the cut, and both are synced. */
		(void)snprintf(name, sizeof(name), DAY ".torn-%d", i);
		assert_true(find_call("fdatasync", name) <
			    find_call("fsync", "journal"));
		assert_true(find_call("fsync", "journal") <
			    find_call("fdatasync", DAY ".jsonl"));
		appendfile_close(a);
		text = read_file(first, NULL);
		assert_string_equal(text, "whole\n");
		free(text);
		(void)snprintf(
		    name, sizeof(name), "journal/" DAY ".torn-%d", i);
		text = read_file(at_home(&home, name), NULL);
		assert_string_equal(text, "torn");
		free(text);
	}
	/* What can't be put aside is not cut, and fills no disk. */
	write_file(first, "whole\ntorn", 10);
	a = appendfile_open(first, APPENDFILE_APPEND, &f);
	assert_non_null(a);
	forget_calls();
	fail_call("fdatasync", ".torn-3", 0, 1, EIO);
	assert_int_equal(journal_cut_torn(a, dir, DAY, 6, &f), -1);
	appendfile_close(a);
	assert_int_equal(size_of(first), 10);
	assert_false(exists(at_home(&home, "journal/" DAY ".torn-3")));
}

/* What is said of the newest: seconds after noon, or -1 when there is none. */
static int
newest(void)
{
	struct fault f = {0};
	int64_t received = 0;
	int rc = journal_newest(dir, &received, &f);

	if (rc == -1)
		fail_msg("journal_newest: %s", f.text);
	return rc == 0 ? -1 : (int)((received - NOON) / UTC_SECOND);
}

static void
newest_is_found_from_the_end(void **state)
{
	struct shape shape;
	int64_t counts;

	(void)state;
	begin("newest");
	shape_defaults(&shape);
	assert_int_equal(newest(), -1);
	at_home_run(&home, ": > " JOURNAL);
	assert_int_equal(newest(), -1);
	add_sheet(first, "leads-" DAY ".csv", &shape, 0);
	assert_int_equal(newest(), -1);
	add_delivery(first, RECORD_LEADS, "a", 1, 5);
	assert_int_equal(newest(), 5);
	add_delivery(first, RECORD_OTHER, "b", 3000, 6);
	add_sheet(first, "leads-" DAY "-2.csv", &shape, 0);
	assert_int_equal(newest(), 6);
	at_home_run(
	    &home, "echo damage >> " JOURNAL "; printf torn >> " JOURNAL);
	assert_int_equal(newest(), 6);
	/* What doesn't count isn't it; an empty day isn't either. */
	at_home_run(&home, "truncate -s -11 " JOURNAL);
	counts = size_of(first);
	add_delivery(first, RECORD_LEADS, "c", 1, 7);
	assert_int_equal(newest(), 7);
	add_mark(at_home(&home, SEGMENT_2), 1, counts);
	assert_int_equal(newest(), 6);
	at_home_run(&home, ": > journal/2026-11-24.jsonl");
	assert_int_equal(newest(), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the name of an empty segment is synced",
		empty_segment_has_its_name_synced),
	    TEST("the next segment begins with its mark",
		next_segment_has_its_mark),
	    TEST("what may have been answered is copied into it",
		what_may_be_answered_is_copied),
	    TEST("it stands there whole or not at all", half_a_segment_is_none),
	    TEST("there is a last one", segments_have_an_end),
	    TEST("a torn tail is moved, not thrown away", torn_tail_is_moved),
	    TEST("the newest delivery is found from the end",
		newest_is_found_from_the_end),
	};

	return RUN(tests);
}
