#include "unit.h"

#include "base/text.h"

static void
utf8_is_told(void **state)
{
	static const struct {
		const char *text;
		int valid;
	} cases[] = {{"", 1}, {"plain", 1}, {"\xc3\xa9", 1},
	    {"\xe2\x82\xac", 1}, {"\xf0\x9f\x91\x8f", 1}, {"\xc3", 0},
	    {"\xa9", 0}, {"\xc0\xaf", 0}, {"\xe0\x80\xaf", 0},
	    {"\xed\xa0\x80", 0}, {"\xf4\x90\x80\x80", 0}, {"\xff", 0},
	    {"ok\xf0\x9f\x91", 0}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    text_is_utf8(cases[i].text, strlen(cases[i].text)),
		    cases[i].valid);
}

static void
code_points_are_read(void **state)
{
	uint32_t cp;
	int valid;

	(void)state;
	assert_int_equal(text_next("A", 1, &cp, &valid), 1);
	assert_int_equal(cp, 'A');
	assert_int_equal(text_next("\xef\xbc\x9d", 3, &cp, &valid), 3);
	assert_int_equal(cp, 0xff1d);
	assert_int_equal(text_next("\xf0\x9f\x91\x8f", 4, &cp, NULL), 4);
	assert_int_equal(cp, 0x1f44f);
	assert_int_equal(text_next("\x80x", 2, &cp, &valid), 1);
	assert_int_equal(valid, 0);
	assert_int_equal(cp, 0xfffd);
}

/* In strings only: between values a control is a blank. */
static void
json_is_to_be_seen(void **state)
{
	static const struct {
		const char *json, *visible;
	} cases[] = {{"", ""}, {"{\"a\":\n1}", "{\"a\":\n1}"},
	    {"\"a\x7f\"", "\"a\\u007f\""}, {"\"\xc2\x9b\"", "\"\\u009b\""},
	    {"\"\xc2\xa0\"", "\"\xc2\xa0\""},
	    {"\"\xd8\x9c\xd8\xa7\"", "\"\\u061c\xd8\xa7\""},
	    {"\"\xe2\x80\x8e\xe2\x80\x8f\"", "\"\\u200e\\u200f\""},
	    {"\"\xe2\x80\xa8z\xe2\x80\xae\"", "\"\\u2028z\\u202e\""},
	    {"\"\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa\"",
		"\"\\u2066\\u2069\xe2\x81\xaa\""}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		bytes_adds(&b, "\x7f");
		bytes_adds(&b, cases[i].json);
		text_json_visible(&b, 1);
		assert_int_equal(b.len, 1 + strlen(cases[i].visible));
		assert_memory_equal(b.data + 1, cases[i].visible, b.len - 1);
	}
	bytes_free(&b);
}

static void
json_comes_back(void **state)
{
	struct bytes b = {0}, back = {0};
	char every[256];
	int i;

	(void)state;
	for (i = 0; i < 256; i++)
		every[i] = (char)i;
	text_json(&b, every, sizeof(every));
	assert_false(b.failed);
	assert_null(memchr(b.data, '\n', b.len));
	assert_int_equal(b.data[0], '"');
	assert_int_equal(text_unjson(&back, b.data + 1, b.len - 1), b.len - 1);
	assert_false(back.failed);
	assert_int_equal(back.len, sizeof(every));
	assert_memory_equal(back.data, every, sizeof(every));
	bytes_free(&b);
	bytes_free(&back);
}

static void
every_escape_is_read(void **state)
{
	static const char json[] =
	    "\\\"\\/\\b\\u0041\\u00e9\\u20ac\\ud83d\\udc4f\\uDBFF\\uDFFF\"x";
	static const char text[] = "\"/\bA\xc3\xa9\xe2\x82\xac"
				   "\xf0\x9f\x91\x8f\xf4\x8f\xbf\xbf";
	struct bytes b = {0};

	(void)state;
	assert_int_equal(text_unjson(&b, json, strlen(json)), strlen(json) - 1);
	assert_int_equal(b.len, strlen(text));
	assert_memory_equal(b.data, text, b.len);
	bytes_free(&b);
}

static void
half_a_pair_is_replaced(void **state)
{
	static const char *const cases[][2] = {{"\\ud83d\"", "\xef\xbf\xbd"},
	    {"\\udc4f\"", "\xef\xbf\xbd"},
	    {"a\\uD83Db\"", "a\xef\xbf\xbd"
			    "b"},
	    {"\\ud83d\\u0041\"", "\xef\xbf\xbd"
				 "A"},
	    {"\\ud83d\\n\"", "\xef\xbf\xbd\n"},
	    {"\\ud83d\\ud83d\\ude42\"", "\xef\xbf\xbd\xf0\x9f\x99\x82"},
	    {"\\ude42\\ud83d\"", "\xef\xbf\xbd\xef\xbf\xbd"}};
	struct bytes b = {0};
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		n = strlen(cases[i][0]);
		assert_int_equal(text_unjson(&b, cases[i][0], n), n);
		assert_int_equal(b.len, strlen(cases[i][1]));
		assert_memory_equal(b.data, cases[i][1], b.len);
	}
	bytes_free(&b);
}

static void
escapes_are_few_and_short(void **state)
{
	static const char text[] = "\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9";
	static const char json[] =
	    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\"";
	struct bytes b = {0};

	(void)state;
	text_json(&b, text, strlen(text));
	assert_int_equal(b.len, strlen(json));
	assert_memory_equal(b.data, json, b.len);
	bytes_free(&b);
}

static void
bad_json_is_refused(void **state)
{
	static const char *const cases[] = {"no end", "\\", "\\u00",
	    "\\u00zz\"", "\\ud83d\\u00zz\"", "\\ud83d", "\\x\"", "line\nend\""};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    text_unjson(&b, cases[i], strlen(cases[i])), 0);
	bytes_free(&b);
}

static void
base64_comes_back(void **state)
{
	static const char *const cases[][2] = {{"", ""}, {"f", "Zg=="},
	    {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	    {"\xff\xfe\xfd", "//79"}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		text_base64(&b, cases[i][0], strlen(cases[i][0]));
		assert_int_equal(b.len, strlen(cases[i][1]));
		assert_memory_equal(b.data ? b.data : "", cases[i][1], b.len);
		bytes_reset(&b);
		assert_int_equal(
		    text_unbase64(&b, cases[i][1], strlen(cases[i][1])), 0);
		assert_int_equal(b.len, strlen(cases[i][0]));
		assert_memory_equal(b.data ? b.data : "", cases[i][0], b.len);
	}
	assert_int_equal(text_unbase64(&b, "Zg=", 3), -1);
	assert_int_equal(text_unbase64(&b, "Zg!=", 4), -1);
	assert_int_equal(text_unbase64(&b, "=g==", 4), -1);
	bytes_free(&b);
}

static void
log_values_stay_one_line(void **state)
{
	static const char *const cases[][2] = {{"plain-id", "plain-id"},
	    {"", "\"\""}, {"two words", "\"two words\""}, {"a=b", "\"a=b\""},
	    {"x\r\nstatus=200", "\"x\\x0d\\x0astatus=200\""},
	    {"q\"\\", "\"q\\\"\\\\\""}, {"\xc3\xa9", "\"\\xc3\\xa9\""},
	    {"\x1b[31m", "\"\\x1b[31m\""}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		text_logfmt(&b, cases[i][0], strlen(cases[i][0]));
		bytes_addc(&b, '\0');
		assert_false(b.failed);
		assert_string_equal(b.data, cases[i][1]);
	}
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("JSON has no control that a terminal would take",
		json_is_to_be_seen),
	    TEST("UTF-8 is told from what is not", utf8_is_told),
	    TEST("code points are read", code_points_are_read),
	    TEST("every byte comes back from a JSON string", json_comes_back),
	    TEST("every escape of JSON is read", every_escape_is_read),
	    TEST("half a surrogate pair becomes U+FFFD",
		half_a_pair_is_replaced),
	    TEST("a JSON string has the fewest escapes, and the shortest",
		escapes_are_few_and_short),
	    TEST("what is no JSON string is refused", bad_json_is_refused),
	    TEST("base64 comes back", base64_comes_back),
	    TEST("a log value stays on its line", log_values_stay_one_line),
	};

	return RUN(tests);
}
