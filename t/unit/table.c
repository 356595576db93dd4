#include "unit.h"

#include <errno.h>

#include "table/table.h"

/* A sink that keeps what it gets, until it is full. */
struct kept {
	struct bytes got;
	size_t room; /* 0: any number of bytes */
	int64_t most;
	struct bytes head;
	int nexts;
};

static int
keep(void *place, struct bytes *b, struct fault *f)
{
	struct kept *p = place;

	if (bytes_check(b, f) == -1)
		return -1;
	if (p->room > 0 && p->got.len + b->len > p->room)
		return fault_set(f, FAULT_STORAGE, ENOSPC, "full");
	bytes_add(&p->got, b->data, b->len);
	bytes_reset(b);
	return bytes_check(&p->got, f);
}

static int
limit(void *place, int64_t rows, const struct bytes *head, struct fault *f)
{
	struct kept *p = place;

	p->most = rows;
	if (head != NULL)
		bytes_add(&p->head, head->data, head->len);
	return bytes_check(&p->head, f);
}

static int
next(void *place, struct fault *f)
{
	struct kept *p = place;

	(void)f;
	p->nexts++;
	return 0;
}

static struct sink
sink_of(struct kept *p)
{
	return (struct sink){.write = keep,
	    .limit = limit,
	    .next = next,
	    .context = p,
	    .scratch = scratch,
	    .remedy = "make room"};
}

static void
free_place(struct kept *p)
{
	bytes_free(&p->got);
	bytes_free(&p->head);
}

static const struct column columns[] = {
    {"name", COLUMN_TEXT}, {"n", COLUMN_SMALL}, {"at", COLUMN_WHEN}};

/* Two rows; as much of them as there is memory for.  0, or -1. */
static int
write_rows(struct table *t, struct fault *f)
{
	const struct sheet_value rows[][3] = {
	    {{.type = SHEET_STRING, .data = "=1+1,\"a\"", .len = 8},
		{.type = SHEET_NUMBER, .data = "7", .len = 1},
		{.type = SHEET_TIME, .time = 0}},
	    {{.type = SHEET_NONE}, {.type = SHEET_NONE},
		{.type = SHEET_TIME, .time = 61 * UTC_SECOND}}};
	size_t i, k;

	for (i = 0; i < COUNT(rows); i++) {
		for (k = 0; k < COUNT(columns); k++)
			if (table_cell(t, &rows[i][k], f) == -1)
				return -1;
		if (table_end_row(t, f) == -1)
			return -1;
	}
	return 0;
}

static void
make(enum table_format format, const struct shape *shape, const char *whole)
{
	struct kept place = {0};
	const struct sink sink = sink_of(&place);
	struct fault f = {0};
	struct table *t =
	    table_open(format, columns, COUNT(columns), shape, &sink, &f);

	assert_non_null(t);
	table_head(t);
	assert_int_equal(write_rows(t, &f), 0);
	/* Nothing goes out before it is told to. */
	assert_int_equal(place.got.len, 0);
	assert_int_equal(table_waiting(t), strlen(whole));
	assert_int_equal(table_finish(t, &f), 0);
	assert_int_equal(table_waiting(t), 0);
	bytes_addc(&place.got, '\0');
	assert_int_equal(bytes_check(&place.got, &f), 0);
	assert_string_equal(place.got.data, whole);
	table_close(t);
	free_place(&place);
}

static void
rows_come_out_in_the_form_that_was_asked_for(void **state)
{
	struct shape shape;

	(void)state;
	shape_defaults(&shape);
	make(TABLE_CSV, &shape,
	    "\xef\xbb\xbfname,n,at\r\n"
	    "\"'=1+1,\"\"a\"\"\",7,1970-01-01 00:00:00\r\n"
	    ",,1970-01-01 00:01:01\r\n");
	make(TABLE_JSONL, &shape,
	    "{\"name\":\"=1+1,\\\"a\\\"\",\"n\":7,"
	    "\"at\":\"1970-01-01T00:00:00.000000Z\"}\n"
	    "{\"name\":null,\"n\":null,"
	    "\"at\":\"1970-01-01T00:01:01.000000Z\"}\n");
	shape.delimiter = '\t';
	shape.bom = shape.protect = 0;
	make(TABLE_TSV, &shape,
	    "name\tn\tat\r\n"
	    "\"=1+1,\"\"a\"\"\"\t7\t1970-01-01 00:00:00\r\n"
	    "\t\t1970-01-01 00:01:01\r\n");
}

static void
what_the_sink_says_is_wrong_is_told(void **state)
{
	struct kept place = {.room = 40};
	const struct sink sink = sink_of(&place);
	struct fault f = {0};
	struct shape shape;
	struct table *t;

	(void)state;
	shape_defaults(&shape);
	t = table_open(TABLE_CSV, columns, COUNT(columns), &shape, &sink, &f);
	assert_non_null(t);
	table_head(t);
	assert_int_equal(table_flush(t, &f), 0);
	assert_int_equal(write_rows(t, &f), 0);
	assert_int_equal(table_finish(t, &f), -1);
	assert_int_equal(f.err, ENOSPC);
	table_close(t);
	free_place(&place);
}

static void
a_limit_is_the_sinks_with_the_head(void **state)
{
	struct kept place = {0};
	const struct sink sink = sink_of(&place);
	struct fault f = {0};
	struct shape shape;
	struct table *t;

	(void)state;
	shape_defaults(&shape);
	shape.bom = 0;
	t = table_open(TABLE_CSV, columns, COUNT(columns), &shape, &sink, &f);
	assert_non_null(t);
	table_head(t);
	assert_int_equal(table_limit(t, 50, &f), 0);
	assert_int_equal(place.most, 50);
	assert_int_equal(place.head.len, strlen("name,n,at\r\n"));
	assert_memory_equal(place.head.data, "name,n,at\r\n", 11);
	assert_int_equal(place.nexts, 0);
	table_close(t);
	free_place(&place);
}

static void
a_workbook_without_a_place_for_its_files_tells_the_remedy(void **state)
{
	struct kept place = {0};
	struct sink sink = sink_of(&place);
	struct fault f = {0};
	struct shape shape;

	(void)state;
	shape_defaults(&shape);
	sink.scratch = in_scratch("none");
	assert_null(
	    table_open(TABLE_XLSX, columns, COUNT(columns), &shape, &sink, &f));
	/* Without libxlsxwriter there is another one. */
	if (f.kind == FAULT_STORAGE) {
		assert_non_null(strstr(f.text, "make room"));
		assert_non_null(strstr(f.text, sink.scratch));
	} else if (f.kind != FAULT_MEMORY) {
		assert_int_equal(f.kind, FAULT_SETUP);
	}
	free_place(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("rows come out in the form that was asked for",
		rows_come_out_in_the_form_that_was_asked_for),
	    TEST("what the sink says is wrong is told",
		what_the_sink_says_is_wrong_is_told),
	    TEST("a limit is the sink's, with the head",
		a_limit_is_the_sinks_with_the_head),
	    TEST("a workbook without a place for its files tells the remedy",
		a_workbook_without_a_place_for_its_files_tells_the_remedy)};

	return RUN(tests);
}
