#include "lines.h"

#include <time.h>

#include "sheet/edited.h"

#define SHEET "leads-" DAY ".csv"

static struct home home;
static struct shape shape;
static char first[PATH_MAX];

/* A day of one part with these deliveries, a lead each; a digit: as many. */
static void
make_part(
    const char *name, enum record_kind kind, const char *const *ids, size_t n)
{
	size_t i;

	make_home(&home, name);
	assert_int_equal(mkdir(at_home(&home, "journal"), 0750), 0);
	(void)strcpy(first, at_home(&home, JOURNAL));
	add_sheet(first,
	    kind == RECORD_TEST ? "test-" DAY ".csv" : "leads-" DAY ".csv",
	    &shape, 0);
	for (i = 0; i < n; i++)
		add_delivery(first, kind, ids[i],
		    ids[i][0] >= '0' && ids[i][0] <= '9' ? ids[i][0] - '0' : 1,
		    0);
}

/* Write the part's file, have it edited, and look at it. */
static struct edited
look(enum sheet_kind kind, const char *edit)
{
	struct view views[SHEET_KINDS] = {{.n = 0}};
	struct view *v = &views[kind];
	struct edited out = {0};
	struct appendfile *file;
	struct fault f = {0};

	(void)unlink(at_home(&home, "s"));
	assert_int_equal(view_read(views, at_home(&home, "journal"), DAY, "UTC",
			     APPENDFILE_READ, &f),
	    0);
	file = appendfile_open(at_home(&home, "s"), APPENDFILE_CREATE, &f);
	assert_non_null(file);
	assert_int_equal(view_write(v, view_current(v), file, &f), 0);
	appendfile_close(file);
	at_home_run(&home, edit);
	file = appendfile_open(at_home(&home, "s"), APPENDFILE_READ, &f);
	assert_non_null(file);
	if (edited_read(v, view_current(v), file, &out, &f) == -1)
		fail_msg("edited_read: %s", f.text);
	appendfile_close(file);
	view_free(views);
	return out;
}

struct edit {
	const char *edit;
	size_t lacks;
	int holes;
};

static void
check(enum sheet_kind kind, const struct edit *cases, size_t n)
{
	struct edited e;
	size_t i;

	for (i = 0; i < n; i++) {
		e = look(kind, cases[i].edit);
		if (e.lacks != cases[i].lacks ||
		    (e.holes != 0) != cases[i].holes)
			fail_msg("%s: lacks %zu, holes %d", cases[i].edit,
			    e.lacks, e.holes);
	}
}

#define CHECK(kind, cases) check(kind, cases, COUNT(cases))

/* With the ids the file may be in any dialect, order and length. */
static void
ids_tell(void **state)
{
	static const char *const ids[] = {"1a", "2b", "1x"};
	static const struct edit cases[] = {
	    {"true", 0, 0},
	    {"sed -i '$d' s", 1, 0},
	    {"sed -i '2d' s", 0, 1},
	    {"sed -i '4d' s", 0, 1}, /* one of two rows */
	    {"sed -i '3,4d' s", 0, 1},
	    {"sed -i '4,5d' s", 2, 0},
	    {"sed -i '2,5d' s", 3, 0},
	    {": > s", 3, 0},
	    {"sed -i 's/,/;/g' s; sed -i '$d' s", 1, 0},
	    {"sed -i 's/,/\\t/g; s/\\r$//' s; sed -i '$d' s", 1, 0},
	    {"sed -i 's/,/|/g; s/\\r$//' s", 0, 0},
	    {"sed -i '1s/^\\xef\\xbb\\xbf//' s; sed -i '$d' s", 1, 0},
	    {"sed -i 's/\\([^,\\r]*\\)/\"\\1\"/g' s; sed -i '$d' s", 1, 0},
	    {"tac s > x; (tail -1 x; head -n -1 x) > s; sed -i '$d' s", 0, 1},
	    {"sed -i 's/$/,note/' s; sed -i '$d' s", 1, 0},
	    {"echo mine >> s; echo other,1x,x >> s; sed -i 4,5d s", 0, 1},
	    {"(cat s; cat s) > x; mv x s; sed -i '/,1x,/d' s", 1, 0},
	    /* The same text in another column, or in a part of a cell. */
	    {"sed -i '$d' s; sed -i '2s/,,/,1x,/' s", 1, 0},
	    {"sed -i '$s/,1x,/,1xx,/' s", 1, 0},
	    {"sed -i '$s/,1x,/, 1x,/' s", 1, 0},
	    {"sed -i '$s/,1x,/,\"x\"\"1x\",/' s", 1, 0},
	    /* A column before it whose name or cells have a delimiter. */
	    {"sed -i '1s/^/\"Mine, yours\",/; 2,$s/^/\"a,\"\"b\",/' s", 0, 0},
	    {"sed -i '1s/^/\"Mine\\n, yours\",/; 2,$s/^/x,/' s", 0, 0},
	    /* Another order. */
	    {"cut -d, -f2- s > x; mv x s", 0, 0},
	};

	(void)state;
	shape_defaults(&shape);
	make_part("ids", RECORD_LEADS, ids, COUNT(ids));
	CHECK(SHEET_LEADS, cases);
}

static void
odd_ids_tell(void **state)
{
	static const char *const ids[] = {
	    "1", "1x", "a\\\"b", "=1+1", "'q", "1,2;3", "\\u00e9\\u4e2d", "1x"};
	static const struct edit cases[] = {{"true", 0, 0},
	    {"sed -i 's/,1,t/,1x,t/' s", 0, 1},
	    {"sed -i \"s/,'=/,=/\" s; sed -i '5d' s", 0, 1},
	    {"sed -i \"s/''q/q/; s/,'/,/\" s", 0, 0}, {"sed -i '$d' s", 1, 0},
	    {"sed -i '6,$d' s", 3, 0}};

	(void)state;
	shape_defaults(&shape);
	make_part("odd", RECORD_LEADS, ids, COUNT(ids) - 1);
	CHECK(SHEET_LEADS, cases);
}

/* Tests are never duplicates: their ids may come again and again. */
static void
repeated_ids_are_counted(void **state)
{
	static const char *const ids[] = {"1t", "1t", "2u", "1t"};
	static const struct edit cases[] = {{"true", 0, 0},
	    {"sed -i '$d' s", 1, 0}, {"sed -i '2d' s", 1, 0},
	    {"sed -i '5,6d' s", 2, 0}, {"sed -i '/,1t,/d' s", 1, 1},
	    {"sed -i '2,$d' s", 4, 0}};

	(void)state;
	shape_defaults(&shape);
	make_part("tests", RECORD_TEST, ids, COUNT(ids));
	CHECK(SHEET_TEST, cases);
}

static void
no_rows_prove_nothing(void **state)
{
	static const char *const ids[] = {"0", "1a", "0b", "1x", "0d"};
	static const struct edit cases[] = {{"true", 1, 0},
	    {"sed -i '$d' s", 3, 0}, {"sed -i '2d' s", 1, 1},
	    {"sed -i '2,$d' s", 5, 0}};

	(void)state;
	shape_defaults(&shape);
	make_part("zero", RECORD_LEADS, ids, COUNT(ids));
	CHECK(SHEET_LEADS, cases);
}

/* Where there is no telling, a row comes again rather than not at all. */
static void
rows_are_counted_without_ids(void **state)
{
	static const char *const ids[] = {"1a", "2b", "1x"};
	static const struct edit cases[] = {{"true", 0, 0},
	    {"sed -i '$d' s", 1, 0}, {"sed -i '2d' s", 1, 0},
	    {"sed -i '4,5d' s", 2, 0}, {"sed -i '2,$d' s", 3, 0},
	    /* The columns by other names, one of them, or all. */
	    {"sed -i '1s/received_at/Day/; $d' s", 1, 0},
	    {"sed -i '1s/.*/Tag;Wer/; $d' s", 1, 0},
	    {"sed -i '1s/.*/Day,urn/; $d' s", 1, 0},
	    {"sed -i '1s/.*/1. day,urn/; $d' s", 1, 0},
	    /* The header was taken away. */
	    {"sed -i '1d' s", 0, 0}, {"sed -i '1d; $d' s", 1, 0},
	    /* Rows of nothing, as spreadsheets leave them. */
	    {"sed -i '$d' s; echo >> s; echo , >> s; echo ,,, >> s", 1, 0},
	    {"sed -i '$d' s; echo '\"\",\"\"' >> s", 1, 0},
	    {"sed -i 's/,/;/; $d' s; echo ';' >> s", 1, 0},
	    /* A cell of many lines is one row. */
	    {"sed -i '$d' s; sed -i '2s/a-0/\"a\\n\\n0\"/; s/1/&/' s", 1, 0},
	    {"sed -i 's/\\r$/\\r\\r/' s", 0, 0},
	    /* No text that we can read. */
	    {"iconv -f UTF-8 -t UTF-16 s > x; mv x s", 0, 0},
	    {"(cat s; head -c 99 /dev/zero) > x; mv x s", 3, 0},
	    {"gzip -c s > x; (cat x; seq 99) > s", 3, 0}};

	(void)state;
	shape_defaults(&shape);
	shape.ncolumns = 2;
	shape.columns[1] = 3;
	make_part("rows", RECORD_LEADS, ids, COUNT(ids));
	CHECK(SHEET_LEADS, cases);
	/* The same of a sheet with ids, whose column was renamed or dropped. */
	shape_defaults(&shape);
	make_part("renamed", RECORD_LEADS, ids, COUNT(ids));
	assert_int_equal(
	    look(SHEET_LEADS, "sed -i '1s/delivery_id/Nr/; $d' s").lacks, 1);
	assert_int_equal(
	    look(SHEET_LEADS, "cut -d, -f1,4 s > x; sed '$d' x > s").lacks, 1);
	assert_int_equal(look(SHEET_LEADS, "sed -i '1d; $d' s").lacks, 1);
}

/* Ten times as many take not much more than ten times as long. */
static double
seconds_of(const char *name, int deliveries)
{
	char id[16];
	struct timespec a, b;
	int i;

	shape_defaults(&shape);
	make_part(name, RECORD_LEADS, NULL, 0);
	for (i = 0; i < deliveries; i++) {
		(void)snprintf(id, sizeof(id), "id-%d", i);
		add_lead(first, id);
	}
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a), 0);
	assert_int_equal(look(SHEET_LEADS, "sed -i '$d' s").lacks, 1);
	assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b), 0);
	return (double)(b.tv_sec - a.tv_sec) +
	       (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

static void
cost_is_linear(void **state)
{
	double few, many;

	(void)state;
	few = seconds_of("few", 1000);
	many = seconds_of("many", 10000);
	if (many > 30 * few + 0.05)
		fail_msg("1,000: %.3f s, 10,000: %.3f s", few, many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("ids tell what a file has, in any dialect", ids_tell),
	    TEST("so do short, quoted and protected ones", odd_ids_tell),
	    TEST("an id that comes again is counted", repeated_ids_are_counted),
	    TEST("a delivery without rows proves nothing",
		no_rows_prove_nothing),
	    TEST("without ids the rows are counted, rather too few",
		rows_are_counted_without_ids),
	    TEST("the cost is linear", cost_is_linear),
	};

	return RUN(tests);
}
