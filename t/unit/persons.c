#include "unit.h"

#include "upkeep/persons.h"

#define B "{\"event\":\"lead.enriched\",\"data\":{\"leads\":["
#define E "],\"posts\":[]}}"
#define P "{\"urn\":\"ACo-1\"}"

/* Only the person's leads go; nothing else changes, but blanks between two. */
static void
leads_are_cut_out(void **state)
{
	static const struct {
		const char *urn, *body, *expected;
		size_t taken;
	} cases[] = {{"ACo-1", B P E, B E, 1}, {"ACo-1", B "{}" E, B "{}" E, 0},
	    {"ACo-1", B P ",{\"urn\":\"ACo-2\"}" E, B "{\"urn\":\"ACo-2\"}" E,
		1},
	    {"ACo-1", B "{\"a\":1.50}," P ",{\"b\":1e2}" E,
		B "{\"a\":1.50},{\"b\":1e2}" E, 1},
	    {"ACo-1", B P "," P E, B E, 2},
	    {"ACo-1", B "{\"urn\":\"ACo-11\"},{\"urn\":\"ACo-\"}" E,
		B "{\"urn\":\"ACo-11\"},{\"urn\":\"ACo-\"}" E, 0},
	    /* Escapes, and a number. */
	    {"ACo-1", B "{\"\\u0075rn\":\"ACo-1\"},{}" E, B "{}" E, 1},
	    {"a/b", B "{\"urn\":\"a\\/b\"}" E, B E, 1},
	    {"J-1", B "{\"urn\":\"\\u004a-1\"}" E, B E, 1},
	    {"J", "{\"\\u0064ata\":{\"leads\":[{\"urn\":\"J\"}]}}",
		"{\"\\u0064ata\":{\"leads\":[]}}", 1},
	    {"J",
		B
		"{\"urn\":\"K\",\"urn\":\"J\"}],\"leads\":[{\"urn\":\"J\"},7" E,
		B "],\"leads\":[7" E, 2},
	    {"\xc3\xa9\"", B "{\"urn\":\"\\u00e9\\\"\"}" E, B E, 1},
	    {"77", B "{\"urn\":77},{\"urn\":777}" E, B "{\"urn\":777}" E, 1},
	    {"ACo-1", "\xef\xbb\xbf" B P E, "\xef\xbb\xbf" B E, 1},
	    {"a\xef\xbf\xbd", B "{\"urn\":\"a\\ud83d\"}" E, B E, 1},
	    /* Not a lead's urn. */
	    {"ACo-1", B "{\"name\":\"ACo-1\",\"x\":{\"urn\":\"ACo-1\"}}" E,
		B "{\"name\":\"ACo-1\",\"x\":{\"urn\":\"ACo-1\"}}" E, 0},
	    {"ACo-1", B "[\"urn\",\"ACo-1\"],7," P E,
		B "[\"urn\",\"ACo-1\"],7" E, 1},
	    {"ACo-1", "{\"data\":{\"posts\":[" P "]}}",
		"{\"data\":{\"posts\":[" P "]}}", 0},
	    {"ACo-1", "{\"leads\":[" P "]}", "{\"leads\":[" P "]}", 0},
	    {"ACo-1", "{\"data\":[" P "]}", "{\"data\":[" P "]}", 0},
	    {"ACo-1", "[" P "]", "[" P "]", 0}, {"ACo-1", "7", "7", 0},
	    {"ACo-1",
		"{\"data\" : {\"a\":[1,{}], \"leads\" : [ " P " , {} ] } }",
		"{\"data\" : {\"a\":[1,{}], \"leads\" : [{}] } }", 1}};
	struct persons e = {0};
	struct bytes out = {0}, urns = {0};
	struct fault f = {0};
	size_t i, taken;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&urns);
		bytes_printf(&urns, "none\n%s\n", cases[i].urn);
		assert_int_equal(persons_read(&e, &urns, &f), 0);
		assert_int_equal(e.n, 2);
		assert_int_equal(persons_cut(&e, cases[i].body,
				     strlen(cases[i].body), &out, &taken, &f),
		    0);
		bytes_addc(&out, '\0');
		assert_string_equal(out.data, cases[i].expected);
		assert_int_equal(taken, cases[i].taken);
		/* The quick look misses none of them. */
		assert_true(taken == 0 || persons_may_stand(&e, cases[i].body,
					      strlen(cases[i].body)));
		persons_free(&e);
	}
	bytes_free(&out);
	bytes_free(&urns);
}

/* What may hide the urn, and what can't. */
static void
quick_look_misses_nothing(void **state)
{
	static const struct {
		const char *urn, *text;
		int may;
	} cases[] = {{"ACo-1", "x", 0}, {"ACo-1", "", 0},
	    {"ACo-1", "xACo-1x", 1}, {"ACo-1", "\\u004a", 1},
	    {"ACo-1", "\\u005", 0}, {"ACo-1", "\\u00e9 \\u0026 \\n", 0},
	    {"ACo-1", "\\u00e9\\u003A", 1}, {"ACo-1", "\\\\u0041", 1},
	    {"ACo-1", ",\"base64\":\"", 1}, {"a/bc", "bc", 1},
	    {"a/bc", "a/b", 0}, {"\xc3\xa9", "x", 1}};
	struct persons e = {0};
	struct bytes urns = {0};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&urns);
		bytes_printf(&urns, "%s\n", cases[i].urn);
		assert_int_equal(persons_read(&e, &urns, &f), 0);
		if (persons_may_stand(&e, cases[i].text,
			strlen(cases[i].text)) != cases[i].may)
			fail_msg("%s in %s", cases[i].urn, cases[i].text);
		persons_free(&e);
	}
	bytes_free(&urns);
}

/* The mark is the longest part that stands in any JSON as it is. */
static void
mark_is_what_nobody_escapes(void **state)
{
	static const struct {
		const char *urn;
		size_t from, len;
	} cases[] = {{"urn:li:person:a-b_C.9", 0, 21}, {"a/bc", 2, 2},
	    {"abc\xc3\xa9"
	     "de",
		0, 3},
	    {"\xc3\xa9", 0, 0}};
	struct persons e = {0};
	struct bytes urns = {0};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		bytes_printf(&urns, "%s\n", cases[i].urn);
	assert_int_equal(persons_read(&e, &urns, &f), 0);
	assert_int_equal(e.n, COUNT(cases));
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(e.list[i].mark_len, cases[i].len);
		if (cases[i].len > 0)
			assert_ptr_equal(
			    e.list[i].mark, e.list[i].urn + cases[i].from);
	}
	assert_true(persons_have(&e, "a/bc", 4));
	assert_false(persons_have(&e, "a/b", 3));
	persons_free(&e);
	bytes_free(&urns);
}

static void
other_places_are_found(void **state)
{
	static const struct {
		const char *urn, *text;
		int stands;
	} cases[] = {{"ACo-1", "no JSON ACo-1", 1}, {"ACo-1", "ACo-2", 0},
	    {"a/b", "{\"x\":\"a\\/b\"}", 1}, {"a/b", "{\"x\":\"a\\/c\"}", 0},
	    {"\xc3\xa9"
	     "b",
		"[\"\\u00e9b\"]", 1},
	    {"a\tb\b\f\r\x01z", "[\"a\\tb\\b\\f\\r\\u0001z\"]", 1},
	    {"a\tb\b\f\r\x01z", "[\"a\\u0009b\\u0008\\u000C\\u000d\\u0001z\"]",
		1},
	    {"a\bz", "no JSON: a\\bz", 1}, {"a\bz", "[\"a\\tz\"]", 0},
	    {"x\xf0\x9f\x91\x8f", "[\"x\\ud83d\\udc4f\"]", 1},
	    {"ab", "[\"\\ud83d a\\u0062\"]", 1}, {"b", "\\u0062", 1},
	    {"b", "\\u006", 0}, {"ACo-1", "ACo-2\\", 0}, {"ACo-1", "", 0}};
	struct persons e = {0};
	struct bytes urns = {0};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&urns);
		bytes_printf(&urns, "%s\n", cases[i].urn);
		assert_int_equal(persons_read(&e, &urns, &f), 0);
		assert_int_equal(
		    persons_stand(&e, cases[i].text, strlen(cases[i].text), &f),
		    cases[i].stands);
		persons_free(&e);
	}
	bytes_free(&urns);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the person's leads are cut out, and nothing else",
		leads_are_cut_out),
	    TEST("a quick look misses no urn", quick_look_misses_nothing),
	    TEST(
		"the mark is what nobody escapes", mark_is_what_nobody_escapes),
	    TEST("the urn is found in other places, escaped or not",
		other_places_are_found),
	};

	return RUN(tests);
}
