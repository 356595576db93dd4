#include "home.h"

#include "journal/records.h"

#define TOMORROW (NOON + INT64_C(86400) * UTC_SECOND)

/* The days to be read: from first to last, where there are these. */
struct range {
	const char *first, *last;
};

static int
is_wanted(void *context, const char *day)
{
	const struct range *r = context;

	return (r->first == NULL || strcmp(day, r->first) >= 0) &&
	       (r->last == NULL || strcmp(day, r->last) <= 0);
}

/* The ids that there are to read, one behind the other. */
static void
read_ids(const struct home *h, const char *first, const char *last,
    struct bytes *ids)
{
	struct fault f = {0};
	struct record record;
	struct place place;
	struct range range = {first, last};
	struct records *r =
	    records_open(at_home(h, "journal"), is_wanted, &range, &f);
	size_t len;
	int rc;

	if (r == NULL)
		fail_msg("records_open: %s", f.text);
	bytes_reset(ids);
	while ((rc = records_next(r, &record, &place, &f)) == 1) {
		bytes_add(ids, record.id, record.id_len);
		bytes_addc(ids, ' ');
	}
	assert_int_equal(rc, 0);
	assert_int_equal(records_done(r), records_size(r));
	assert_int_equal(
	    records_has(r, DAY), records_size(r) > 0 && is_wanted(&range, DAY));
	/* A second time it is the same. */
	for (len = 0, records_rewind(r);
	     (rc = records_next(r, &record, &place, &f)) == 1;)
		len += record.id_len + 1;
	assert_int_equal(rc, 0);
	assert_int_equal(len, ids->len);
	bytes_addc(ids, '\0');
	records_close(r);
}

static void
days_are_read_in_order(void **state)
{
	struct bytes ids = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "order");
	read_ids(&h, NULL, NULL, &ids); /* there is no journal yet */
	assert_string_equal(ids.data, "");
	s = open_store(&h);
	put(s, "later", 1, TOMORROW);
	put(s, "first", 1, NOON);
	put(s, "second", 1, NOON);
	store_close(s);
	read_ids(&h, NULL, NULL, &ids);
	assert_string_equal(ids.data, "first second later ");
	read_ids(&h, "2026-11-24", NULL, &ids);
	assert_string_equal(ids.data, "later ");
	read_ids(&h, NULL, DAY, &ids);
	assert_string_equal(ids.data, "first second ");
	read_ids(&h, "2026-11-25", "2026-11-26", &ids);
	assert_string_equal(ids.data, "");
	bytes_free(&ids);
}

static void
copies_are_passed_over(void **state)
{
	struct bytes ids = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "copies");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON);
	/* A sync failed: what is tried again is journalled again. */
	assert_int_equal(chmod(at_home(&h, "journal/" DAY ".jsonl"), 0440), 0);
	put(s, "b", 1, NOON);
	put(s, "c", 1, NOON);
	put(s, "a", 1, TOMORROW);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, "journal/" DAY "-2.jsonl")), 2);
	read_ids(&h, NULL, NULL, &ids);
	assert_string_equal(ids.data, "a b c ");
	read_ids(&h, "2026-11-24", NULL, &ids);
	assert_string_equal(ids.data, "");
	bytes_free(&ids);
}

static void
lines_that_do_not_count(void **state)
{
	struct range all = {NULL, NULL};
	struct fault f = {0};
	struct record record;
	struct records *r;
	struct store *s;
	struct place place;
	struct home h;
	FILE *file;

	(void)state;
	make_home(&h, "bad");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	store_close(s);
	file = fopen(at_home(&h, "journal/" DAY ".jsonl"), "a");
	assert_non_null(file);
	(void)fputs("no record\nand a torn one", file);
	(void)fclose(file);
	r = records_open(at_home(&h, "journal"), is_wanted, &all, &f);
	assert_non_null(r);
	assert_int_equal(records_next(r, &record, &place, &f), 1);
	assert_string_equal(place.day, DAY);
	assert_int_equal(place.offset, 0);
	assert_int_equal(records_next(r, &record, &place, &f), 0);
	assert_int_equal(records_bad(r), 1);
	records_close(r);
}

/* What was read of a range, and went into ids; its lines that don't count. */
static int64_t
read_range(struct records *r, int64_t from, int64_t to, struct bytes *ids)
{
	struct fault f = {0};
	struct record record;
	struct place place;
	int64_t at;
	int rc;

	records_seek(r, from, to);
	assert_int_equal(records_done(r), 0);
	while ((rc = records_next(r, &record, &place, &f)) == 1) {
		at = records_position(r, &place);
		assert_true(at >= from && at < to);
		bytes_add(ids, record.id, record.id_len);
		bytes_addc(ids, ' ');
	}
	assert_int_equal(rc, 0);
	assert_int_equal(records_done(r), to - from);
	return records_bad(r);
}

/* Two days of three segments, two of them with a line that doesn't count. */
static void
make_days(struct home *h, const char *name)
{
	static const char *const files[] = {
	    "journal/" DAY ".jsonl", "journal/2026-11-24.jsonl"};
	struct store *s;
	FILE *file;
	size_t i;

	make_home(h, name);
	s = open_store(h);
	put(s, "a", 1, NOON);
	put(s, "b", 30, NOON);
	assert_int_equal(chmod(at_home(h, files[0]), 0440), 0);
	put(s, "b", 30, NOON); /* a copy */
	put(s, "c", 0, NOON);
	put(s, "d", 1, TOMORROW);
	store_close(s);
	for (i = 0; i < COUNT(files); i++) {
		assert_int_equal(chmod(at_home(h, files[i]), 0640), 0);
		file = fopen(at_home(h, files[i]), "a");
		assert_non_null(file);
		(void)fputs(i == 0 ? "no record\n" : "\n\ntorn", file);
		(void)fclose(file);
	}
	assert_int_equal(chmod(at_home(h, files[0]), 0440), 0);
}

static void
cut_anywhere(void **state)
{
	struct range all = {NULL, NULL};
	struct bytes ids = {0};
	struct fault f = {0};
	struct records *r, *other;
	int64_t cut, size, from, bad;
	struct home h;

	(void)state;
	make_days(&h, "cut");
	r = records_open(at_home(&h, "journal"), is_wanted, &all, &f);
	assert_non_null(r);
	other = records_share(r, &f);
	assert_non_null(other);
	size = records_size(r);
	assert_true(size > 2000);
	for (cut = 0; cut <= size; cut++) {
		bytes_reset(&ids);
		bad = read_range(r, 0, cut, &ids);
		bad += read_range(other, cut, size, &ids);
		assert_int_equal(bad, 3);
		bytes_addc(&ids, '\0');
		assert_string_equal(ids.data, "a b c d ");
	}
	for (cut = 1; cut < 200; cut++) {
		bytes_reset(&ids);
		for (bad = from = 0; from < size; from += cut)
			bad += read_range(r, from,
			    from + cut < size ? from + cut : size, &ids);
		assert_int_equal(bad, 3);
		bytes_addc(&ids, '\0');
		assert_string_equal(ids.data, "a b c d ");
	}
	records_close(other);
	records_close(r);
	bytes_free(&ids);
}

static void
what_comes_later_is_not_read(void **state)
{
	struct range all = {NULL, NULL};
	struct bytes ids = {0};
	struct fault f = {0};
	struct records *r;
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "later");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	r = records_open(at_home(&h, "journal"), is_wanted, &all, &f);
	assert_non_null(r);
	put(s, "b", 1, NOON);
	put(s, "c", 1, TOMORROW);
	store_close(s);
	read_range(r, 0, records_size(r), &ids);
	bytes_addc(&ids, '\0');
	assert_string_equal(ids.data, "a ");
	records_close(r);
	bytes_free(&ids);
}

/* By forget, or taken away by prune, between opening and reading. */
static void
a_rewritten_segment_is_noticed(void **state)
{
	struct range all = {NULL, NULL};
	struct fault f = {0};
	struct record record;
	struct records *r;
	struct place place;
	struct home h;
	const char *path;
	char *text;
	size_t n;

	(void)state;
	make_days(&h, "rewritten");
	r = records_open(at_home(&h, "journal"), is_wanted, &all, &f);
	assert_non_null(r);
	path = at_home(&h, "journal/2026-11-24.jsonl");
	text = read_file(path, &n);
	write_file(in_scratch("new"), text, n);
	free(text);
	assert_int_equal(rename(in_scratch("new"), path), 0);
	records_seek(r, records_size(r) - 1, records_size(r));
	assert_int_equal(records_next(r, &record, &place, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	assert_string_equal(f.text,
	    "the journal of 2026-11-24 was rewritten meanwhile; try again");
	fault_clear(&f);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(records_next(r, &record, &place, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	records_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the days that were asked for are read in order",
		days_are_read_in_order),
	    TEST("a record that was journalled again is passed over",
		copies_are_passed_over),
	    TEST("lines that don't count are counted", lines_that_do_not_count),
	    TEST("cut at any byte, each record is read exactly once",
		cut_anywhere),
	    TEST("what comes after it was opened is not read",
		what_comes_later_is_not_read),
	    TEST("a segment that is rewritten meanwhile is noticed",
		a_rewritten_segment_is_noticed),
	};

	return RUN(tests);
}
