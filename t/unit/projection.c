#include "home.h"

#include "sheet/projection.h"

/* Books over a home that a store has filled. */
static struct books
open_books(struct home *h)
{
	struct books b;
	struct fault f = {0};

	projection_books(&b, &h->endpoint, &h->settings, &h->boot);
	b.index = index_open(b.index_path, &f);
	assert_non_null(b.index);
	return b;
}

/* Walk the whole day against a file of that text; what the walk says. */
static struct projection
meet(struct books *b, const char *path, const char *text, int64_t first_row)
{
	const struct index_sheet start = {.segment = 1};
	struct projection p = {.books = b, .day = DAY, .kind = SHEET_LEADS};
	struct fault f = {0};

	p.path = path;
	p.first_row = first_row;
	(void)unlink(path);
	if (text != NULL) {
		write_file(path, text, strlen(text));
		p.file = appendfile_open(path, APPENDFILE_APPEND, &f);
		assert_non_null(p.file);
		p.size = (int64_t)strlen(text);
	}
	if (projection_walk(&p, &start, &f) == -1)
		fail_msg("projection_walk: %s", f.text);
	projection_free(&p);
	return p;
}

static void
every_prefix_is_completed(void **state)
{
	const char *path = in_scratch("copy");
	struct projection p;
	struct books b;
	struct home h;
	struct store *s;
	char *whole, *made;
	size_t n, i;

	(void)state;
	make_home(&h, "prefix");
	s = open_store(&h);
	put(s, "a", 2, NOON);
	put(s, "b", 0, NOON);
	put(s, "c", 3, NOON);
	store_close(s);
	whole = read_file(at_home(&h, "sheets/leads-" DAY ".csv"), &n);
	b = open_books(&h);
	for (i = 0; i <= n; i++) {
		char was = whole[i];

		whole[i] = '\0';
		p = meet(&b, path, i == 0 ? NULL : whole, 0);
		whole[i] = was;
		assert_false(p.differs);
		assert_int_equal(p.row, 5);
		made = read_file(path, NULL);
		assert_string_equal(made, whole);
		free(made);
	}
	/* And nothing else is touched. */
	for (i = 0; i < n; i++) {
		whole[i] ^= 1;
		p = meet(&b, path, whole, 0);
		assert_true(p.differs);
		made = read_file(path, NULL);
		assert_string_equal(made, whole);
		free(made);
		whole[i] ^= 1;
	}
	index_close(b.index);
	free(whole);
}

static void
longer_file_differs(void **state)
{
	struct books b;
	struct home h;
	struct store *s;
	char *whole, longer[8192];

	(void)state;
	make_home(&h, "longer");
	s = open_store(&h);
	put(s, "a", 2, NOON);
	store_close(s);
	whole = read_file(at_home(&h, "sheets/leads-" DAY ".csv"), NULL);
	b = open_books(&h);
	(void)snprintf(longer, sizeof(longer), "%sby hand\r\n", whole);
	assert_true(meet(&b, in_scratch("long"), longer, 0).differs);
	index_close(b.index);
	free(whole);
}

static void
rows_of_earlier_parts_are_left_out(void **state)
{
	const char *path = in_scratch("later");
	struct books b;
	struct home h;
	struct store *s;
	int row;

	(void)state;
	make_home(&h, "rows");
	s = open_store(&h);
	put(s, "a", 2, NOON);
	put(s, "b", 3, NOON);
	store_close(s);
	b = open_books(&h);
	for (row = 0; row < 5; row++) {
		assert_int_equal(meet(&b, path, NULL, row).row, 5);
		assert_int_equal(lines_in(path), 1 + 5 - row);
	}
	/* With no row left there is no file. */
	assert_int_equal(meet(&b, path, NULL, 5).row, 5);
	assert_false(exists(path));
	index_close(b.index);
}

static void
what_comes_meanwhile_stays(void **state)
{
	const struct index_sheet start = {.segment = 1};
	struct projection p = {.day = DAY, .kind = SHEET_LEADS};
	struct fault f = {0};
	struct books b;
	struct home h;
	struct store *s;
	char *text;

	(void)state;
	make_home(&h, "meanwhile");
	s = open_store(&h);
	put(s, "a", 2, NOON);
	store_close(s);
	b = open_books(&h);
	p.books = &b;
	p.path = in_scratch("saved");
	/* None was there when it was looked for; now there is. */
	write_file(p.path, "by hand", 7);
	assert_int_equal(projection_walk(&p, &start, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	text = read_file(p.path, NULL);
	assert_string_equal(text, "by hand");
	free(text);
	assert_false(exists(in_scratch("saved.new")));
	projection_free(&p);
	index_close(b.index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("every beginning is completed, every other file left alone",
		every_prefix_is_completed),
	    TEST("what someone puts there while it is made stays",
		what_comes_meanwhile_stays),
	    TEST("a file that is longer differs", longer_file_differs),
	    TEST("rows that stand in earlier parts are left out",
		rows_of_earlier_parts_are_left_out),
	};

	return RUN(tests);
}
