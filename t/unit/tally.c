#include "unit.h"

#include "home.h"
#include "journal/journal.h"
#include "upkeep/tally.h"

#define LENGTH (24 * 3600 * UTC_SECOND) /* of a day in UTC */

static struct tally
count(const struct home *h, int64_t now)
{
	struct fault f = {0};
	struct tally t;

	if (tally_count(&t, &h->endpoint, now, &f) == -1)
		fail_msg("tally_count: %s", f.text);
	return t;
}

static void
put_text(struct store *s, const char *body, int64_t received)
{
	enum store_result result;
	struct fault f = {0};

	if (put_body(s, body, received, &result, &f) == -1)
		fail_msg("store_put: %s", f.text);
}

static void
an_endpoint_without_a_delivery_is_empty(void **state)
{
	struct home h;
	struct tally t;

	(void)state;
	make_home(&h, "empty");
	t = count(&h, NOON);
	assert_string_equal(t.days[TALLY_DAYS - 1].day, DAY);
	assert_string_equal(t.days[0].day, "2026-11-10");
	assert_int_equal(tally_sum(&t).leads, 0);
	assert_int_equal(t.newest, 0);
	assert_int_equal(t.days_kept, 0);
	assert_string_equal(t.oldest, "");
	assert_int_equal(t.part, 1);
}

/* Fifteen days back is out of sight but for its being kept. */
static void
fill(struct store *s)
{
	(void)put(s, "old", 5, NOON - 15 * LENGTH);
	(void)put(s, "first", 3, NOON - 13 * LENGTH);
	(void)put(s, "a", 2, NOON);
	(void)put(s, "b", 4, NOON + 1);
	put_text(s, "{\"test\":true,\"data\":{\"leads\":[{}]}}", NOON + 2);
	put_text(s, "{\"event\":\"other\"}", NOON + 3);
	put_text(s, "{broken", NOON + 4);
}

static void
check_filled(const struct home *h)
{
	struct tally t = count(h, NOON + UTC_SECOND);
	const struct tally_day *today = &t.days[TALLY_DAYS - 1];

	assert_int_equal(today->leads, 6);
	assert_int_equal(today->deliveries, 2);
	assert_int_equal(today->tests, 1);
	assert_int_equal(today->others, 1);
	assert_int_equal(today->unreadable, 1);
	assert_int_equal(t.days[0].leads, 3);
	assert_int_equal(tally_sum(&t).leads, 9);
	assert_int_equal(tally_sum(&t).tests, 1);
	assert_int_equal(tally_sum(&t).unreadable, 1);
	assert_int_equal(t.newest, NOON + 4);
	assert_int_equal(t.days_kept, 3);
	assert_string_equal(t.oldest, "2026-11-08");
	assert_true(t.disk > 0);
}

static void
records_are_counted_by_day_and_kind(void **state)
{
	struct store *s;
	struct home h;

	(void)state;
	make_home(&h, "kinds");
	s = open_store(&h);
	fill(s);
	check_filled(&h);
	store_close(s);
	check_filled(&h);
	assert_int_equal(unlink(at_home(&h, "index.sqlite")), 0);
	check_filled(&h);
}

static void
without_index_and_sheet_deliveries_count(void **state)
{
	struct store *s;
	struct home h;
	struct tally t;

	(void)state;
	make_home(&h, "bare");
	s = open_store(&h);
	fill(s);
	store_close(s);
	assert_int_equal(unlink(at_home(&h, "index.sqlite")), 0);
	assert_int_equal(unlink(at_home(&h, "sheets/leads-" DAY ".csv")), 0);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].leads, 2);
}

static void
the_index_counts_what_an_editor_took_out(void **state)
{
	struct store *s;
	struct home h;
	struct tally t;

	(void)state;
	make_home(&h, "edited");
	s = open_store(&h);
	fill(s);
	write_file(at_home(&h, "sheets/leads-" DAY ".csv"), "mine\r\n", 6);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].leads, 6);
	(void)put(s, "c", 1, NOON + UTC_SECOND);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].leads, 7);
	assert_int_equal(t.part, 2);
	store_close(s);
}

/* Rows that the index doesn't know yet: our own file has grown. */
static void
an_index_that_is_behind_is_made_up_for(void **state)
{
	const char *path;
	struct store *s;
	struct home h;
	struct tally t;
	FILE *f;

	(void)state;
	make_home(&h, "behind");
	s = open_store(&h);
	fill(s);
	path = at_home(&h, "sheets/leads-" DAY ".csv");
	f = fopen(path, "a");
	assert_non_null(f);
	assert_int_equal(fputs("one more\r\n", f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].leads, 7);
	store_close(s);
}

/* Append a record of that time to a journal. */
static void
add_line(struct bytes *b, const char *time, enum delivery_kind kind)
{
	struct record r = {.kind = kind, .body = "{}", .body_len = 2};
	struct fault f = {0};

	assert_int_equal(utc_parse(time, strlen(time), &r.received), 0);
	assert_int_equal(signature_sha256(r.body, 2, r.sha256, &f), 0);
	memcpy(r.signature, r.sha256, sizeof(r.signature));
	r.id = "x";
	r.id_len = 1;
	journal_encode(b, &r, 1);
}

/* Three that count, and as many that don't, before half a line. */
static void
make_damaged(struct bytes *b)
{
	size_t at;

	bytes_adds(b, "garbage\n\n");
	add_line(b, "2026-11-23T09:00:00.000000Z", DELIVERY_TEST);
	add_line(b, "2026-11-23T07:00:00.000000Z", DELIVERY_LEADS);
	at = b->len;
	add_line(b, "2026-11-23T10:00:00.000000Z", DELIVERY_LEADS);
	/* One digit of its sha256. */
	at = (size_t)(strstr(b->data + at, "\"sha256\":\"") - b->data) + 10;
	b->data[at] = b->data[at] == '0' ? '1' : '0';
	add_line(b, "2026-11-23T08:00:00.000000Z", DELIVERY_OTHER);
	bytes_adds(b, "{\"received\":\"2026-11-23T11:00:00.000000Z\"");
	assert_false(b->failed);
}

static void
lines_that_don_t_count_are_damaged(void **state)
{
	struct bytes b = {0};
	const char *path;
	struct home h;
	struct tally t;
	char iso[UTC_ISO_SIZE];

	(void)state;
	make_home(&h, "garbage");
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	make_damaged(&b);
	path = at_home(&h, "journal/" DAY ".jsonl");
	write_file(path, b.data, b.len);
	/* A day that is out of sight is not looked at. */
	write_file(at_home(&h, "journal/2026-11-01.jsonl"), "garbage\n", 8);
	bytes_free(&b);
	t = count(&h, NOON);
	assert_int_equal(tally_sum(&t).damaged, 3);
	assert_int_equal(t.days[TALLY_DAYS - 1].damaged, 3);
	assert_int_equal(tally_sum(&t).tests, 1);
	assert_int_equal(tally_sum(&t).others, 1);
	assert_int_equal(t.days[TALLY_DAYS - 1].deliveries, 1);
	/* The last one received, wherever it stands. */
	utc_iso(t.newest, iso);
	assert_string_equal(iso, "2026-11-23T09:00:00.000000Z");
	/* In a retired segment it was never acknowledged. */
	assert_int_equal(chmod(path, 0440), 0);
	t = count(&h, NOON);
	assert_int_equal(tally_sum(&t).damaged, 0);
	assert_int_equal(tally_sum(&t).tests, 1);
}

/* Larger than a read, with line ends wherever reads end. */
static void
lines_of_a_large_sheet_are_counted(void **state)
{
	struct bytes b = {0};
	struct home h;
	struct tally t;
	int i, j;

	(void)state;
	make_home(&h, "large");
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	assert_int_equal(mkdir(at_home(&h, "sheets"), 0750), 0);
	for (i = 0; i < 20000; i++) {
		for (j = 0; j < i % 64; j++)
			bytes_addc(&b, 'x');
		bytes_addc(&b, '\n');
	}
	assert_false(b.failed);
	write_file(at_home(&h, "sheets/leads-" DAY ".csv"), b.data, b.len);
	bytes_free(&b);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].leads, 20000 - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("an endpoint without a delivery is empty",
		an_endpoint_without_a_delivery_is_empty),
	    TEST("records are counted by day and kind, with index and without",
		records_are_counted_by_day_and_kind),
	    TEST("without index and sheet the deliveries count",
		without_index_and_sheet_deliveries_count),
	    TEST("the index counts what an editor took out",
		the_index_counts_what_an_editor_took_out),
	    TEST("an index that is behind is made up for",
		an_index_that_is_behind_is_made_up_for),
	    TEST("lines that don't count are damaged, but in a retired segment",
		lines_that_don_t_count_are_damaged),
	    TEST("the lines of a large sheet are counted",
		lines_of_a_large_sheet_are_counted),
	};

	return RUN(tests);
}
