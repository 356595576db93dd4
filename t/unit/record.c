#include "home.h"

#include "journal/record.h"

#define AT INT64_C(1795421549123456) /* 2026-11-23T08:12:29.123456Z */

static struct bytes line, room;
static char *decoded; /* the line that was decoded last */

/* A delivery's record of that body. */
static void
fill_in(struct record *r, const char *body, size_t n)
{
	struct fault f = {0};

	memset(r, 0, sizeof(*r));
	r->received = AT;
	r->kind = RECORD_LEADS;
	r->id = "id";
	r->id_len = 2;
	r->body = body;
	r->body_len = n;
	assert_int_equal(signature_sha256(body, n, r->sha256, &f), 0);
	memset(r->signature, 'f', SIGNATURE_SIZE - 1);
}

static void
fill_mark(struct record *r)
{
	memset(r, 0, sizeof(*r));
	r->received = AT;
	r->kind = RECORD_SEGMENT;
	r->before.segment = 1;
	r->before.counts = 48213;
}

static void
encode(const struct record *r, int is_json)
{
	struct fault f = {0};

	bytes_reset(&line);
	assert_int_equal(record_encode(&line, r, is_json, &f), 0);
	assert_int_equal(line.data[line.len - 1], '\n');
	assert_ptr_equal(
	    memchr(line.data, '\n', line.len), line.data + line.len - 1);
}

/* The first n bytes as a line, in memory of its own: no more is read. */
static int
decode_some(size_t n, struct record *r)
{
	struct signature_digest digest = {NULL};
	struct fault f = {0};
	int rc;

	free(decoded);
	assert_non_null(decoded = malloc(n + 1));
	memcpy(decoded + 1, line.data, n);
	memset(r, 0xff, sizeof(*r));
	rc = record_decode(decoded + 1, n, r, &room, &digest, &f);
	signature_digest_free(&digest);
	return rc;
}

static int
decode(struct record *r)
{
	return decode_some(line.len - 1, r);
}

static void
deliveries_are_as_the_manual_has_them(void **state)
{
	static const char start[] =
	    "{\"received\":\"2026-11-23T08:12:29.123456Z\","
	    "\"kind\":\"leads\",\"id\":\"id\",\"sha256\":\"";
	static const char end[] = "\",\"body\":{\"a\":1}}\n";
	struct record r;

	(void)state;
	fill_in(&r, "{\"a\":1}", 7);
	encode(&r, 1);
	assert_memory_equal(line.data, start, strlen(start));
	assert_memory_equal(
	    line.data + line.len - strlen(end), end, strlen(end));
	assert_null(memmem(line.data, line.len, "\"was\"", 5));
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
	    /* In other JSON a byte order mark is none. */
	    {"\xef\xbb\xbf{}", 5, 1, "\"text\":\"\xef\xbb\xbf{}\""},
	    {"{\"a\":\"\xef\xbb\xbf\"}", 11, 1, "\"body\":{"},
	    {"not json", 8, 0, "\"text\":\"not json\""},
	    {"x", 1, 0, "\"text\":\"x\""}, {"1", 1, 1, "\"body\":1}"},
	    {"", 0, 0, "\"text\":\"\""}, {"a\0b", 3, 0, "\"base64\":\"YQBi\""},
	    {"a\tb\x7f", 4, 0, "\"text\":\"a\\tb\x7f\""},
	    {"\x1f", 1, 0, "\"base64\":\""},
	    {"\xff\xfe", 2, 0, "\"base64\":\"//4=\""},
	    {"\xff\n\"}", 4, 0, "\"base64\":\""}};
	static const enum record_kind kinds[] = {
	    RECORD_LEADS, RECORD_TEST, RECORD_OTHER, RECORD_UNREADABLE};
	struct record r;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		for (k = 0; k < COUNT(kinds); k++) {
			fill_in(&r, cases[i].body, cases[i].n);
			r.kind = kinds[k];
			encode(&r, cases[i].is_json);
			assert_non_null(memmem(line.data, line.len,
			    cases[i].form, strlen(cases[i].form)));
			assert_int_equal(decode(&r), 1);
			assert_int_equal(r.received, AT);
			assert_int_equal(r.kind, kinds[k]);
			assert_int_equal(r.id_len, 2);
			assert_memory_equal(r.id, "id", 2);
			assert_int_equal(r.body_len, cases[i].n);
			assert_memory_equal(r.body, cases[i].body, cases[i].n);
			assert_string_equal(r.was, "");
		}
}

static void
odd_ids_come_back(void **state)
{
	static const char odd[] = "\"\\\r\n=../\xc3\xa9";
	struct record r;

	(void)state;
	fill_in(&r, "{}", 2);
	r.id_len = 0;
	encode(&r, 1);
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.id_len, 0);
	assert_string_equal(r.id, "");
	fill_in(&r, "{}", 2);
	r.id = odd;
	r.id_len = strlen(odd);
	encode(&r, 1);
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.id_len, strlen(odd));
	assert_memory_equal(r.id, odd, r.id_len);
}

static void
leads_and_tests_with_a_body_make_rows(void **state)
{
	static const struct {
		enum record_kind kind;
		int makes;
		enum sheet_kind sheet;
	} cases[] = {{RECORD_LEADS, 1, SHEET_LEADS},
	    {RECORD_TEST, 1, SHEET_TEST}, {RECORD_OTHER, 0, SHEET_LEADS},
	    {RECORD_UNREADABLE, 0, SHEET_LEADS}, {RECORD_SHEET, 0, SHEET_LEADS},
	    {RECORD_SEGMENT, 0, SHEET_LEADS}};
	enum sheet_kind sheet;
	struct record r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		fill_in(&r, "{}", 2);
		r.kind = cases[i].kind;
		sheet = SHEET_KINDS;
		assert_int_equal(record_makes_rows(&r, &sheet), cases[i].makes);
		assert_int_equal(sheet, cases[i].sheet);
		r.body = NULL;
		assert_int_equal(record_makes_rows(&r, &sheet), 0);
	}
}

/* Of a batch all lines are written behind each other. */
static void
a_line_is_written_behind_others(void **state)
{
	struct bytes both = {0};
	struct fault f = {0};
	struct record r;

	(void)state;
	fill_in(&r, "{}", 2);
	assert_int_equal(record_encode(&both, &r, 1, &f), 0);
	fill_mark(&r);
	assert_int_equal(record_encode(&both, &r, 0, &f), 0);
	encode(&r, 0);
	assert_memory_equal(
	    both.data + both.len - line.len, line.data, line.len);
	assert_int_equal(decode(&r), 1);
	bytes_free(&both);
}

/* Between signature and body, and only where there is one. */
static void
the_digest_of_an_earlier_body_comes_back(void **state)
{
	struct record r;

	(void)state;
	fill_in(&r, "{}", 2);
	memset(r.was, 'e', SIGNATURE_SIZE - 1);
	encode(&r, 1);
	assert_non_null(
	    memmem(line.data, line.len, "ffff\",\"was\":\"eeee", 17));
	assert_int_equal(decode(&r), 1);
	assert_int_equal(strspn(r.was, "e"), 64);
	assert_memory_equal(r.body, "{}", 2);
	line.data[line.len - 20] = '"'; /* too few digits */
	assert_int_equal(decode(&r), 0);
}

static void
fill_pruned(struct record *r)
{
	memset(r, 0, sizeof(*r));
	r->received = AT;
	r->kind = RECORD_OTHER;
	r->id = "id";
	r->id_len = 2;
	memset(r->was, 'e', SIGNATURE_SIZE - 1);
}

static void
a_pruned_delivery_comes_back_without_a_body(void **state)
{
	static const char start[] =
	    "{\"received\":\"2026-11-23T08:12:29.123456Z\","
	    "\"kind\":\"other\",\"id\":\"id\",\"was\":\"eeee";
	enum sheet_kind ignored;
	struct record r;

	(void)state;
	fill_pruned(&r);
	encode(&r, 0);
	assert_memory_equal(line.data, start, strlen(start));
	assert_non_null(memmem(line.data, line.len, "ee\",\"sha256\":\"", 14));
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.kind, RECORD_OTHER);
	assert_null(r.body);
	assert_int_equal(strspn(r.was, "e"), 64);
	assert_memory_equal(r.id, "id", 2);
	r.kind = RECORD_LEADS;
	assert_int_equal(record_makes_rows(&r, &ignored), 0);
	fill_pruned(&r);
	r.id_len = 1;
	encode(&r, 0);
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.id_len, 1);
	assert_memory_equal(r.id, "i", 1);
}

static void
fill_sheet(struct record *r, const char *name, int64_t again)
{
	memset(r, 0, sizeof(*r));
	r->received = AT;
	r->kind = RECORD_SHEET;
	assert_int_equal(names_read(name, &r->sheet.file), 1);
	shape_defaults(&r->sheet.shape);
	r->sheet.again = again;
}

static void
a_line_that_names_a_sheet_comes_back(void **state)
{
	static const char *const names[] = {"leads-2026-11-23.csv",
	    "leads-2026-11-23-2.tsv", "test-2026-11-23-17.csv"};
	static const int64_t agains[] = {0, 1, 123456789, RECORD_ALL};
	char text[NAMES_SIZE];
	struct shape shape;
	struct record r;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(names); i++)
		for (k = 0; k < COUNT(agains); k++) {
			fill_sheet(&r, names[i], agains[k]);
			shape = r.sheet.shape;
			encode(&r, 0);
			assert_non_null(memmem(line.data, line.len,
			    agains[k] == RECORD_ALL ? "\"again\":\"all\",\"sha"
						    : "\"again\":",
			    agains[k] == RECORD_ALL ? 18 : 8));
			assert_int_equal(decode(&r), 1);
			assert_int_equal(r.kind, RECORD_SHEET);
			names_write(&r.sheet.file, text);
			assert_string_equal(text, names[i]);
			assert_int_equal(r.sheet.again, agains[k]);
			assert_true(shape_equal(&r.sheet.shape, &shape));
		}
}

static void
a_mark_comes_back(void **state)
{
	static const char start[] =
	    "{\"received\":\"2026-11-23T08:12:29.123456Z\","
	    "\"kind\":\"segment\",\"before\":{\"segment\":1,\"counts\":48213},"
	    "\"sha256\":\"";
	struct record_mark mark;
	struct record r;

	(void)state;
	fill_mark(&r);
	encode(&r, 0);
	assert_memory_equal(line.data, start, strlen(start));
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.kind, RECORD_SEGMENT);
	assert_int_equal(r.before.segment, 1);
	assert_int_equal(r.before.counts, 48213);
	assert_null(r.id);
	assert_null(r.body);
	assert_string_equal(r.was, "");
	assert_int_equal(record_read_mark(line.data, line.len, &mark), 1);
	assert_int_equal(mark.counts, 48213);
	assert_int_equal(record_read_mark(line.data, line.len - 1, &mark), 0);
	bytes_adds(&line, "and more\n");
	assert_int_equal(record_read_mark(line.data, line.len, &mark), 1);
	fill_in(&r, "{}", 2);
	encode(&r, 1);
	assert_int_equal(record_read_mark(line.data, line.len, &mark), 0);
	assert_int_equal(record_read_mark("", 0, &mark), 0);
}

/*
 * Of a line without a body all bytes are in its digest.  Of a delivery's the
 * digest is of the body, so each other byte must be of another form, or its
 * change be seen.
 */
static void
flip_every_byte(const struct record *before)
{
	size_t i, end = line.len - 1;
	struct record r;
	int bit;
	char was;

	for (i = 0; i < end; i++)
		for (bit = 0; bit < 8; bit++) {
			was = line.data[i];
			line.data[i] = (char)(was ^ 1 << bit);
			if (decode(&r) == 1 &&
			    (before->body == NULL ||
				(r.received == AT && r.kind == before->kind &&
				    r.id_len == 2 &&
				    memcmp(r.id, "id", 2) == 0 &&
				    strspn(r.signature, "f") == 64 &&
				    strcmp(r.was, before->was) == 0)))
				fail_msg("bit %d of byte %zu may be anything: "
					 "%.*s",
				    bit, i, (int)end, line.data);
			line.data[i] = was;
		}
	assert_int_equal(decode(&r), 1);
	for (i = 0; i < end; i++)
		assert_int_equal(decode_some(i, &r), 0);
}

static void
a_damaged_line_does_not_count(void **state)
{
	struct record r;

	(void)state;
	fill_in(&r, "{\"a\":\"some body\"}", 17);
	encode(&r, 1);
	flip_every_byte(&r);
	fill_in(&r, "not json", 8);
	memset(r.was, 'e', SIGNATURE_SIZE - 1);
	encode(&r, 0);
	flip_every_byte(&r);
	fill_in(&r, "\xff\xfe\xfd", 3);
	encode(&r, 0);
	flip_every_byte(&r);
	fill_pruned(&r);
	encode(&r, 0);
	flip_every_byte(&r);
	fill_sheet(&r, "leads-2026-11-23-2.csv", 12);
	encode(&r, 0);
	flip_every_byte(&r);
	fill_mark(&r);
	encode(&r, 0);
	flip_every_byte(&r);
}

/* Its body is whole, so that it counts, and is written again when it must. */
static void
a_damaged_signature_loses_no_line(void **state)
{
	static const char bytes[] = {'\0', '\n', '\\', 'g', ' '};
	struct record r;
	size_t i;
	char *at;

	(void)state;
	for (i = 0; i < COUNT(bytes); i++) {
		fill_in(&r, "{\"a\":1}", 7);
		encode(&r, 1);
		at = memmem(line.data, line.len, "\"ffff", 5);
		assert_non_null(at);
		at[i + 1] = bytes[i];
		assert_int_equal(decode(&r), 1);
		assert_int_equal(strlen(r.signature), SIGNATURE_SIZE - 1);
		assert_int_equal(
		    r.signature[i], bytes[i] < ' ' ? '?' : bytes[i]);
		encode(&r, 1);
		assert_int_equal(decode(&r), 1);
	}
}

/* A power cut left them, and the line was written behind them. */
static void
nuls_before_a_line_are_skipped(void **state)
{
	static const char nuls[5000];
	struct record r;
	struct bytes text = {0};

	(void)state;
	fill_mark(&r);
	encode(&r, 0);
	bytes_add(&text, nuls, sizeof(nuls));
	bytes_add(&text, line.data, line.len);
	bytes_reset(&line);
	bytes_add(&line, text.data, text.len);
	bytes_free(&text);
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.before.counts, 48213);
	line.data[sizeof(nuls) + 3] = '\0';
	assert_int_equal(decode(&r), 0);
	assert_int_equal(decode_some(sizeof(nuls), &r), 0);
	assert_int_equal(decode_some(0, &r), 0);
}

/* A line of that text, with its digest. */
static void
seal(const char *text)
{
	char sha256[SIGNATURE_SIZE];
	struct fault f = {0};

	assert_int_equal(signature_sha256(text, strlen(text), sha256, &f), 0);
	bytes_reset(&line);
	bytes_printf(&line, "%s,\"sha256\":\"%s\"}\n", text, sha256);
}

/* Their digests hold, and nobody but us would read them alike. */
static void
other_forms_do_not_count(void **state)
{
#define T "{\"received\":\"2026-11-23T08:12:29.123456Z\","
#define SHEET(name)                                                            \
	T "\"kind\":\"sheet\",\"file\":\"" name                                \
	  "\",\"shape\":{\"format\":\"csv\","                                  \
	  "\"delimiter\":\"comma\",\"bom\":true,\"protect\":true,\"columns\":" \
	  "["                                                                  \
	  "\"urn\"],\"timezone\":\"UTC\",\"rules\":1},\"again\":0"
	static const char *const odd[] = {T
	    "\"kind\":\"segment\",\"before\":{\"segment\":0,\"counts\":1}",
	    T "\"kind\":\"segment\",\"before\":{\"segment\":256,\"counts\":1}",
	    T "\"kind\":\"segment\",\"before\":{\"segment\":1,\"counts\":-1}",
	    T "\"kind\":\"segment\",\"before\":{\"segment\":1,\"counts\":}",
	    T "\"kind\":\"segment\",\"before\":{\"segment\":1, \"counts\":1}",
	    T "\"kind\":\"segment\",\"before\":{\"counts\":1,\"segment\":1}",
	    T "\"kind\":\"segments\",\"before\":{\"segment\":1,\"counts\":1}",
	    T "\"kind\":\"segment\",\"before\":{\"segment\":1,\"counts\":"
	      "1234567890123456789}",
	    SHEET("2026-11-23.torn-1"), SHEET("2026-11-23.jsonl"),
	    SHEET("leads-2026-11-23.csv.new"), SHEET("leads-2026-11-23.csv.1"),
	    SHEET("123456789012345678901234567890123456789012345678901234567890"
		  "1234"),
	    T "\"kind\":\"sheet\",\"file\":\"leads-2026-11-23.csv",
	    T "\"kind\":\"sheet\",\"",
	    T "\"kind\":\"sheet\",\"file\":\"leads-2026-11-23.csv\",\"shape\":",
	    T "\"kind\":\"sheet\",\"file\":\"leads-2026-11-23.csv\",\"shape\":,"
	      "\"again\":0",
	    T "\"kind\":\"segment\",\"before\":{\"segment\":1",
	    T "\"kind\":\"other\",\"was\":\"x\"",
	    T "\"kind\":\"other\",\"id\":\"a\",\"was\":\"ee\"",
	    T "\"kind\":\"other\",\"id\":\"a\"",
	    T "\"kind\":\"sheet\",\"file\":\"../x.csv\",\"again\":0",
	    "{\"received\":\"2026-11-23T08:12:29Z\",\"kind\":\"segment\","
	    "\"before\":{\"segment\":1,\"counts\":1}",
	    "{\"received\":\"2026-11-31T08:12:29.123456Z\",\"kind\":"
	    "\"segment\",\"before\":{\"segment\":1,\"counts\":1}"};
	struct record r;
	size_t i;

	(void)state;
	seal(T "\"kind\":\"segment\",\"before\":{\"segment\":255,\"counts\":"
	       "123456789012345678}");
	assert_int_equal(decode(&r), 1);
	assert_int_equal(r.before.segment, 255);
	assert_true(r.before.counts == INT64_C(123456789012345678));
	seal(SHEET("leads-2026-11-23.csv"));
	assert_int_equal(decode(&r), 1);
	for (i = 0; i < COUNT(odd); i++) {
		seal(odd[i]);
		if (decode(&r) != 0)
			fail_msg("%s counts", odd[i]);
	}
}

/* Of an empty body the digest holds, and yet it is nothing that we write. */
static void
other_forms_of_a_delivery_do_not_count(void **state)
{
#define K "\",\"kind\":\"other\",\"id\":\"a\",\"sha256\":\""
#define S "\",\"signature\":\""
#define F                                                                      \
	S "ffffffffffffffffffffffffffffffff"                                   \
	  "ffffffffffffffffffffffffffffffff\","
	static const char time[] = "2026-11-23T08:12:29.123456Z";
	static const struct {
		const char *time, *kind, *rest;
		int counts;
	} cases[] = {{time, K, F "\"text\":\"\"}", 1},
	    {time, K, F "\"base64\":\"\"}", 1}, {"", K, F "\"text\":\"\"}", 0},
	    {time, "\",\"kind\":\"id\":\"a\",\"sha256\":\"", F "\"text\":\"\"}",
		0},
	    {time, K, S "\",\"text\":\"\"}", 0}, {time, K, F "\"text\":\"}", 0},
	    {time, K, F "\"text\":\"\\q\"}", 0},
	    {time, K, F "\"base64\":\"!\"}", 0},
	    {time, K, F "\"base64\":\"}", 0}, {time, K, F "\"body\":}", 0},
	    {time, K, F "\"body\":", 0}, {time, K, F "\"none\":\"\"}", 0},
	    {time, K, F "}", 0}};
	char sha256[SIGNATURE_SIZE];
	struct fault f = {0};
	struct record r;
	size_t i;

	(void)state;
	assert_int_equal(signature_sha256("", 0, sha256, &f), 0);
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&line);
		bytes_printf(&line, "{\"received\":\"%s", cases[i].time);
		bytes_printf(
		    &line, "%s%s%s", cases[i].kind, sha256, cases[i].rest);
		bytes_addc(&line, '\n');
		if (decode(&r) != cases[i].counts)
			fail_msg("%zu: %.*s", i, (int)line.len, line.data);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a delivery's line is as the manual has it",
		deliveries_are_as_the_manual_has_them),
	    TEST("every body comes back as it came", bodies_come_back),
	    TEST("every id comes back as it came", odd_ids_come_back),
	    TEST("leads and tests with a body make rows",
		leads_and_tests_with_a_body_make_rows),
	    TEST("a line is written behind others",
		a_line_is_written_behind_others),
	    TEST("the digest of an earlier body comes back",
		the_digest_of_an_earlier_body_comes_back),
	    TEST("a pruned delivery comes back without a body",
		a_pruned_delivery_comes_back_without_a_body),
	    TEST("a line that names a sheet comes back",
		a_line_that_names_a_sheet_comes_back),
	    TEST("a mark comes back", a_mark_comes_back),
	    TEST("each bit of a line is needed", a_damaged_line_does_not_count),
	    TEST("a damaged signature loses no line",
		a_damaged_signature_loses_no_line),
	    TEST("NULs before a line are skipped",
		nuls_before_a_line_are_skipped),
	    TEST("a line of another form does not count",
		other_forms_do_not_count),
	    TEST("a delivery of another form does not count",
		other_forms_of_a_delivery_do_not_count),
	};
	int rc = RUN(tests);

	bytes_free(&line);
	bytes_free(&room);
	free(decoded);
	return rc;
}
