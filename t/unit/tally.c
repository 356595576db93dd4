#include "unit.h"

#include "home.h"
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
	/* The journal alone tells. */
	assert_int_equal(unlink(at_home(&h, "index")), 0);
	assert_int_equal(unlink(at_home(&h, "sheets/leads-" DAY ".csv")), 0);
	check_filled(&h);
}

static void
what_an_editor_took_out_counts(void **state)
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
	assert_int_equal(t.part, 1);
	(void)put(s, "c", 1, NOON + UTC_SECOND);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].leads, 7);
	assert_int_equal(t.part, 2);
	/* Tomorrow begins with its own. */
	t = count(&h, NOON + LENGTH);
	assert_int_equal(t.part, 1);
	store_close(s);
}

static void
what_stands_behind_a_mark_does_not_count(void **state)
{
	struct store *s;
	struct home h;
	struct tally t;
	int64_t size;

	(void)state;
	make_home(&h, "mark");
	s = open_store(&h);
	(void)put(s, "a", 2, NOON);
	size = size_of(at_home(&h, "journal/" DAY ".jsonl"));
	(void)put(s, "b", 5, NOON + 1);
	store_close(s);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].failed, 0);
	fail_sync(&h, DAY, 1, size);
	t = count(&h, NOON);
	assert_int_equal(t.days[TALLY_DAYS - 1].leads, 2);
	assert_int_equal(t.days[TALLY_DAYS - 1].failed, 1);
	assert_int_equal(t.newest, NOON);
	assert_int_equal(t.days_kept, 1);
}

/* As prune leaves it: its deliveries are known, and nothing of them is kept. */
static void
a_pruned_day_is_not_kept(void **state)
{
	struct record r = {.received = NOON - 2 * LENGTH,
	    .kind = RECORD_LEADS,
	    .id = "old",
	    .id_len = 3};
	struct bytes line = {0};
	struct fault f = {0};
	struct store *s;
	struct home h;
	struct tally t;

	(void)state;
	make_home(&h, "pruned");
	memset(r.was, 'a', sizeof(r.was) - 1);
	assert_int_equal(record_encode(&line, &r, 0, &f), 0);
	assert_int_equal(mkdir(at_home(&h, "journal"), 0750), 0);
	write_file(
	    at_home(&h, "journal/2026-11-21.jsonl"), line.data, line.len);
	bytes_free(&line);
	t = count(&h, NOON);
	assert_int_equal(t.days_kept, 0);
	assert_string_equal(t.oldest, "");
	assert_int_equal(tally_sum(&t).deliveries, 0);
	assert_int_equal(t.newest, r.received);
	s = open_store(&h);
	(void)put(s, "a", 1, NOON - LENGTH);
	store_close(s);
	t = count(&h, NOON);
	assert_int_equal(t.days_kept, 1);
	assert_string_equal(t.oldest, "2026-11-22");
}

/* Its newest delivery is told all the same. */
static void
an_endpoint_that_rests_for_weeks(void **state)
{
	struct store *s;
	struct home h;
	struct tally t;

	(void)state;
	make_home(&h, "rests");
	s = open_store(&h);
	(void)put(s, "a", 3, NOON);
	(void)put(s, "b", 3, NOON + 1);
	store_close(s);
	t = count(&h, NOON + 30 * LENGTH);
	assert_int_equal(tally_sum(&t).leads, 0);
	assert_int_equal(t.newest, NOON + 1);
	assert_int_equal(t.days_kept, 1);
}

/* Append a record of that time to a journal. */
static void
add_line(struct bytes *b, const char *time, enum record_kind kind)
{
	struct record r = {.kind = kind, .body = "{}", .body_len = 2};
	struct fault f = {0};

	assert_int_equal(utc_parse(time, strlen(time), &r.received), 0);
	assert_int_equal(signature_sha256(r.body, 2, r.sha256, &f), 0);
	memcpy(r.signature, r.sha256, sizeof(r.signature));
	r.id = "x";
	r.id_len = 1;
	assert_int_equal(record_encode(b, &r, 1, &f), 0);
}

/* Three that count, and as many that don't, before half a line. */
static void
make_damaged(struct bytes *b)
{
	size_t at;

	bytes_adds(b, "garbage\n\n");
	add_line(b, "2026-11-23T09:00:00.000000Z", RECORD_TEST);
	add_line(b, "2026-11-23T07:00:00.000000Z", RECORD_LEADS);
	at = b->len;
	add_line(b, "2026-11-23T10:00:00.000000Z", RECORD_LEADS);
	/* One digit of its sha256. */
	at = (size_t)(strstr(b->data + at, "\"sha256\":\"") - b->data) + 10;
	b->data[at] = b->data[at] == '0' ? '1' : '0';
	add_line(b, "2026-11-23T08:00:00.000000Z", RECORD_OTHER);
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
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("an endpoint without a delivery is empty",
		an_endpoint_without_a_delivery_is_empty),
	    TEST("records are counted by day and kind, from the journal alone",
		records_are_counted_by_day_and_kind),
	    TEST("what an editor took out counts",
		what_an_editor_took_out_counts),
	    TEST("what stands behind a mark does not count",
		what_stands_behind_a_mark_does_not_count),
	    TEST("a pruned day is not kept", a_pruned_day_is_not_kept),
	    TEST("the newest delivery is told, however old it is",
		an_endpoint_that_rests_for_weeks),
	    TEST("lines that don't count are damaged",
		lines_that_don_t_count_are_damaged),
	};

	return RUN(tests);
}
