/* index_note(), and all else of the index beside it; see index.c as well. */
#include "unit.h"

#include <limits.h>

#include "index/index.h"

static struct index *
open_index(const char *name)
{
	struct fault f = {0};
	struct index *x = index_open(in_scratch(name), &f);

	if (x == NULL)
		fail_msg("index_open: %s", f.text);
	return x;
}

/* The n-th delivery of a day, from 0 on, as a store notes it. */
static struct recent_delivery
noted(int n, const char *key)
{
	struct recent_delivery d;

	memset(&d, 0, sizeof(d));
	d.key = key;
	d.len = strlen(key);
	d.id = (struct index_id){"2026-11-23", 1, 100 * n, "abc"};
	d.now.number = 1;
	d.now.segment.size = 100 * (n + 1);
	d.now.segment.inode = 7;
	memcpy(d.now.day, d.id.day, sizeof(d.now.day));
	(void)snprintf(d.now.segment.boot, sizeof(d.now.segment.boot), "boot");
	(void)snprintf(d.now.kind, sizeof(d.now.kind), "leads");
	d.now.sheet.part = 1;
	d.now.sheet.segment = 1;
	d.now.sheet.next_row = n + 1;
	d.now.sheet.offset = d.now.segment.size;
	return d;
}

static void
note(struct index *x, int n, const char *key)
{
	struct recent_delivery d = noted(n, key);
	struct fault f = {0};

	if (index_note(x, &d, &f) == -1)
		fail_msg("index_note: %s", f.text);
}

/* As another process sees it: after so many deliveries. */
static void
check_noted(struct index *x, int n)
{
	const struct recent_delivery last = noted(n - 1, "");
	struct index_segment segment;
	struct index_sheet sheet;
	struct fault f = {0};
	struct index_id id;
	char key[2] = "a";
	int i;

	for (i = 0; i < n; i++) {
		key[0] = (char)('a' + i);
		assert_int_equal(index_find(x, key, 1, &id, &f), 1);
		assert_string_equal(id.day, "2026-11-23");
		assert_int_equal(id.offset, 100 * i);
	}
	key[0] = (char)('a' + n);
	assert_int_equal(index_find(x, key, 1, &id, &f), 0);
	assert_int_equal(index_segment(x, last.id.day, 1, &segment, &f), 1);
	assert_int_equal(segment.size, last.now.segment.size);
	assert_int_equal(segment.inode, 7);
	assert_string_equal(segment.boot, "boot");
	assert_int_equal(index_sheet(x, last.id.day, "leads", &sheet, &f), 1);
	assert_int_equal(sheet.next_row, n);
	assert_int_equal(sheet.offset, last.now.sheet.offset);
	assert_int_equal(index_segment(x, last.id.day, 2, &segment, &f), 0);
	assert_int_equal(index_sheet(x, last.id.day, "test", &sheet, &f), 0);
}

/* How many of the keys stand in a table. */
static int
count_rows(const char *name)
{
	char command[PATH_MAX + 64], text[16] = "";
	FILE *p;

	(void)snprintf(command, sizeof(command),
	    "sqlite3 -readonly '%s' 'SELECT count(*) FROM ids'",
	    in_scratch(name));
	p = popen(command, "r");
	assert_non_null(p);
	assert_non_null(fgets(text, sizeof(text), p));
	assert_int_equal(pclose(p), 0);
	return atoi(text);
}

static void
noted_deliveries_are_known(void **state)
{
	struct index *x = open_index("note"), *y = open_index("note"), *v;
	struct fault f = {0};
	char key[2] = "a";
	int i;

	(void)state;
	v = index_view(in_scratch("note"), &f);
	assert_non_null(v);
	for (i = 0; i < 4; i++) {
		key[0] = (char)('a' + i);
		assert_int_equal(index_read(i % 2 ? x : y, &f), 0);
		note(i % 2 ? x : y, i, key);
		index_end(i % 2 ? x : y);
		check_noted(v, i + 1);
		check_noted(x, i + 1);
		check_noted(y, i + 1);
	}
	index_close(v);
	index_close(x);
	index_close(y);
	/* The first one made the rows, and the others need none. */
	assert_int_equal(count_rows("note"), 1);
	x = open_index("note");
	check_noted(x, 4);
	index_close(x);
}

/* Whatever changes a table first takes over what was noted. */
static void
a_change_takes_them_over(void **state)
{
	const struct index_id id = {"2026-11-22", 1, 0, "abc"};
	const struct index_segment segment = {.size = 9};
	const struct index_sheet sheet = {.part = 2};
	struct fault f = {0};
	struct index *x;
	char name[16];
	int i, rc;

	(void)state;
	for (i = 0; i < 9; i++) {
		(void)snprintf(name, sizeof(name), "change%d", i);
		x = open_index(name);
		note(x, 0, "a");
		note(x, 1, "b");
		assert_int_equal(count_rows(name), 1);
		rc = i == 0   ? index_add(x, "z", 1, &id, &f)
		     : i == 1 ? index_add_new(x, "z", 1, &id, &f) - 1
		     : i == 2 ? index_forget(x, "2026-11-22", 1, 0, &f)
		     : i == 3
		         ? index_set_segment(x, "2026-11-22", 1, &segment, &f)
		     : i == 4
		         ? index_set_sheet(x, "2026-11-22", "leads", &sheet, &f)
		     : i == 5 ? index_distrust(x, "2026-11-22", 1, &f)
		     : i == 6 ? index_distrust_sheets(x, "2026-11-22", &f)
		     : i == 7 ? index_forget_day(x, "2026-11-22", &f)
		              : index_sweep(x, &f);
		assert_int_equal(rc, 0);
		assert_int_equal(count_rows(name), i < 2 ? 3 : 2);
		check_noted(x, 2);
		/* And the next ones are noted again. */
		note(x, 2, "c");
		note(x, 3, "d");
		check_noted(x, 4);
		assert_int_equal(count_rows(name), i < 2 ? 3 : 2);
		index_close(x);
	}
}

/*
 * Whoever is killed with the tables half changed leaves an index that is
 * behind.
 */
static void
they_leave_before_the_tables_change(void **state)
{
	struct index *x = open_index("back");
	struct index_segment segment;
	struct fault f = {0};
	struct index_id id;

	(void)state;
	note(x, 0, "a");
	note(x, 1, "b");
	assert_int_equal(index_begin(x, &f), 0);
	assert_int_equal(index_find(x, "b", 1, &id, &f), 1);
	index_rollback(x);
	assert_int_equal(index_find(x, "b", 1, &id, &f), 0);
	assert_int_equal(index_segment(x, "2026-11-23", 1, &segment, &f), 1);
	assert_int_equal(segment.size, 100);
	/* In one transaction: looked at, and changed then. */
	note(x, 1, "b");
	assert_int_equal(index_read(x, &f), 0);
	assert_int_equal(index_begin(x, &f), 0);
	assert_int_equal(index_distrust_sheets(x, "2026-11-22", &f), 0);
	index_end(x);
	assert_int_equal(count_rows("back"), 2);
	check_noted(x, 2);
	index_close(x);
}

/* A repair that goes back to where they began doesn't bring them back. */
static void
what_a_repair_took_out_stays_out(void **state)
{
	struct index *x = open_index("repair");
	const struct recent_delivery first = noted(0, "a");
	struct fault f = {0};
	struct index_id id;

	(void)state;
	note(x, 0, "a");
	note(x, 1, "b");
	assert_int_equal(index_begin(x, &f), 0);
	assert_int_equal(index_forget(x, "2026-11-23", 1, 100, &f), 0);
	assert_int_equal(
	    index_set_segment(x, "2026-11-23", 1, &first.now.segment, &f), 0);
	assert_int_equal(index_commit(x, &f), 0);
	index_close(x);
	x = open_index("repair");
	assert_int_equal(index_find(x, "b", 1, &id, &f), 0);
	assert_int_equal(index_find(x, "a", 1, &id, &f), 1);
	index_close(x);
}

static void
many_are_taken_over_when_there_is_no_room(void **state)
{
	struct index *x = open_index("many");
	struct fault f = {0};
	struct index_id id;
	char key[40];
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		(void)snprintf(key, sizeof(key), "%036d", i);
		note(x, i, key);
	}
	assert_in_range(count_rows("many"), 800, 999);
	for (i = 0; i < 1000; i++) {
		(void)snprintf(key, sizeof(key), "%036d", i);
		assert_int_equal(index_find(x, key, 36, &id, &f), 1);
		assert_int_equal(id.offset, 100 * i);
	}
	index_close(x);
}

/* Notes on rows that are there no more say nothing. */
static void
notes_without_their_rows_are_none(void **state)
{
	static const char *const changes[] = {"UPDATE segments SET size = 99",
	    "UPDATE segments SET inode = 8", "UPDATE segments SET boot = \"x\"",
	    "DELETE FROM segments"};
	char command[PATH_MAX + 128], name[16];
	struct fault f = {0};
	struct index_id id;
	struct index *x;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(changes); i++) {
		(void)snprintf(name, sizeof(name), "other%zu", i);
		x = open_index(name);
		note(x, 0, "a");
		note(x, 1, "b");
		assert_int_equal(index_find(x, "b", 1, &id, &f), 1);
		(void)snprintf(command, sizeof(command), "sqlite3 '%s' '%s'",
		    in_scratch(name), changes[i]);
		assert_int_equal(system(command), 0);
		assert_int_equal(index_find(x, "b", 1, &id, &f), 0);
		assert_int_equal(index_find(x, "a", 1, &id, &f), 1);
		index_close(x);
	}
	/* An index that is made anew takes nothing from the one before. */
	(void)snprintf(command, sizeof(command), "rm '%s' '%s-wal' '%s-shm'",
	    in_scratch("note"), in_scratch("note"), in_scratch("note"));
	assert_int_equal(system(command), 0);
	assert_true(exists(in_scratch("note-recent")));
	index_close(open_index("note"));
	assert_false(exists(in_scratch("note-recent")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("deliveries that were noted are known to all",
		noted_deliveries_are_known),
	    TEST("a change takes them over first", a_change_takes_them_over),
	    TEST("they leave before the tables change",
		they_leave_before_the_tables_change),
	    TEST("what a repair took out stays out",
		what_a_repair_took_out_stays_out),
	    TEST("where there is no more room they are taken over",
		many_are_taken_over_when_there_is_no_room),
	    TEST("notes on rows that are no more are none",
		notes_without_their_rows_are_none),
	};

	return RUN(tests);
}
