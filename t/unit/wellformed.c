#include "oracle.h"
#include "unit.h"

#include "base/text.h"
#include "json/wellformed.h"

static int
jansson_takes(const char *s, size_t n)
{
	json_t *v = oracle_load(s, n, 0);
	int rc = v != NULL;

	json_decref(v);
	return rc;
}

static const char usual[] =
    " {\"delivery_id\" : \"a1-b2\",\r\n\t\"event\":\"lead.enriched\","
    "\"test\":false,\"data\":{\"leads\":[{\"urn\":\"A\",\"full_name\":"
    "\"Ana\xc3\xafs \\u00e9 \\ud83d\\ude42 \\\"q\\\" \\\\ \\/\\b\\f\\n\\r\\t\","
    "\"connections\":2500,\"followers\":0,\"x\":-7,\"post_id\":null},"
    "{},[],{\"\":[[ ]],\"y\":[true , 1]}],\"posts\":[{\"id\":\"p\",\"text\":"
    "\"\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x91\x8f\"}],\"count\":"
    "999999999999999999}} ";

static enum wellformed_verdict
verdict_on(const char *s, size_t n)
{
	char *copy = malloc(n == 0 ? 1 : n); /* a sanitizer sees its end */
	struct jsontext_slice all;
	struct wellformed w;
	enum wellformed_verdict verdict;

	assert_non_null(copy);
	memcpy(copy, s, n);
	wellformed_begin(&w, copy, n);
	wellformed_value(&w, &all);
	verdict = wellformed_end(&w);
	free(copy);
	return verdict;
}

static void
expect(const char *const *cases, size_t n, enum wellformed_verdict expected)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (verdict_on(cases[i], strlen(cases[i])) != expected)
			fail_msg("%s", cases[i]);
}

static void
json_is_told(void **state)
{
	static const char *const cases[] = {usual, "{}", "[]", "\"\"", "0",
	    "-0", "true", " null ", "{\"a\":{\"a\":1},\"b\":{\"a\":1}}",
	    "[[[[1]]]]", "\"\\uFfFf\"", "\"\x7f\"", "\"\\u0000\"", "1.5",
	    "-0.0", "1e5", "1E+5", "1.25e-07", "1e99", "999999999999999999",
	    "\t\n\r [\n\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t1 \n]  \r\n",
	    "\"\\ud83d\\ude42\"", "{\"ab\":1,\"ba\":2,\"\":3}",
	    "\xef\xbb\xbf{}", "\xef\xbb\xbf 1"};

	(void)state;
	expect(cases, COUNT(cases), WELLFORMED_JSON);
}

static void
what_libraries_refuse_is_json(void **state)
{
	static const char *const cases[] = {"1e100", "1e-100", "1e400",
	    "9999999999999999999", "-1234567890123456789", "\"\\ud83d\"",
	    "\"\\ude42\"", "\"\\ud83d\\u0041\"", "\"\\ud83dx\"",
	    "\"\\ud83d\\ud83d\\ude42\"", "\"\\ud83d\\n\"", "{\"a\":1,\"a\":2}",
	    "{\"b\":{},\"a\":1,\"b\":2}", "{\"\":1,\"\":2}", "{\"\\u0061\":1}",
	    "{\"\\u0000\":1}", "1e-99999999999999999999", "-1E400"};

	(void)state;
	expect(cases, COUNT(cases), WELLFORMED_JSON);
}

static void
what_is_none_is_told(void **state)
{
	static const char *const cases[] = {"", " ", "{", "}", "[1,]", "[,1]",
	    "[,]", "[1,,2]", "{\"a\":1,}", "{,\"a\":1}", "{\"a\" 1}", "{a:1}",
	    "{\"a\":1 \"b\":2}", "{\"a\":}", "{\"a\"}", "{\"a\":1:2}", "1 2",
	    "{} x", "tru", "nullx", "+1", "01", "-01", "-", "1.", ".5", "1.e5",
	    "1e", "1e+", "1.5.5", "0x1", "NaN", "Infinity", "\"", "\"\n\"",
	    "\"\x1f\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
	    "\"\\ud83d\\u12\"", "\"\xff\"", "\"\xc3\"", "\"\xc0\xaf\"",
	    "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe6\x97\\n\xa5\"",
	    "\xef\xbb\xbf", "\xef\xbb\xbf\xef\xbb\xbf{}", " \xef\xbb\xbf{}",
	    "\xef\xbb{}", "{}\xef\xbb\xbf", "\xfe\xff", "[1}", "{]",
	    "{\"a\":1]", "\\", "'a'", "[1]]", "{\"a\":[}", "[\v1]", "[1\f]"};

	(void)state;
	expect(cases, COUNT(cases), WELLFORMED_BROKEN);
	/* A NUL is no end, and no blank. */
	assert_int_equal(verdict_on("{}\0", 3), WELLFORMED_BROKEN);
	assert_int_equal(verdict_on("1\0", 2), WELLFORMED_BROKEN);
	assert_int_equal(verdict_on("\"a\0b\"", 5), WELLFORMED_BROKEN);
	assert_int_equal(verdict_on("[1\0]", 4), WELLFORMED_BROKEN);
	assert_int_equal(verdict_on("[1\0,2]", 6), WELLFORMED_BROKEN);
	assert_int_equal(verdict_on("[true\0]", 7), WELLFORMED_BROKEN);
	assert_int_equal(verdict_on("\0{}", 3), WELLFORMED_BROKEN);
}

static void
levels_have_an_end(void **state)
{
	const size_t most = WELLFORMED_LEVELS;
	char *deep = malloc(2 * most + 2);
	size_t i;

	(void)state;
	assert_non_null(deep);
	memset(deep, '[', most + 1);
	memset(deep + most + 1, ']', most + 1);
	assert_int_equal(verdict_on(deep, 2 * most + 2), WELLFORMED_TOO_DEEP);
	assert_int_equal(verdict_on(deep + 1, 2 * most), WELLFORMED_JSON);
	/* Each level is closed by its own bracket. */
	for (i = 1; i < most; i += 7777) {
		deep[2 * most - i] = '}';
		assert_int_equal(
		    verdict_on(deep + 1, 2 * most), WELLFORMED_BROKEN);
		deep[2 * most - i] = ']';
	}
	free(deep);
}

static void
objects_and_arrays_are_told_at_each_level(void **state)
{
	const size_t pairs = WELLFORMED_LEVELS / 2;
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < pairs; i++)
		bytes_adds(&b, "{\"a\":[");
	for (i = 0; i < pairs; i++)
		bytes_adds(&b, "]}");
	assert_int_equal(bytes_check(&b, &(struct fault){0}), 0);
	assert_int_equal(verdict_on(b.data, b.len), WELLFORMED_JSON);
	for (i = 0; i < 40; i++) {
		b.data[b.len - 1 - i] ^= '}' ^ ']';
		assert_int_equal(verdict_on(b.data, b.len), WELLFORMED_BROKEN);
		b.data[b.len - 1 - i] ^= '}' ^ ']';
	}
	bytes_free(&b);
}

/* Write down what a walk meets, as JSON. */
static void
write_down(struct wellformed *w, struct bytes *out, struct bytes *room)
{
	struct jsontext_slice s, text;
	int more = 0;

	if (wellformed_open(w, '{')) {
		bytes_addc(out, '{');
		for (; wellformed_key(w, &s); more = 1) {
			bytes_adds(out, more ? "," : "");
			assert_true(jsontext_string(&s, room, &text));
			text_json(out, text.s, text.n);
			bytes_addc(out, ':');
			write_down(w, out, room);
		}
		bytes_addc(out, '}');
	} else if (wellformed_open(w, '[')) {
		bytes_addc(out, '[');
		for (; wellformed_element(w); more = 1) {
			bytes_adds(out, more ? "," : "");
			write_down(w, out, room);
		}
		bytes_addc(out, ']');
	} else {
		wellformed_value(w, &s);
		if (jsontext_string(&s, room, &text)) {
			assert_true(w->escaped == (text.s == room->data));
			text_json(out, text.s, text.n);
		} else {
			bytes_add(out, s.s, s.n);
		}
	}
}

static void
compare_values(const char *s, size_t n)
{
	struct bytes out = {0}, room = {0};
	struct wellformed w;
	json_t *theirs, *ours;

	wellformed_begin(&w, s, n);
	write_down(&w, &out, &room);
	assert_int_equal(wellformed_end(&w), WELLFORMED_JSON);
	theirs = oracle_load(s, n, 0);
	ours = oracle_load(out.data, out.len, 0);
	if (!json_equal(theirs, ours))
		fail_msg("%.*s: %.*s", (int)n, s, (int)out.len, out.data);
	json_decref(theirs);
	json_decref(ours);
	bytes_free(&out);
	bytes_free(&room);
}

/* What Jansson may refuse, though it is JSON. */
static int
is_beyond_jansson(const char *s, size_t n)
{
	size_t i, digits = 0;

	for (i = 0; i < n; i++) {
		digits = s[i] >= '0' && s[i] <= '9' ? digits + 1 : 0;
		if (digits > 18 ||
		    (digits > 2 && (memchr("eE", s[i - digits], 2) != NULL ||
				       (memchr("+-", s[i - digits], 2) &&
					   strchr("eE", s[i - digits - 1])))))
			return 1;
		if (n - i >= 6 && s[i] == '\\' && s[i + 1] == 'u' &&
		    (memchr("dD", s[i + 2], 2) != NULL ||
			memcmp(s + i + 2, "0000", 4) == 0))
			return 1;
	}
	return 0;
}

static void
what_jansson_takes_we_take(void **state)
{
	unsigned seed = 7;
	size_t n, i, changes;
	char s[1024];
	int counts[3] = {0};
	enum wellformed_verdict verdict;

	(void)state;
	for (i = 0; i < 50000; i++) {
		n = sizeof(usual) - 1;
		memcpy(s, usual, n);
		for (changes = pick(&seed, 4) + 1; changes > 0; changes--)
			n = mutate(&seed, s, n, sizeof(s));
		verdict = verdict_on(s, n);
		if (!jansson_takes(s, n)) {
			counts[WELLFORMED_BROKEN]++;
			if (verdict == WELLFORMED_JSON &&
			    !is_beyond_jansson(s, n))
				fail_msg("%zu: %.*s", i, (int)n, s);
			continue;
		}
		/* To Jansson a NUL outside of strings is the text's end. */
		if (memchr(s, '\0', n) != NULL)
			continue;
		counts[WELLFORMED_JSON]++;
		if (verdict != WELLFORMED_JSON)
			fail_msg("%zu: %.*s", i, (int)n, s);
		compare_values(s, n);
	}
	/* Each happens often enough to say something. */
	assert_true(counts[WELLFORMED_JSON] > 2500);
	assert_true(counts[WELLFORMED_BROKEN] > 2500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("JSON is told", json_is_told),
	    TEST("what libraries refuse is JSON: big numbers, half pairs, "
		 "members of one name",
		what_libraries_refuse_is_json),
	    TEST("what is no JSON is told", what_is_none_is_told),
	    TEST("100,000 levels are read, one more is too deep",
		levels_have_an_end),
	    TEST("an object ends as one at each level",
		objects_and_arrays_are_told_at_each_level),
	    TEST("what Jansson takes we take, with the same values",
		what_jansson_takes_we_take),
	};

	return RUN(tests);
}
