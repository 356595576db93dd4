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
what_stands_behind_a_mark_is_passed_over(void **state)
{
	struct bytes ids = {0};
	struct store *s;
	struct home h;
	int64_t size;

	(void)state;
	make_home(&h, "mark");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	size = size_of(at_home(&h, "journal/" DAY ".jsonl"));
	put(s, "b", 1, NOON);
	put(s, "x", 1, NOON);
	store_close(s);
	fail_sync(&h, DAY, 1, size);
	/* They were answered 503, and b comes again. */
	s = open_store(&h);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	put(s, "c", 1, NOON);
	store_close(s);
	assert_int_equal(
	    count_in(at_home(&h, "journal/" DAY "-2.jsonl"), "\"id\":"), 2);
	read_ids(&h, NULL, NULL, &ids);
	assert_string_equal(ids.data, "a b c ");
	bytes_free(&ids);
}

/* As prune leaves a day: lines without a body. */
static void
what_was_pruned_is_passed_over(void **state)
{
	struct record r = {
	    .received = NOON, .kind = RECORD_LEADS, .id = "old", .id_len = 3};
	struct bytes line = {0}, ids = {0};
	struct fault f = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "pruned");
	s = open_store(&h);
	put(s, "new", 1, TOMORROW);
	store_close(s);
	memset(r.was, 'a', sizeof(r.was) - 1);
	assert_int_equal(record_encode(&line, &r, 0, &f), 0);
	write_file(at_home(&h, "journal/" DAY ".jsonl"), line.data, line.len);
	bytes_free(&line);
	read_ids(&h, NULL, NULL, &ids);
	assert_string_equal(ids.data, "new ");
	bytes_free(&ids);
}

/* It came when the time zone was another: its day is that of now. */
static void
a_day_is_that_of_receipt_in_the_zone_of_now(void **state)
{
	const int64_t late = NOON + 11 * 3600 * UTC_SECOND;
	struct bytes ids = {0};
	struct fault f = {0};
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "zone");
	s = open_store(&h);
	put(s, "early", 1, NOON - 11 * 3600 * UTC_SECOND);
	put(s, "late", 1, late);
	put(s, "after", 1, late + 2 * 3600 * UTC_SECOND);
	store_close(s);
	assert_int_equal(utc_zone("Europe/Berlin", &f), 0);
	read_ids(&h, "2026-11-24", "2026-11-24", &ids);
	assert_string_equal(ids.data, "late after ");
	read_ids(&h, DAY, DAY, &ids);
	assert_string_equal(ids.data, "early ");
	assert_int_equal(utc_zone("Pacific/Honolulu", &f), 0);
	read_ids(&h, "2026-11-22", "2026-11-22", &ids);
	assert_string_equal(ids.data, "early ");
	read_ids(&h, DAY, DAY, &ids);
	assert_string_equal(ids.data, "late after ");
	assert_int_equal(utc_zone("Pacific/Kiritimati", &f), 0);
	read_ids(&h, "2026-11-24", NULL, &ids);
	assert_string_equal(ids.data, "late after ");
	assert_int_equal(utc_zone("UTC", &f), 0);
	read_ids(&h, DAY, DAY, &ids);
	assert_string_equal(ids.data, "early late ");
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
	/* The line that names the sheet comes before it. */
	assert_true(place.offset > 0);
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
	struct store *s;
	int64_t size;
	FILE *file;

	make_home(h, name);
	s = open_store(h);
	put(s, "a", 1, NOON);
	file = fopen(at_home(h, "journal/" DAY ".jsonl"), "a");
	assert_non_null(file);
	(void)fputs("no record\n", file);
	(void)fclose(file);
	size = size_of(at_home(h, "journal/" DAY ".jsonl"));
	put(s, "b", 30, NOON);
	store_close(s);
	fail_sync(h, DAY, 1, size);
	s = open_store(h);
	put(s, "b", 30, NOON);
	put(s, "c", 0, NOON);
	put(s, "d", 1, TOMORROW);
	store_close(s);
	file = fopen(at_home(h, "journal/2026-11-24.jsonl"), "a");
	assert_non_null(file);
	(void)fputs("\n\ntorn", file);
	(void)fclose(file);
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
	assert_int_equal(records_check(r, &f), 0);
	path = at_home(&h, "journal/2026-11-23.jsonl");
	assert_int_equal(records_next(r, &record, &place, &f), 1);
	assert_string_equal(place.day, "2026-11-23");
	assert_int_equal(records_check(r, &f), 0);
	text = read_file(path, &n);
	write_file(in_scratch("new"), text, n);
	free(text);
	assert_int_equal(rename(in_scratch("new"), path), 0);
	assert_int_equal(records_check(r, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	fault_clear(&f);
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
	    TEST("what stands behind a mark is passed over",
		what_stands_behind_a_mark_is_passed_over),
	    TEST("what was pruned is passed over",
		what_was_pruned_is_passed_over),
	    TEST("a day is that of receipt in the time zone of now",
		a_day_is_that_of_receipt_in_the_zone_of_now),
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
