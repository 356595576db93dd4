#include "lines.h"

#include "journal/segments.h"

/* A directory of its own for a journal. */
static const char *
make_journal(const char *name)
{
	static char dir[PATH_MAX];

	(void)snprintf(dir, sizeof(dir), "%s/%s", scratch, name);
	assert_int_equal(mkdir(dir, 0750), 0);
	return dir;
}

static const char *
in_journal(const char *dir, const char *name)
{
	static char paths[2][PATH_MAX + 64];
	static int turn;
	char *path = paths[turn++ % 2];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static void
all_are_listed_in_order(void **state)
{
	static const char *const there[] = {"2026-11-23.jsonl",
	    "2026-11-22-2.jsonl", "2026-11-22.jsonl", "2026-11-22-10.jsonl",
	    "1970-01-01.jsonl", "2026-11-23.torn-1", "notes.jsonl",
	    "2026-11-23.jsonl.bak", "2026-11-23-0.jsonl", "2026-11-23-1.jsonl",
	    "2026-11-23-02.jsonl", "2026-11-23-x.jsonl", "2026-11-23x.jsonl",
	    "2026-11-23-2.jsonl.new", "2026-11-23-256.jsonl",
	    "2026-02-30.jsonl", "2026-11-22.ids", "leads-2026-11-22.csv"};
	static const struct {
		const char *day;
		int number;
	} expected[] = {{"1970-01-01", 1}, {"2026-11-22", 1}, {"2026-11-22", 2},
	    {"2026-11-22", 10}, {"2026-11-23", 1}};
	const char *dir = make_journal("order");
	struct segments all = {0};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(there); i++)
		write_file(in_journal(dir, there[i]), "12345", 5);
	assert_int_equal(segments_list(dir, NULL, &all, &f), 0);
	assert_int_equal(all.n, COUNT(expected));
	for (i = 0; i < all.n; i++) {
		assert_string_equal(all.list[i].day, expected[i].day);
		assert_int_equal(all.list[i].number, expected[i].number);
		assert_true(all.list[i].counts == INT64_MAX);
	}
	assert_int_equal(segments_bytes(dir, &all), 25);
	assert_int_equal(segments_total(dir), 25);
	segments_free(&all);
	assert_int_equal(segments_list(dir, "2026-11-22", &all, &f), 0);
	assert_int_equal(all.n, 3);
	assert_int_equal(all.list[2].number, 10);
	segments_free(&all);
}

static void
no_directory_has_no_segments(void **state)
{
	struct segments all = {0};
	struct fault f = {0};

	(void)state;
	assert_int_equal(segments_list(in_scratch("none"), NULL, &all, &f), 0);
	assert_int_equal(all.n, 0);
	segments_free(&all);
	assert_int_equal(segments_total(in_scratch("none")), 0);
	write_file(in_scratch("file"), "", 0);
	assert_int_equal(segments_list(in_scratch("file"), NULL, &all, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	segments_free(&all);
}

/* How much of the day's n-th segment counts. */
static int64_t
counts_of(const char *dir, size_t n)
{
	struct segments all = {0};
	struct fault f = {0};
	int64_t counts;

	assert_int_equal(segments_list(dir, DAY, &all, &f), 0);
	assert_true(n < all.n);
	counts = all.list[n].counts;
	segments_free(&all);
	return counts;
}

static void
a_mark_limits_an_earlier_segment(void **state)
{
	const char *dir = make_journal("marks");
	const char *first = in_journal(dir, DAY ".jsonl");
	char second[PATH_MAX], third[PATH_MAX];

	(void)state;
	segments_path(second, dir, DAY, 2);
	segments_path(third, dir, DAY, 3);
	add_lead(first, "a");
	add_mark(second, 1, 100);
	add_lead(second, "b");
	assert_true(counts_of(dir, 0) == 100);
	assert_true(counts_of(dir, 1) == INT64_MAX);
	/* The smallest holds, whoever says it. */
	add_mark(third, 1, 80);
	assert_true(counts_of(dir, 0) == 80);
	assert_int_equal(unlink(third), 0);
	add_mark(third, 1, 120);
	assert_true(counts_of(dir, 0) == 100);
	assert_int_equal(unlink(third), 0);
	add_mark(third, 2, 50);
	assert_true(counts_of(dir, 0) == 100);
	assert_true(counts_of(dir, 1) == 50);
	/* None limits itself, a later one, or another day's. */
	assert_int_equal(unlink(third), 0);
	add_mark(third, 3, 50);
	assert_true(counts_of(dir, 2) == INT64_MAX);
	assert_int_equal(unlink(second), 0);
	add_mark(second, 3, 50);
	assert_true(counts_of(dir, 2) == INT64_MAX);
	assert_true(counts_of(dir, 0) == INT64_MAX);
	add_mark(in_journal(dir, "2026-11-24-2.jsonl"), 1, 7);
	assert_true(counts_of(dir, 0) == INT64_MAX);
}

static void
only_the_first_line_is_a_mark(void **state)
{
	const char *dir = make_journal("first");
	char second[PATH_MAX], *text;
	size_t n;

	(void)state;
	segments_path(second, dir, DAY, 2);
	add_lead(in_journal(dir, DAY ".jsonl"), "a");
	add_lead(second, "b");
	add_mark(second, 1, 100);
	assert_true(counts_of(dir, 0) == INT64_MAX);
	/* One that doesn't count, or isn't whole, says nothing. */
	assert_int_equal(unlink(second), 0);
	add_mark(second, 1, 100);
	assert_true(counts_of(dir, 0) == 100);
	text = read_file(second, &n);
	write_file(second, text, n - 1);
	assert_true(counts_of(dir, 0) == INT64_MAX);
	strstr(text, "100")[0] = '2';
	write_file(second, text, n);
	assert_true(counts_of(dir, 0) == INT64_MAX);
	free(text);
	/* What can't be read is said by whoever reads it. */
	assert_int_equal(unlink(second), 0);
	assert_int_equal(mkdir(second, 0750), 0);
	assert_true(counts_of(dir, 0) == INT64_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("all segments are listed in order, and nothing else",
		all_are_listed_in_order),
	    TEST("no directory has no segments", no_directory_has_no_segments),
	    TEST("a mark limits an earlier segment of its day",
		a_mark_limits_an_earlier_segment),
	    TEST("only a first line that counts is a mark",
		only_the_first_line_is_a_mark),
	};

	return RUN(tests);
}
