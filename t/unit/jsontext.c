#include "unit.h"

#include "base/bytes.h"
#include "json/jsontext.h"

/* Walk over a value and write down what is met. */
static void
walk(struct jsontext *t, struct bytes *out)
{
	struct jsontext_slice s;

	if (jsontext_open(t, '{')) {
		bytes_addc(out, '{');
		while (jsontext_key(t, &s)) {
			bytes_add(out, s.s, s.n);
			bytes_addc(out, ':');
			walk(t, out);
		}
		bytes_addc(out, '}');
	} else if (jsontext_open(t, '[')) {
		bytes_addc(out, '[');
		while (jsontext_element(t)) {
			walk(t, out);
			bytes_addc(out, ',');
		}
		bytes_addc(out, ']');
	} else {
		jsontext_value(t, &s);
		bytes_add(out, s.s, s.n);
	}
}

static void
all_is_met_once(void **state)
{
	static const char json[] =
	    " { \"a\" : [ 1 , -2.5e3,\ttrue ] , \"b\\\"c\":{},\n"
	    "\"d\":\"}]\\\\\",\"e\":[[],[{}]], \"f\" : null } ";
	static const char met[] =
	    "{\"a\":[1,-2.5e3,true,]\"b\\\"c\":{}\"d\":\"}]\\\\\""
	    "\"e\":[[],[{},],]\"f\":null}";
	struct jsontext t = {json, json + strlen(json)};
	struct bytes b = {0};

	(void)state;
	walk(&t, &b);
	bytes_addc(&b, '\0');
	assert_string_equal(b.data, met);
	bytes_free(&b);
}

static void
values_are_stepped_over(void **state)
{
	static const char *const cases[] = {"1", "\"a\\\"\"", "{}", "[]",
	    "{\"a\":[1,{\"b\":\"}\"}]}", "true", "\"\"", "[[[]]]"};
	struct jsontext_slice s;
	struct jsontext t;
	char json[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(json, sizeof(json), "[ %s ,9]", cases[i]);
		t = (struct jsontext){json, json + strlen(json)};
		assert_true(jsontext_open(&t, '['));
		assert_true(jsontext_element(&t));
		jsontext_value(&t, &s);
		assert_int_equal(s.n, strlen(cases[i]));
		assert_memory_equal(s.s, cases[i], s.n);
		assert_true(jsontext_element(&t));
		jsontext_value(&t, &s);
		assert_memory_equal(s.s, "9", 1);
		assert_false(jsontext_element(&t));
	}
}

static void
strings_are_compared_by_meaning(void **state)
{
	static const struct {
		const char *json;
		int is;
	} cases[] = {{"\"urn\"", 1}, {"\"\\u0075rn\"", 1}, {"\"urns\"", 0},
	    {"\"ur\"", 0}, {"\"ur\\\\\"", 0}, {"12345", 0}, {"", 0}};
	struct jsontext_slice s;
	struct bytes room = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		s.s = cases[i].json;
		s.n = strlen(s.s);
		if (jsontext_is(&s, "urn", 3, &room) != cases[i].is)
			fail_msg("%s", cases[i].json);
	}
	bytes_free(&room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a walk meets everything once, in order", all_is_met_once),
	    TEST("a value is stepped over whatever is in it",
		values_are_stepped_over),
	    TEST("strings are compared by what they mean",
		strings_are_compared_by_meaning),
	};

	return RUN(tests);
}
