#include "unit.h"

#include "json/tree.h"

static void
no_key_stands_twice(void **state)
{
	static const struct {
		const char *json;
		int is;
	} cases[] = {{"{\"a\":1,\"b\":{\"a\":1}}", 1}, {"{\"a\":1,\"a\":2}", 0},
	    {"{\"\\u0061\":1,\"a\":2}", 0}, {"\"\\ud83d\"", 0}, {"1e400", 0},
	    {"9223372036854775807", 1}, {"9223372036854775808", 0}, {"", 0},
	    {"no json", 0}};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (tree_is_json(cases[i].json, strlen(cases[i].json), &f) !=
		    cases[i].is)
			fail_msg("%s", cases[i].json);
}

static void
json_has_one_form(void **state)
{
	static const struct {
		const char *json, *form;
	} cases[] = {{"{ \"a\" : [1, 2.50] }", "{\"a\":[1,2.5]}"},
	    {"\"\\u0041\\/\"", "\"A/\""}, {"0.1", "0.1"}, {"1e400", "1e400"},
	    {"no json", "no json"}, {"[\n]", "[]"}, {"true", "true"}};
	struct bytes b = {0};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    tree_rewrite(cases[i].json, strlen(cases[i].json), &b, &f),
		    0);
		bytes_addc(&b, '\0');
		assert_string_equal(b.data, cases[i].form);
	}
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what Jansson takes is JSON, without a key twice",
		no_key_stands_twice),
	    TEST("JSON that is written anew has one form", json_has_one_form),
	};

	return RUN(tests);
}
