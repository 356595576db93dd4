#include "unit.h"

#include "journal/journal.h"

#define AT INT64_C(1795421549123456)

static struct bytes line, room;

static void
fill_in(struct record *r, const char *body, size_t n)
{
	struct fault f = {0};

	memset(r, 0, sizeof(*r));
	r->received = AT;
	r->kind = DELIVERY_LEADS;
	r->id = "id";
	r->id_len = 2;
	r->body = body;
	r->body_len = n;
	assert_int_equal(signature_sha256(body, n, r->sha256, &f), 0);
	memset(r->signature, 'f', SIGNATURE_SIZE - 1);
}

static void
encode(const char *body, size_t n, int is_json)
{
	struct record r;

	fill_in(&r, body, n);
	bytes_reset(&line);
	journal_encode(&line, &r, is_json);
	assert_false(line.failed);
}

static int
decode(struct record *r)
{
	struct signature_digest digest = {NULL};
	struct fault f = {0};
	int rc = journal_decode(line.data, line.len - 1, r, &room, &digest, &f);

	signature_digest_free(&digest);
	return rc;
}

static void
line_is_as_designed(void **state)
{
	static const char start[] =
	    "{\"received\":\"2026-11-23T08:12:29.123456Z\","
	    "\"kind\":\"leads\",\"id\":\"id\",\"sha256\":\"",
			  end[] = "\",\"body\":{\"a\":1}}\n";

	(void)state;
	encode("{\"a\":1}", 7, 1);
	assert_memory_equal(line.data, start, strlen(start));
	assert_memory_equal(
	    line.data + line.len - strlen(end), end, strlen(end));
}

static void
bodies_come_back(void **state)
{
	static const struct {
		const char *body;
		size_t n;
		int is_json;
		const char *form;
	} cases[] = {{"{\"a\":1}", 7, 1, "\"body\":{"},
	    {"{\n\"a\":1}", 8, 1, "\"text\":\"{\\n"},
	    {"{\r\"a\":1}", 8, 1, "\"text\":\""},
	    {"not json", 8, 0, "\"text\":\"not json\""},
	    {"", 0, 0, "\"text\":\"\""}, {"a\0b", 3, 0, "\"text\":\"a\\u0000b"},
	    {"\xff\xfe", 2, 0, "\"base64\":\"//4=\""},
	    {"\xff\n\"}", 4, 0, "\"base64\":\""}};
	struct record r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		encode(cases[i].body, cases[i].n, cases[i].is_json);
		assert_non_null(memmem(
		    line.data, line.len, cases[i].form, strlen(cases[i].form)));
		assert_ptr_equal(memchr(line.data, '\n', line.len),
		    line.data + line.len - 1);
		assert_int_equal(decode(&r), 1);
		assert_int_equal(r.received, AT);
		assert_int_equal(r.kind, DELIVERY_LEADS);
		assert_int_equal(r.id_len, 2);
		assert_memory_equal(r.id, "id", 2);
		assert_int_equal(r.body_len, cases[i].n);
		assert_memory_equal(r.body, cases[i].body, cases[i].n);
	}
}

static void
odd_ids_come_back(void **state)
{
	struct record r;
	struct bytes odd = {0};

	(void)state;
	fill_in(&r, "{}", 2);
	r.id = "\"\\\r\n=../\xc3\xa9";
	r.id_len = strlen(r.id);
	journal_encode(&odd, &r, 1);
	bytes_reset(&line);
	bytes_add(&line, odd.data, odd.len);
	assert_false(odd.failed || line.failed);
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.id_len, 10);
	assert_memory_equal(r.id, "\"\\\r\n=../\xc3\xa9", 10);
	bytes_free(&odd);
}

/* Between signature and body, and only where there is one. */
static void
original_digest_comes_back(void **state)
{
	struct record r;
	char was[SIGNATURE_SIZE];

	(void)state;
	encode("{}", 2, 1);
	assert_null(memmem(line.data, line.len, "\"was\"", 5));
	assert_int_equal(decode(&r), 1);
	assert_string_equal(r.was, "");
	fill_in(&r, "{}", 2);
	memset(r.was, 'e', SIGNATURE_SIZE - 1);
	(void)strcpy(was, r.was);
	bytes_reset(&line);
	journal_encode(&line, &r, 1);
	assert_non_null(
	    memmem(line.data, line.len, "ffff\",\"was\":\"eeee", 17));
	assert_int_equal(decode(&r), 1);
	assert_string_equal(r.was, was);
	assert_memory_equal(r.body, "{}", 2);
	line.data[line.len - 20] = '"'; /* too few digits */
	assert_int_equal(decode(&r), 0);
}

static void
damaged_line_doesnt_count(void **state)
{
	struct record r;
	size_t i, end;
	char was;

	(void)state;
	encode("{\"a\":\"some body\"}", 17, 1);
	end = line.len - 1;
	/* Any change of the body or its digest, and most others, are seen. */
	for (i = 0; i < end; i++) {
		was = line.data[i];
		line.data[i] = (char)(was ^ 1);
		if (decode(&r) == 1 && r.received == AT &&
		    r.kind == DELIVERY_LEADS && memcmp(r.id, "id", 2) == 0 &&
		    strspn(r.signature, "f") == 64)
			fail_msg("byte %zu may be anything", i);
		line.data[i] = was;
	}
	for (i = 0; i < end; i++) {
		struct signature_digest digest = {NULL};
		struct fault f = {0};

		assert_int_equal(
		    journal_decode(line.data, i, &r, &room, &digest, &f), 0);
		signature_digest_free(&digest);
	}
	memset(line.data, 0, end);
	assert_int_equal(decode(&r), 0);
}

static void
segments_are_named_and_counted(void **state)
{
	char path[PATH_MAX];
	struct appendfile *a;
	struct fault f = {0};
	int segment;

	(void)state;
	journal_path(path, "/j", "2026-11-23", 1);
	assert_string_equal(path, "/j/2026-11-23.jsonl");
	journal_path(path, "/j", "2026-11-23", 12);
	assert_string_equal(path, "/j/2026-11-23-12.jsonl");
	assert_int_equal(journal_last_segment(scratch, "2026-11-23", &f), 0);
	a = journal_open(scratch, "2026-11-23", &segment, &f);
	assert_non_null(a);
	assert_int_equal(segment, 1);
	assert_int_equal(appendfile_retire(a, &f), 0);
	appendfile_close(a);
	assert_true(journal_is_retired(scratch, "2026-11-23", 1, &f) == 1);
	a = journal_open(scratch, "2026-11-23", &segment, &f);
	assert_non_null(a);
	assert_int_equal(segment, 2);
	appendfile_close(a);
	assert_int_equal(journal_last_segment(scratch, "2026-11-23", &f), 2);
}

/* Write a segment of good and bad lines and read it. */
static void
reader_passes_over_damage(void **state)
{
	struct journal_reader reader = {0};
	struct bytes all = {0};
	struct appendfile *a;
	struct fault f = {0};
	struct record r;
	int64_t offset, seconds = 0;
	int i, rc, good = 0, bad = 0;
	static char large[300000];

	(void)state;
	memset(large, ' ', sizeof(large));
	memcpy(large, "{}", 2);
	for (i = 0; i < 50; i++) {
		encode(large, i == 25 ? sizeof(large) : 2, 1);
		if (i == 30)
			seconds = (int64_t)all.len;
		bytes_add(&all, line.data, line.len);
		if (i % 10 == 0)
			bytes_adds(&all, "damage\n");
	}
	bytes_adds(&all, "{\"received\":\"torn");
	assert_false(all.failed);
	write_file(in_scratch("mixed"), all.data, all.len);
	a = appendfile_open(in_scratch("mixed"), APPENDFILE_READ, &f);
	assert_non_null(a);
	journal_rewind(&reader, a, 0);
	while ((rc = journal_next(&reader, &r, &offset, &f)) > 0) {
		good += rc == 1;
		bad += rc == 2;
		if (rc == 1 && good == 31)
			assert_int_equal(offset, seconds);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(good, 50);
	assert_int_equal(bad, 5);
	assert_int_equal(reader.offset, all.len - 17);
	journal_rewind(&reader, a, seconds);
	for (good = 0; journal_next(&reader, &r, &offset, &f) > 0;)
		good++;
	assert_int_equal(good, 20 + 2);
	journal_reader_free(&reader);
	appendfile_close(a);
	bytes_free(&all);
}

static void
torn_tail_is_moved(void **state)
{
	struct appendfile *a;
	struct fault f = {0};
	char *text;
	int i;
	char name[32];

	(void)state;
	for (i = 1; i <= 2; i++) {
		write_file(in_scratch("2026-01-01.jsonl"), "whole\ntorn", 10);
		a = appendfile_open(
		    in_scratch("2026-01-01.jsonl"), APPENDFILE_APPEND, &f);
		assert_non_null(a);
		assert_int_equal(
		    journal_cut_torn(a, scratch, "2026-01-01", 6, &f), 0);
		appendfile_close(a);
		text = read_file(in_scratch("2026-01-01.jsonl"), NULL);
		assert_string_equal(text, "whole\n");
		free(text);
		(void)snprintf(name, sizeof(name), "2026-01-01.torn-%d", i);
		text = read_file(in_scratch(name), NULL);
		assert_string_equal(text, "torn");
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a line is as the design says", line_is_as_designed),
	    TEST("every body comes back as it came", bodies_come_back),
	    TEST("every id comes back as it came", odd_ids_come_back),
	    TEST("the digest of an earlier body comes back",
		original_digest_comes_back),
	    TEST("a damaged line doesn't count", damaged_line_doesnt_count),
	    TEST("segments are named, counted and retired",
		segments_are_named_and_counted),
	    TEST("the reader passes over damage and stops at the torn tail",
		reader_passes_over_damage),
	    TEST("a torn tail is moved, not thrown away", torn_tail_is_moved),
	};
	int rc = RUN(tests);

	bytes_free(&line);
	bytes_free(&room);
	return rc;
}
