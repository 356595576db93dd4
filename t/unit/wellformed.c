#include "unit.h"

#include <jansson.h>

#include "json/wellformed.h"

/* What Jansson says, as delivery.c asks it. */
static int
jansson_takes(const char *s, size_t n)
{
	json_t *v = json_loadb(n == 0 ? "" : s, n,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
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

static void
the_usual_is_told_without_jansson(void **state)
{
	static const char *const good[] = {usual, "{}", "[]", "\"\"", "0", "-0",
	    "true", " null ", "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", "[[[[1]]]]",
	    "\"\\uFfFf\"", "\"\x7f\""};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (!wellformed_is_json(good[i], strlen(good[i])))
			fail_msg("%s", good[i]);
}

static void
what_is_none_or_rare_is_left_to_it(void **state)
{
	static const char *const other[] = {"", " ", "{", "}", "[1,]", "[,1]",
	    "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{\"a\":1 \"b\":2}", "1 2",
	    "{} x", "tru", "nullx", "+1", "01", "-", "1.5", "1e5", "1E5", ".5",
	    "9999999999999999999", "\"", "\"\n\"", "\"\\\"", "\"\\x\"",
	    "\"\\u12\"", "\"\\u12g4\"", "\"\\u0000\"", "\"\\ud83d\"",
	    "\"\\ude42\"", "\"\\ud83d\\u0041\"", "\"\\ud83dx\"", "\"\xff\"",
	    "\"\xc3\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"",
	    "\"\xf4\x90\x80\x80\"", "\xef\xbb\xbf{}", "{\"a\":1,\"a\":2}",
	    "{\"b\":{},\"a\":1,\"b\":2}", "{\"\\u0061\":1}", "[1}", "{]",
	    "{\"a\":1]", "\\", "'a'", "[1]]", "{\"a\":[}"};
	char deep[80];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(other); i++)
		if (wellformed_is_json(other[i], strlen(other[i])))
			fail_msg("%s", other[i]);
	memset(deep, '[', 40);
	memset(deep + 40, ']', 40);
	assert_int_equal(wellformed_is_json(deep, 80), 0);
	assert_int_equal(wellformed_is_json(deep + 8, 64), 1);
	/* A NUL is no end. */
	assert_int_equal(wellformed_is_json("{}\0", 3), 0);
	assert_int_equal(wellformed_is_json("\"a\0b\"", 5), 0);
}

static void
more_keys_than_there_is_room_for_are_left_to_it(void **state)
{
	char body[8192] = "{";
	size_t n = 1, i;

	(void)state;
	for (i = 0; i < 257; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n,
		    "%s\"k%zu\":1", i > 0 ? "," : "", i);
	body[n++] = '}';
	assert_int_equal(wellformed_is_json(body, n), 0);
	/* Less the last one. */
	n -= strlen(",\"k256\":1}");
	body[n++] = '}';
	assert_int_equal(wellformed_is_json(body, n), 1);
}

/* Numbers that look random, the same in every run. */
static unsigned
pick(unsigned *seed, size_t n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % (unsigned)n;
}

/* One change: a byte replaced, put in or taken out, or a piece moved. */
static size_t
change(unsigned *seed, char *s, size_t n, size_t room)
{
	static const char bytes[] =
	    "{}[]\",:\\u0123456789dDcCeE.-+tfn \n\xc3\xa9\x80\xed\xa0\xf0\xff";
	size_t at = pick(seed, n), from = pick(seed, n), len;
	char c = bytes[pick(seed, sizeof(bytes))]; /* or its NUL */

	switch (pick(seed, 4)) {
	case 0:
		s[at] = c;
		return n;
	case 1:
		if (n == room)
			return n;
		memmove(s + at + 1, s + at, n - at);
		s[at] = c;
		return n + 1;
	case 2:
		if (n == 1)
			return n;
		memmove(s + at, s + at + 1, n - at - 1);
		return n - 1;
	default:
		len = pick(seed, 24) % (n - (at > from ? at : from));
		memmove(s + at, s + from, len);
		return n;
	}
}

static void
jansson_takes_whatever_is_told_to_be_json(void **state)
{
	unsigned seed = 7;
	size_t n, i, changes;
	char s[1024];
	int told = 0, none = 0, is_json;

	(void)state;
	for (i = 0; i < 100000; i++) {
		n = sizeof(usual) - 1;
		memcpy(s, usual, n);
		for (changes = pick(&seed, 4) + 1; changes > 0; changes--)
			n = change(&seed, s, n, sizeof(s));
		is_json = jansson_takes(s, n);
		none += !is_json;
		if (!wellformed_is_json(s, n))
			continue;
		told++;
		if (!is_json)
			fail_msg("%zu: %.*s", i, (int)n, s);
	}
	/* Both happen often enough to say something. */
	assert_in_range(told, 5000, 95000);
	assert_in_range(none, 5000, 95000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the usual is told without Jansson",
		the_usual_is_told_without_jansson),
	    TEST("what is none, or is rare, is left to it",
		what_is_none_or_rare_is_left_to_it),
	    TEST("more keys than there is room for are left to it",
		more_keys_than_there_is_room_for_are_left_to_it),
	    TEST("whatever is told to be JSON Jansson takes",
		jansson_takes_whatever_is_told_to_be_json),
	};

	return RUN(tests);
}
