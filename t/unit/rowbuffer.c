#include "unit.h"

#include "sheet/rowbuffer.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

#define NOON INT64_C(1795435200000000)

/* A delivery, and its rows as one call makes them. */
struct sample {
	struct bytes body;
	struct record record;
	struct leads leads;
	struct bytes rows;
};

static struct shape shape;

/* So many leads, each of one post or another in turn, with texts so long. */
static void
make_sample(struct sample *s, int leads, int posts, int text)
{
	struct sheet_rows rows;
	struct fault f = {0};
	int i;

	memset(s, 0, sizeof(*s));
	bytes_adds(&s->body, "{\"data\":{\"posts\":[");
	for (i = 0; i < posts; i++)
		bytes_printf(&s->body, "%s{\"id\":\"p%d\",\"text\":\"%0*d\"}",
		    i == 0 ? "" : ",", i, text, i);
	bytes_adds(&s->body, "],\"leads\":[");
	for (i = 0; i < leads; i++)
		bytes_printf(&s->body,
		    "%s{\"urn\":\"u%d\",\"post_id\":\"p%d\"}",
		    i == 0 ? "" : ",", i, i % posts);
	bytes_adds(&s->body, "]}}");
	s->record.received = NOON;
	s->record.id = "id";
	s->record.id_len = 2;
	s->record.body = s->body.data;
	s->record.body_len = s->body.len;
	s->leads.most = LEADS_CELL;
	assert_int_equal(
	    leads_read(&s->leads, s->body.data, s->body.len, &f), 0);
	sheet_rows_begin(&rows, &shape, &s->record, &s->leads);
	assert_int_equal(sheet_rows_next(&rows, &s->rows, SIZE_MAX, &f), 0);
}

static void
free_sample(struct sample *s)
{
	bytes_free(&s->body);
	bytes_free(&s->rows);
	leads_free(&s->leads);
}

static int
add(struct rowbuffer *b, struct rowbuffer_rows *rows, struct sample *s)
{
	struct fault f = {0};

	if (rowbuffer_add(b, rows, &shape, &s->record, &s->leads, &f) == -1)
		return -1;
	return rows->refusal == NULL;
}

static void
rows_are_written_as_they_are_made(void **state)
{
	struct rowbuffer b = {.kept = {0}};
	struct rowbuffer_rows rows[3];
	struct rowbuffer_writer w = {.buffer = &b};
	struct sample samples[3];
	struct fault f = {0};
	struct bytes expected = {0}, file = {0};
	int64_t at = 0;
	ssize_t n;
	int i;

	(void)state;
	/* The second one has more rows than are kept. */
	make_sample(&samples[0], 3, 2, 100);
	make_sample(&samples[1], 12000, 1, 1000);
	make_sample(&samples[2], 5, 1, 10);
	w.file = appendfile_open(in_scratch("rows"), APPENDFILE_CREATE, &f);
	assert_non_null(w.file);
	for (i = 0; i < 3; i++) {
		assert_int_equal(add(&b, &rows[i], &samples[i]), 1);
		bytes_add(&expected, samples[i].rows.data, samples[i].rows.len);
	}
	assert_false(rows[0].is_long);
	assert_true(rows[1].is_long);
	assert_false(rows[2].is_long);
	assert_int_equal(b.kept.len, samples[0].rows.len + samples[2].rows.len);
	for (i = 0; i < 3; i++)
		assert_int_equal(rowbuffer_write(&w, &rows[i], &shape,
				     &samples[i].record, &samples[i].leads, &f),
		    0);
	assert_int_equal(rowbuffer_flush(&w, &f), 0);
	assert_int_equal(w.written, expected.len);
	assert_int_equal(bytes_reserve(&file, expected.len + 1), 0);
	while ((n = appendfile_read(
		    w.file, file.data + at, file.cap - (size_t)at, at, &f)) > 0)
		at += n;
	assert_int_equal(at, expected.len);
	assert_memory_equal(file.data, expected.data, expected.len);
	appendfile_close(w.file);
	for (i = 0; i < 3; i++)
		free_sample(&samples[i]);
	bytes_free(&expected);
	bytes_free(&file);
	rowbuffer_free(&b);
}

static void
too_many_rows_are_refused(void **state)
{
	/* In turn two texts are made anew for each lead. */
	static const struct {
		int leads, posts, text, expected;
	} cases[] = {{600, 1, 31000, 1}, {1000, 1, 31000, 0}, {60, 2, 31000, 1},
	    {400, 2, 31000, 1}, {700, 2, 31000, 0}, {1, 1, 31000, 1}};
	struct rowbuffer b = {.kept = {0}};
	struct rowbuffer_rows rows;
	struct sample s;
	size_t i, most;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		make_sample(&s, cases[i].leads, cases[i].posts, cases[i].text);
		most = 64 * s.body.len + (16 << 20);
		if (cases[i].posts == 1)
			assert_int_equal(s.rows.len <= most, cases[i].expected);
		assert_int_equal(add(&b, &rows, &s), cases[i].expected);
		/* What is refused takes no room. */
		if (!cases[i].expected)
			assert_int_equal(b.kept.len, rows.at);
		free_sample(&s);
	}
	rowbuffer_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("rows are written as they are made, kept or not",
		rows_are_written_as_they_are_made),
	    TEST("rows that are too long, or take too long, are refused",
		too_many_rows_are_refused),
	};

	shape_defaults(&shape);
	return RUN(tests);
}
