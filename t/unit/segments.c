#include "unit.h"

#include "journal/segments.h"

static void
all_are_listed_in_order(void **state)
{
	static const char *const there[] = {"2026-11-23.jsonl",
	    "2026-11-22-2.jsonl", "2026-11-22.jsonl", "2026-11-22-10.jsonl",
	    "1970-01-01.jsonl", "2026-11-23.torn-1", "notes.jsonl",
	    "2026-11-23.jsonl.bak", "2026-11-23-0.jsonl", "2026-11-23-x.jsonl",
	    "2026-11-23x.jsonl", "2026-11-22.ids", "2026-11-21.ids",
	    "2026-11-20.ids.new", "notes.ids"};
	static const struct {
		const char *day;
		int segment;
	} expected[] = {{"1970-01-01", 1}, {"2026-11-22", 1}, {"2026-11-22", 2},
	    {"2026-11-22", 10}, {"2026-11-23", 1}};
	static const struct {
		const char *day;
		int segment;
	} with_ids[] = {{"1970-01-01", 1}, {"2026-11-21", 0}, {"2026-11-22", 1},
	    {"2026-11-22", 2}, {"2026-11-22", 10}, {"2026-11-22", 0},
	    {"2026-11-23", 1}};
	struct segments all = {0};
	struct fault f = {0};
	char day[UTC_DAY_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(there); i++)
		write_file(in_scratch(there[i]), "", 0);
	assert_int_equal(segments_list(scratch, &all, &f), 0);
	assert_int_equal(all.n, COUNT(expected));
	for (i = 0; i < all.n; i++) {
		assert_string_equal(all.list[i].day, expected[i].day);
		assert_int_equal(all.list[i].segment, expected[i].segment);
	}
	segments_free(&all);
	write_file(in_scratch("2026-11-22-2.jsonl"), "12345", 5);
	write_file(in_scratch("2026-11-22.ids"), "12345", 5);
	assert_int_equal(segments_total(scratch), 5);
	assert_int_equal(segments_total(in_scratch("none")), 0);
	assert_true(segments_is_name("2026-11-22-2.jsonl", day));
	assert_string_equal(day, "2026-11-22");
	assert_false(segments_is_name("2026-11-22.ids", day));
	assert_false(segments_is_name("notes.jsonl", day));
	assert_int_equal(segments_list_all(scratch, &all, &f), 0);
	assert_int_equal(all.n, COUNT(with_ids));
	for (i = 0; i < all.n; i++) {
		assert_string_equal(all.list[i].day, with_ids[i].day);
		assert_int_equal(all.list[i].segment, with_ids[i].segment);
	}
	segments_free(&all);
}

static void
no_directory_is_a_fault(void **state)
{
	struct segments all = {0};
	struct fault f = {0};

	(void)state;
	assert_int_equal(segments_list(in_scratch("none"), &all, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	segments_free(&all);
}

/* A record's line, received at that time, so many bytes of body. */
static void
add_line(struct bytes *out, int64_t received, size_t size)
{
	struct record r = {.received = received, .id = "i", .id_len = 1};
	char *body = malloc(size + 2);
	struct fault f = {0};

	assert_non_null(body);
	memset(body, '1', size + 2);
	r.body = body;
	r.body_len = size + 2;
	assert_int_equal(signature_sha256(body, size + 2, r.sha256, &f), 0);
	memset(r.signature, 'a', sizeof(r.signature) - 1);
	journal_encode(out, &r, 1);
	free(body);
}

static void
the_newest_record_is_read_from_the_end(void **state)
{
	static const size_t sizes[] = {0, 3700, 4096, 5000, 20000};
	const char *dir = in_scratch("newest");
	char path[PATH_MAX];
	struct segments all = {0};
	struct bytes text = {0};
	struct fault f = {0};
	int64_t received;
	size_t i;

	(void)state;
	assert_int_equal(mkdir(dir, 0750), 0);
	assert_int_equal(segments_newest(dir, &received, &f), 0);
	for (i = 0; i < COUNT(sizes); i++) {
		bytes_reset(&text);
		add_line(&text, 1000, 10);
		add_line(&text, 2000 + (int64_t)i, sizes[i]);
		journal_path(path, dir, "2026-11-23", 1);
		write_file(path, text.data, text.len);
		assert_int_equal(segments_newest(dir, &received, &f), 1);
		assert_int_equal(received, 2000 + (int64_t)i);
		/* Half a line behind it doesn't count, nor another one. */
		bytes_adds(&text, "{\"received\n{\"rec");
		write_file(path, text.data, text.len);
		assert_int_equal(segments_newest(dir, &received, &f), 1);
		assert_int_equal(received, 2000 + (int64_t)i);
		/* A later segment that has none leads back to this one. */
		journal_path(path, dir, "2026-11-23", 2);
		write_file(path, "", 0);
		assert_int_equal(segments_newest(dir, &received, &f), 1);
		assert_int_equal(received, 2000 + (int64_t)i);
	}
	assert_int_equal(segments_list(dir, &all, &f), 0);
	assert_int_equal(segments_bytes(dir, &all), text.len);
	segments_free(&all);
	bytes_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(
		"all segments are listed in order of time, ids where asked for",
		all_are_listed_in_order),
	    TEST("the newest record is read from the end",
		the_newest_record_is_read_from_the_end),
	    TEST("no directory is a fault", no_directory_is_a_fault),
	};

	return RUN(tests);
}
