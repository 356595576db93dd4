#include "lines.h"

#include "journal/cursor.h"

/* A journal of two segments, and what is read of it. */
static char dir[PATH_MAX], first[PATH_MAX], second[PATH_MAX];
static struct bytes said;

static void
make_journal(const char *name)
{
	(void)snprintf(dir, sizeof(dir), "%s/%s", scratch, name);
	segments_path(first, dir, DAY, 1);
	segments_path(second, dir, DAY, 2);
	assert_int_equal(mkdir(dir, 0750), 0);
}

static void
append(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "a");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/*
 * All that comes: ids, kinds of lines that are no delivery's, and "bad" for
 * what doesn't count.
 */
static const char *
read_all(struct cursor *c)
{
	struct fault f = {0};
	struct record r;
	enum cursor_result next;

	bytes_reset(&said);
	while ((next = cursor_next(c, &r, &f)) > CURSOR_END) {
		if (next == CURSOR_BAD_LINE)
			bytes_adds(&said, "bad");
		else if (r.kind >= RECORD_SHEET)
			bytes_adds(&said, record_kind(r.kind));
		else
			bytes_add(&said, r.id, r.id_len);
		bytes_addc(&said, ' ');
	}
	if (next == CURSOR_FAILED)
		fail_msg("cursor_next: %s", f.text);
	/* At the end it stays. */
	assert_int_equal(cursor_next(c, &r, &f), CURSOR_END);
	bytes_addc(&said, '\0');
	return said.data;
}

static const char *
read_day(const struct place *from)
{
	struct cursor c = {0};
	struct fault f = {0};

	if (cursor_day(&c, dir, DAY, from, APPENDFILE_VIEW, &f) == -1)
		fail_msg("cursor_day: %s", f.text);
	(void)read_all(&c);
	cursor_free(&c);
	return said.data;
}

static void
lines_come_in_order_with_their_places(void **state)
{
	struct cursor c = {0};
	struct fault f = {0};
	struct record r;
	int64_t at[4];
	int i;

	(void)state;
	make_journal("order");
	assert_string_equal(read_day(NULL), "");
	for (i = 0; i < 4; i++) {
		at[i] = i == 0 ? 0 : size_of(first);
		add_delivery(first, RECORD_LEADS, "abcd" + i, i * 20, i);
	}
	add_lead(second, "z");
	assert_string_equal(read_day(NULL), "abcd bcd cd d z ");
	assert_int_equal(
	    cursor_day(&c, dir, DAY, NULL, APPENDFILE_READ, &f), 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(cursor_next(&c, &r, &f), CURSOR_RECORD);
		assert_string_equal(c.place.day, DAY);
		assert_int_equal(c.place.segment, 1);
		assert_int_equal(c.place.offset, at[i]);
		assert_int_equal(c.next, i < 3 ? at[i + 1] : size_of(first));
	}
	assert_int_equal(cursor_next(&c, &r, &f), CURSOR_RECORD);
	assert_int_equal(c.place.segment, 2);
	assert_int_equal(c.place.offset, 0);
	assert_int_equal(cursor_next(&c, &r, &f), CURSOR_END);
	assert_int_equal(c.next, size_of(second));
	/* Each by its place, and from there on. */
	for (i = 0; i < 4; i++) {
		struct place p = {DAY, 1, at[i]};

		assert_int_equal(
		    cursor_at(&c, dir, &p, APPENDFILE_VIEW, &r, &f),
		    CURSOR_RECORD);
		assert_int_equal(r.id_len, 4 - i);
		assert_string_equal(
		    read_day(&p), "abcd bcd cd d z " + (i == 0      ? 0
							   : i == 1 ? 5
							   : i == 2 ? 9
								    : 12));
	}
	cursor_free(&c);
}

static void
nothing_stands_at_another_place(void **state)
{
	static const struct place odd[] = {
	    {DAY, 1, 1}, {DAY, 1, 1 << 20}, {DAY, 2, 0}, {"2026-11-24", 1, 0}};
	struct cursor c = {0};
	struct fault f = {0};
	struct record r;
	size_t i;

	(void)state;
	make_journal("places");
	add_lead(first, "a");
	for (i = 0; i < COUNT(odd); i++)
		assert_int_equal(
		    cursor_at(&c, dir, &odd[i], APPENDFILE_VIEW, &r, &f),
		    CURSOR_END);
	assert_int_equal(f.kind, FAULT_NONE);
	assert_int_equal(mkdir(second, 0750), 0);
	assert_int_equal(cursor_at(&c, dir, &odd[2], APPENDFILE_VIEW, &r, &f),
	    CURSOR_FAILED);
	cursor_free(&c);
}

/* Pages that a power cut took; the writer went on behind them. */
static void
nuls_before_a_line_are_skipped(void **state)
{
	static const char nuls[9000];
	struct place p = {DAY, 1, 0};
	struct cursor c = {0};
	struct fault f = {0};
	struct record r;

	(void)state;
	make_journal("nuls");
	append(first, nuls, 4096);
	add_lead(first, "a");
	append(first, nuls, sizeof(nuls));
	add_lead(first, "b");
	append(first, nuls, 10);
	assert_string_equal(read_day(NULL), "a b ");
	assert_int_equal(
	    cursor_day(&c, dir, DAY, NULL, APPENDFILE_VIEW, &f), 0);
	assert_int_equal(cursor_next(&c, &r, &f), CURSOR_RECORD);
	/* The place is the line's own. */
	assert_int_equal(c.place.offset, 4096);
	assert_int_equal(cursor_next(&c, &r, &f), CURSOR_RECORD);
	p.offset = c.place.offset;
	assert_int_equal(
	    cursor_at(&c, dir, &p, APPENDFILE_VIEW, &r, &f), CURSOR_RECORD);
	assert_memory_equal(r.id, "b", 1);
	cursor_free(&c);
}

static void
damage_is_passed_over_and_a_torn_tail_is_the_end(void **state)
{
	int64_t whole;
	struct cursor c = {0};
	struct fault f = {0};
	char *text;
	size_t n, i;

	(void)state;
	make_journal("damage");
	add_lead(first, "a");
	append(first, "damage\n\n", 8);
	add_lead(first, "b");
	append(first, "x\n", 2);
	whole = size_of(first);
	add_lead(first, "c");
	text = read_file(first, &n);
	for (i = (size_t)whole; i < n; i += 7) {
		write_file(first, text, i);
		assert_string_equal(read_day(NULL), "a bad bad b bad ");
		assert_int_equal(
		    cursor_day(&c, dir, DAY, NULL, APPENDFILE_VIEW, &f), 0);
		(void)read_all(&c);
		assert_int_equal(c.next, whole);
	}
	write_file(first, text, n);
	assert_string_equal(read_day(NULL), "a bad bad b bad c ");
	/* A torn tail of one segment keeps nobody from the next. */
	append(first, "{\"rec", 5);
	add_lead(second, "d");
	assert_string_equal(read_day(NULL), "a bad bad b bad c d ");
	free(text);
	cursor_free(&c);
}

static void
a_mark_is_the_end_of_its_segment(void **state)
{
	struct place p = {DAY, 2, 0};
	int64_t one, two;

	(void)state;
	make_journal("mark");
	add_lead(first, "a");
	one = size_of(first);
	add_lead(first, "b");
	two = size_of(first);
	add_lead(first, "c");
	append(first, "damage\n", 7);
	add_mark(second, 1, one);
	add_lead(second, "d");
	assert_string_equal(read_day(NULL), "a segment d ");
	assert_string_equal(read_day(&p), "segment d ");
	/* A line that ends behind the mark doesn't count. */
	assert_int_equal(unlink(second), 0);
	add_mark(second, 1, two - 1);
	assert_string_equal(read_day(NULL), "a segment ");
	assert_int_equal(unlink(second), 0);
	add_mark(second, 1, two);
	assert_string_equal(read_day(NULL), "a b segment ");
	assert_int_equal(unlink(second), 0);
	add_mark(second, 1, 0);
	assert_string_equal(read_day(NULL), "segment ");
}

/* Longer than a read, and a file of our own up to a limit. */
static void
long_lines_and_limits(void **state)
{
	struct place from = {DAY, 1, 0};
	struct appendfile *file;
	struct cursor c = {0};
	struct fault f = {0};
	int64_t one, two;

	(void)state;
	make_journal("long");
	add_delivery(first, RECORD_LEADS, "a", 40000, 0);
	one = size_of(first);
	assert_true(one > 600 << 10);
	add_lead(first, "b");
	two = size_of(first);
	add_delivery(first, RECORD_TEST, "c", 20000, 0);
	file = appendfile_open(first, APPENDFILE_READ, &f);
	assert_non_null(file);
	cursor_file(&c, file, &from, INT64_MAX);
	assert_string_equal(read_all(&c), "a b c ");
	cursor_file(&c, file, &from, two);
	assert_string_equal(read_all(&c), "a b ");
	cursor_file(&c, file, &from, two - 1);
	assert_string_equal(read_all(&c), "a ");
	assert_int_equal(c.next, one);
	from.offset = one;
	cursor_file(&c, file, &from, INT64_MAX);
	assert_string_equal(read_all(&c), "b c ");
	/* It is read on where it has grown. */
	add_lead(first, "d");
	assert_string_equal(read_all(&c), "d ");
	cursor_free(&c);
	appendfile_close(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("lines come in order, with their places",
		lines_come_in_order_with_their_places),
	    TEST("nothing stands at another place",
		nothing_stands_at_another_place),
	    TEST("NULs before a line are skipped",
		nuls_before_a_line_are_skipped),
	    TEST("damage is passed over, and a torn tail is the end",
		damage_is_passed_over_and_a_torn_tail_is_the_end),
	    TEST("a mark is the end of its segment",
		a_mark_is_the_end_of_its_segment),
	    TEST("lines may be longer than a read, and have a limit",
		long_lines_and_limits),
	};
	int rc = RUN(tests);

	bytes_free(&said);
	return rc;
}
