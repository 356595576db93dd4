#include "oracle.h"
#include "unit.h"

#include "json/compact.h"

static void
json_has_one_form(void **state)
{
	static const struct {
		const char *json, *form;
	} cases[] = {{"{ \"a\" : [1, 2.50] }", "{\"a\":[1,2.50]}"},
	    {"\"\\u0041\\/ \"", "\"A/ \""}, {"0.1", "0.1"}, {"1e400", "1e400"},
	    {"-0", "-0"}, {"18446744073709551616", "18446744073709551616"},
	    {"1.0E+2", "1.0E+2"}, {"[\n]", "[]"}, {"true", "true"}, {"", ""},
	    {"\t[ \"a b\" ,\r\n{} ]", "[\"a b\",{}]"},
	    {"{\"\\u0000\":\"\\t\\u001F\"}", "{\"\\u0000\":\"\\t\\u001f\"}"},
	    {"\"\\ud83d\"", "\"\xef\xbf\xbd\""},
	    {"\"\\ud83d\\udc4f\"", "\"\xf0\x9f\x91\x8f\""},
	    {"{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}"}};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		compact_json(&b, cases[i].json, strlen(cases[i].json));
		bytes_addc(&b, '\0');
		assert_string_equal(b.data, cases[i].form);
	}
	bytes_free(&b);
}

static void
what_is_no_json_stays(void **state)
{
	static const char *const cases[] = {"no\\u0041json", "\"", "\"\\\"",
	    "{", "\"a\\", "\"\\x\"", "\"\\u12\"", "}\"\\ud83d\\u\""};
	struct bytes b = {0};
	char *copy;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		/* Just as long as it is, so that a byte too far is noticed. */
		n = strlen(cases[i]);
		copy = malloc(n);
		assert_non_null(copy);
		memcpy(copy, cases[i], n);
		bytes_reset(&b);
		compact_json(&b, copy, n);
		free(copy);
		assert_int_equal(b.len, n);
		assert_memory_equal(b.data, cases[i], n);
	}
	bytes_free(&b);
}

static void
values_stay_equal(void **state)
{
	static const char usual[] =
	    "{\"a\" : [1, -2.50e-3, true,\tnull ],\n \"b\\u0041\":"
	    "\"\\ud83d\\udc4f \\n \xc3\xa9\",\"c\":{\"\\\"\":[ ]}}";
	struct bytes b = {0};
	json_t *before, *after;
	unsigned seed = 3;
	size_t n, i, changes, many = 0;
	char s[256];

	(void)state;
	for (i = 0; i < 20000; i++) {
		n = sizeof(usual) - 1;
		memcpy(s, usual, n);
		for (changes = pick(&seed, 3); changes > 0; changes--)
			n = mutate(&seed, s, n, sizeof(s));
		bytes_reset(&b);
		compact_json(&b, s, n);
		before = oracle_load(s, n, 0);
		if (before != NULL && memchr(s, '\0', n) == NULL) {
			after = oracle_load(b.data, b.len, 0);
			if (!json_equal(before, after))
				fail_msg("%.*s", (int)n, s);
			json_decref(after);
			many++;
		}
		json_decref(before);
	}
	assert_true(many > 5000);
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("JSON that is written anew has one form, numbers as they were",
		json_has_one_form),
	    TEST("strings that are none stay as they are",
		what_is_no_json_stays),
	    TEST("JSON that is written anew has the same values",
		values_stay_equal),
	};

	return RUN(tests);
}
