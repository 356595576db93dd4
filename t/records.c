#include "home.h"

#include "records.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the days that were asked for are read in order",
		days_are_read_in_order),
	    TEST("a record that was journalled again is passed over",
		copies_are_passed_over),
	    TEST("lines that don't count are counted", lines_that_do_not_count),
	};

	return RUN(tests);
}
