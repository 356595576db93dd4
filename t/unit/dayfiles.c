#include "unit.h"

#include "journal/dayfiles.h"

static void
files_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		int kind; /* -1: none of ours */
	} there[] = {{"2026-11-22.ids", DAYFILE_IDS},
	    {"2026-11-22.jsonl", DAYFILE_SEGMENT},
	    {"2026-11-22-2.jsonl", DAYFILE_SEGMENT},
	    {"2026-11-22-10.jsonl", DAYFILE_SEGMENT},
	    {"2026-11-22-2.jsonl.new", DAYFILE_NEW},
	    {"2026-11-22.ids.new", DAYFILE_NEW},
	    {"leads-2026-11-22.csv.new", DAYFILE_NEW},
	    {"2026-11-22.torn-3", DAYFILE_TORN},
	    {"leads-2026-11-22.csv", DAYFILE_SHEET},
	    {"leads-2026-11-22-2.tsv", DAYFILE_SHEET},
	    {"test-2026-11-22.csv.12", DAYFILE_SHEET},
	    {"leads-2026-11-22 (copy).csv", -1}, {"leads-2026-11.csv", -1},
	    {"2026-11-22.jsonl.bak", -1}, {"2026-11-22-x.jsonl", -1},
	    {"leads-2026-11-22.xlsx", -1}, {"notes", -1}, {"2026-11-22", -1},
	    {"leads-2026-11-21.csv", DAYFILE_SHEET}};
	struct dayfiles all = {0};
	struct fault f = {0};
	char path[PATH_MAX];
	size_t i, j, ours = 0;

	(void)state;
	for (i = 0; i < COUNT(there); i++) {
		write_file(in_scratch(there[i].name), "12345", i % 5);
		ours += there[i].kind != -1;
	}
	assert_int_equal(mkdir(in_scratch("2026-11-20.jsonl"), 0750), 0);
	assert_int_equal(dayfiles_add(&all, scratch, &f), 0);
	assert_int_equal(all.n, ours);
	for (i = 0; i < all.n; i++)
		for (j = 0; j < COUNT(there); j++)
			if (strcmp(there[j].name, all.list[i].name) == 0) {
				assert_int_equal(
				    all.list[i].kind, there[j].kind);
				assert_int_equal(all.list[i].size, j % 5);
			}
	/* By days, and a day's segments by their numbers. */
	assert_string_equal(all.list[0].day, "2026-11-21");
	assert_string_equal(all.list[all.n - 1].day, "2026-11-22");
	dayfiles_path(path, &all.list[0]);
	assert_string_equal(path, in_scratch("leads-2026-11-21.csv"));
	dayfiles_free(&all);
	/* A directory that isn't there has none. */
	assert_int_equal(dayfiles_add(&all, in_scratch("none"), &f), 0);
	assert_int_equal(all.n, 0);
	dayfiles_free(&all);
}

/* Who removes them from the end never leaves DAY-2 without DAY. */
static void
segments_come_by_their_numbers(void **state)
{
	static const char *const names[] = {"2026-11-23.jsonl",
	    "2026-11-23-2.jsonl", "2026-11-23-9.jsonl", "2026-11-23-10.jsonl"};
	struct dayfiles all = {0};
	struct fault f = {0};
	size_t i, j, met = 0;

	(void)state;
	for (i = 0; i < COUNT(names); i++)
		write_file(in_scratch(names[COUNT(names) - 1 - i]), "", 0);
	assert_int_equal(dayfiles_add(&all, scratch, &f), 0);
	for (i = 0; i < all.n; i++)
		for (j = 0; j < COUNT(names); j++)
			if (strcmp(all.list[i].name, names[j]) == 0)
				assert_int_equal(j, met++);
	assert_int_equal(met, COUNT(names));
	dayfiles_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a day's files are told apart, and from all others",
		files_are_told_apart),
	    TEST("a day's segments come by their numbers",
		segments_come_by_their_numbers),
	};

	return RUN(tests);
}
