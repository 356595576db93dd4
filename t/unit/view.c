#include "lines.h"

#include "sheet/view.h"

#define SHEET   "leads-" DAY ".csv"
#define SHEET_2 "leads-" DAY "-2.csv"
#define SHEET_3 "leads-" DAY "-3.csv"

static struct home home;
static struct shape shape;
static struct view views[SHEET_KINDS];
static char first[PATH_MAX]; /* the day's first segment */

static void
begin(const char *name)
{
	make_home(&home, name);
	assert_int_equal(mkdir(at_home(&home, "journal"), 0750), 0);
	(void)strcpy(first, at_home(&home, JOURNAL));
	shape_defaults(&shape);
}

static int
end_view(void **state)
{
	(void)state;
	view_free(views);
	return 0;
}

static struct view *
read_day(void)
{
	struct fault f = {0};

	if (view_read(views, at_home(&home, "journal"), DAY, "UTC",
		APPENDFILE_READ, &f) == -1)
		fail_msg("view_read: %s", f.text);
	return &views[SHEET_LEADS];
}

/* All that a part has: the ids of its first leads, as "a-0 b-0 ". */
static void
assert_part(struct view *v, size_t number, const char *expected)
{
	struct fault f = {0};
	struct appendfile *to;
	char ids[512] = "", path[PATH_MAX], *text, *at, *end;

	assert_true(number < v->nparts);
	(void)snprintf(path, sizeof(path), "%s", at_home(&home, "made"));
	(void)unlink(path);
	to = appendfile_open(path, APPENDFILE_CREATE, &f);
	assert_non_null(to);
	assert_int_equal(view_write(v, &v->parts[number], to, &f), 0);
	appendfile_close(to);
	text = read_file(path, NULL);
	for (at = text; (at = strstr(at, "-0,")) != NULL; at += 3) {
		/* There are currencies C and D: 'c-0 is protected. */
		for (end = at; at[-1] != ',' && at[-1] != '\''; at--)
			;
		(void)strncat(ids, at, (size_t)(end - at));
		(void)strcat(ids, " ");
		at = end;
	}
	free(text);
	assert_string_equal(ids, expected);
}

static void
parts_are_as_the_lines_say(void **state)
{
	struct view *v;

	(void)state;
	begin("parts");
	add_lead(first, "before");
	add_sheet(first, SHEET, &shape, 0);
	add_lead(first, "a");
	add_lead(first, "b");
	add_lead(first, "c");
	add_sheet(first, SHEET_2, &shape, 2);
	add_lead(first, "d");
	v = read_day();
	assert_int_equal(v->n, 5);
	assert_int_equal(v->nparts, 2);
	assert_ptr_equal(view_current(v), &v->parts[1]);
	assert_part(v, 0, "a b c ");
	assert_part(v, 1, "b c d ");
	/* Not before the first of the part before, whatever it says. */
	add_sheet(first, SHEET_3, &shape, 9);
	v = read_day();
	assert_part(v, 1, "b c d ");
	assert_part(v, 2, "b c d ");
	/* A part of no delivery is one, too. */
	add_sheet(first, "leads-" DAY "-4.csv", &shape, 0);
	add_sheet(first, "leads-" DAY "-5.csv", &shape, 1);
	v = read_day();
	assert_part(v, 3, "");
	assert_part(v, 4, "");
}

/* Of a day without a part `again` counts what came, and "all" is all. */
static void
again_all_ends_earlier_parts(void **state)
{
	struct view *v;

	(void)state;
	begin("all");
	add_lead(first, "a");
	add_lead(first, "b");
	add_sheet(first, SHEET, &shape, 1);
	v = read_day();
	assert_part(v, 0, "b ");
	add_lead(first, "c");
	add_sheet(first, SHEET_2, &shape, 0);
	add_lead(first, "d");
	add_sheet(first, SHEET_3, &shape, RECORD_ALL);
	add_lead(first, "e");
	v = read_day();
	assert_int_equal(v->nparts, 1);
	assert_part(v, 0, "a b c d e ");
	assert_int_equal(v->parts[0].file.number, 3);
	/* Every number that was named stays taken. */
	assert_int_equal(v->nnumbers, 3);
}

static void
name_belongs_to_the_later_line(void **state)
{
	struct view *v;

	(void)state;
	begin("twice");
	add_sheet(first, SHEET, &shape, 0);
	add_lead(first, "a");
	add_sheet(first, SHEET_2, &shape, 0);
	add_lead(first, "b");
	add_sheet(first, SHEET, &shape, 1);
	add_lead(first, "c");
	v = read_day();
	assert_int_equal(v->nparts, 2);
	assert_part(v, 0, "b ");
	assert_part(v, 1, "b c ");
	/* The current one itself, too. */
	add_sheet(first, SHEET, &shape, 1);
	v = read_day();
	assert_int_equal(v->nparts, 2);
	assert_part(v, 1, "c ");
	/* In another format it is another file. */
	add_sheet(first, "leads-" DAY ".tsv", &shape, 0);
	assert_int_equal(read_day()->nparts, 3);
}

static void
leads_and_tests_are_apart(void **state)
{
	struct view *v;

	(void)state;
	begin("apart");
	add_delivery(first, RECORD_TEST, "t", 1, 0);
	add_sheet(first, "test-" DAY ".csv", &shape, RECORD_ALL);
	add_lead(first, "a");
	add_sheet(first, SHEET, &shape, 1);
	add_delivery(first, RECORD_TEST, "u", 1, 0);
	add_delivery(first, RECORD_OTHER, "o", 1, 0);
	add_sheet(first, "leads-2026-11-22-2.csv", &shape, 0);
	v = read_day();
	assert_int_equal(v->nparts, 1);
	assert_part(v, 0, "a ");
	assert_int_equal(views[SHEET_TEST].nparts, 1);
	assert_part(&views[SHEET_TEST], 0, "t u ");
}

/* A later segment's mark; what stands behind it is in no part. */
static void
marks_count(void **state)
{
	char second[PATH_MAX], third[PATH_MAX];
	struct view *v;
	int64_t counts;

	(void)state;
	begin("marks");
	(void)strcpy(second, at_home(&home, SEGMENT_2));
	(void)strcpy(third, at_home(&home, SEGMENT_3));
	add_sheet(first, SHEET, &shape, 0);
	add_lead(first, "a");
	counts = size_of(first);
	add_lead(first, "x");
	add_sheet(first, SHEET_2, &shape, 0);
	add_mark(second, 1, counts);
	add_lead(second, "b");
	add_lead(second, "c");
	v = read_day();
	assert_int_equal(v->nparts, 1);
	assert_part(v, 0, "a b c ");
	counts = size_of(second);
	add_lead(second, "y");
	add_mark(third, 2, counts);
	add_lead(third, "d");
	v = read_day();
	assert_part(v, 0, "a b c d ");
	assert_int_equal(v->list[0].segment, 1);
	assert_int_equal(v->list[3].segment, 3);
}

static void
other_rules_are_sealed(void **state)
{
	struct view *v;
	struct fault f = {0};
	struct appendfile *to;
	char local[UTC_LOCAL_SIZE];

	(void)state;
	begin("sealed");
	add_sheet(first, SHEET, &shape, 0);
	shape.rules = SHAPE_RULES + 1;
	add_sheet(first, SHEET_2, &shape, 0);
	shape.rules = SHAPE_RULES;
	(void)strcpy(shape.timezone, "Mars/Olympus");
	add_sheet(first, SHEET_3, &shape, 0);
	v = read_day();
	assert_int_equal(v->nparts, 3);
	assert_false(view_is_sealed(&v->parts[0]));
	assert_true(view_is_sealed(&v->parts[1]));
	assert_true(view_is_sealed(&v->parts[2]));
	/* The process's own time zone stays as it is. */
	to = appendfile_open(at_home(&home, "m"), APPENDFILE_CREATE, &f);
	assert_non_null(to);
	assert_int_equal(view_write(v, &v->parts[2], to, &f), -1);
	appendfile_close(to);
	utc_local(NOON, local);
	assert_string_equal(local, DAY " 12:00:00");
}

static void
another_time_zone_and_back(void **state)
{
	char local[UTC_LOCAL_SIZE], *text;
	struct view *v;

	(void)state;
	begin("zone");
	(void)strcpy(shape.timezone, "Asia/Tokyo");
	add_sheet(first, SHEET, &shape, 0);
	add_lead(first, "a");
	v = read_day();
	assert_part(v, 0, "a ");
	text = read_file(at_home(&home, "made"), NULL);
	assert_non_null(strstr(text, DAY " 21:00:00,a,"));
	free(text);
	utc_local(NOON, local);
	assert_string_equal(local, DAY " 12:00:00");
}

/* Change the file that a part was written to, and compare it. */
static struct view_comparison
compare(struct view *v, const char *change)
{
	struct view_comparison c;
	struct appendfile *file;
	struct fault f = {0};

	assert_part(v, 0, "a b ");
	at_home_run(&home, change);
	file = appendfile_open(at_home(&home, "made"), APPENDFILE_READ, &f);
	assert_non_null(file);
	assert_int_equal(view_compare(v, &v->parts[0], file, &c, &f), 0);
	appendfile_close(file);
	return c;
}

static void
file_is_compared(void **state)
{
	static const char nuls[] = "dd if=/dev/zero of=made bs=1 seek=300 "
				   "count=20 conv=notrunc status=none";
	static const struct {
		const char *change;
		int same, same_or_nul;
		int64_t more; /* bytes than the view */
	} cases[] = {{"true", 1, 1, 0}, {"truncate -s -3 made", 1, 1, -3},
	    {"printf xyz >> made", 1, 1, 3},
	    {"sed -i s/b-0/c-0/ made", 0, 0, 0},
	    {"sed -i 1s/r/R/ made", 0, 0, 0}, {nuls, 0, 1, 0},
	    {"truncate -s -3 made; truncate -s +3 made", 0, 1, 0},
	    {"truncate -s +3 made", 1, 1, 3},
	    {"sed -i 's/\\r$//' made", 0, 0, -3}};
	struct view_comparison c;
	struct view *v;
	size_t i;

	(void)state;
	begin("compared");
	add_sheet(first, SHEET, &shape, 0);
	add_lead(first, "a");
	add_lead(first, "b");
	v = read_day();
	for (i = 0; i < COUNT(cases); i++) {
		c = compare(v, cases[i].change);
		if (c.same != cases[i].same ||
		    c.same_or_nul != cases[i].same_or_nul ||
		    c.file - c.view != cases[i].more)
			fail_msg("%s: %d %d %lld", cases[i].change, c.same,
			    c.same_or_nul, (long long)(c.file - c.view));
		assert_int_equal(
		    c.header, at_home_count(&home, "head -1 made | wc -c") +
				  (strstr(cases[i].change, "r$") != NULL));
	}
}

/* More than a piece, and a reader that ends it. */
static int
stop(void *context, int64_t bytes)
{
	int64_t *seen = context;

	*seen += bytes;
	return *seen > 300000;
}

static void
reader_may_end_a_long_comparison(void **state)
{
	struct view_comparison c;
	struct appendfile *file;
	struct fault f = {0};
	int64_t seen = 0;
	struct view *v;
	int i;

	(void)state;
	begin("long");
	add_sheet(first, SHEET, &shape, 0);
	for (i = 0; i < 20; i++)
		add_delivery(first, RECORD_LEADS, "many", 1000, 0);
	v = read_day();
	file = appendfile_open(at_home(&home, "l"), APPENDFILE_CREATE, &f);
	assert_non_null(file);
	assert_int_equal(view_write(v, &v->parts[0], file, &f), 0);
	assert_int_equal(view_compare(v, &v->parts[0], file, &c, &f), 0);
	assert_true(c.same && c.file == c.view);
	assert_true(c.file > 1000000);
	v->step = stop;
	v->context = &seen;
	assert_int_equal(view_compare(v, &v->parts[0], file, &c, &f), 0);
	assert_true(v->stopped);
	assert_true(seen < c.file);
	v->step = NULL;
	/* A byte in the last piece. */
	at_home_run(&home, "printf x | dd of=l bs=1 conv=notrunc status=none "
			   "seek=$(($(stat -c %s l) - 20))");
	(void)read_day();
	assert_int_equal(view_compare(v, &v->parts[0], file, &c, &f), 0);
	assert_false(c.same || c.same_or_nul);
	appendfile_close(file);
}

#define CASE(sentence, function)                                               \
	{                                                                      \
		sentence, function, NULL, end_view, NULL                       \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE("parts are as the lines say", parts_are_as_the_lines_say),
	    CASE("\"all\" ends earlier parts", again_all_ends_earlier_parts),
	    CASE("a name belongs to the later line",
		name_belongs_to_the_later_line),
	    CASE("leads and tests are apart", leads_and_tests_are_apart),
	    CASE("what stands behind a mark is in no part", marks_count),
	    CASE("other rules, and unknown time zones, are sealed",
		other_rules_are_sealed),
	    CASE("a part of another time zone is made in that",
		another_time_zone_and_back),
	    CASE("a file is the same, a beginning, longer, with NULs, or other",
		file_is_compared),
	    CASE("a reader may end a long comparison",
		reader_may_end_a_long_comparison),
	};

	return RUN(tests);
}
