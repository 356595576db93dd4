#include "unit.h"

#include "webhook/payload.h"

static void
body_says_what_it_is(void **state)
{
	static const struct {
		const char *body;
		enum wellformed_verdict verdict;
		const char *event, *test; /* as text */
		int has_leads;
		size_t skipped, leads;
	} cases[] = {{"", WELLFORMED_BROKEN, "", "", 0, 0, 0},
	    {"5", WELLFORMED_JSON, "", "", 0, 0, 0},
	    {"[]", WELLFORMED_JSON, "", "", 0, 0, 0},
	    {"{}", WELLFORMED_JSON, "", "", 0, 0, 0},
	    {" {\"event\" : \"e\",\"test\": true } ", WELLFORMED_JSON, "\"e\"",
		"true", 0, 0, 0},
	    {"{\"data\":[],\"event\":7}", WELLFORMED_JSON, "7", "", 0, 0, 0},
	    {"{\"data\":{\"leads\":[]}}", WELLFORMED_JSON, "", "", 1, 0, 0},
	    {"{\"data\":{\"leads\":{}}}", WELLFORMED_JSON, "", "", 0, 0, 0},
	    {"{\"data\":{\"leads\":[{},{\"a\":1}]}}", WELLFORMED_JSON, "", "",
		1, 0, 2},
	    {"{\"data\":{\"leads\":[{},7,[]]}}", WELLFORMED_JSON, "", "", 1, 2,
		1},
	    {"{\"d\\u0061ta\":{\"le\\u0061ds\":[{}]}}", WELLFORMED_JSON, "", "",
		1, 0, 1},
	    {"{\"data\":{\"leads\":[{},{]}}", WELLFORMED_BROKEN, "", "", 1, 0,
		2},
	    {"\xef\xbb\xbf{\"event\":\"e\"}", WELLFORMED_JSON, "\"e\"", "", 0,
		0, 0},
	    /* Of members of one name the last counts. */
	    {"{\"event\":\"e\",\"test\":1,\"event\":5,\"test\":2}",
		WELLFORMED_JSON, "5", "2", 0, 0, 0},
	    {"{\"data\":{\"leads\":[{},7]},\"data\":{\"leads\":[{},{}]}}",
		WELLFORMED_JSON, "", "", 1, 0, 2},
	    {"{\"data\":{\"leads\":[{},7],\"leads\":[8,9,{}]}}",
		WELLFORMED_JSON, "", "", 1, 2, 1},
	    {"{\"data\":{\"leads\":[{},7],\"leads\":{}}}", WELLFORMED_JSON, "",
		"", 0, 0, 0},
	    {"{\"data\":{\"leads\":[{},7]},\"data\":null}", WELLFORMED_JSON, "",
		"", 0, 0, 0},
	    {"{\"data\":{\"leads\":[{}]},\"d\\u0061ta\":{}}", WELLFORMED_JSON,
		"", "", 0, 0, 0},
	    {"{\"event\":\"e\"} x", WELLFORMED_BROKEN, "\"e\"", "", 0, 0, 0}};
	struct payload p = {.is_object = 0};
	enum wellformed_verdict verdict;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(payload_read(&p, cases[i].body,
				     strlen(cases[i].body), &verdict, &f),
		    0);
		if (verdict != cases[i].verdict ||
		    p.event.n != strlen(cases[i].event) ||
		    strncmp(p.event.n == 0 ? "" : p.event.s, cases[i].event,
			p.event.n) != 0 ||
		    p.test.n != strlen(cases[i].test) ||
		    p.has_leads != cases[i].has_leads ||
		    p.skipped != cases[i].skipped ||
		    payload_leads(&p) != cases[i].leads)
			fail_msg("%s", cases[i].body);
	}
	payload_free(&p);
}

static void
members_stand_where_they_are(void **state)
{
	static const char body[] =
	    "{\"data\":{\"leads\":[{\"a\" : \"\\n\", \"b\":[1,{}]},{},"
	    "{\"\\u0063\":2}]},\"timestamp\":\"\\u0054\"}";
	static const struct {
		const char *key, *value;
		int key_escaped, value_escaped;
	} expected[] = {{"\"a\"", "\"\\n\"", 0, 1}, {"\"b\"", "[1,{}]", 0, 0},
	    {"\"\\u0063\"", "2", 1, 0}};
	static const uint32_t ends[] = {2, 2, 3};
	struct payload p = {.is_object = 0};
	const struct jsontext_member *m;
	struct jsontext_slice key, value;
	enum wellformed_verdict verdict;
	struct fault f = {0};
	size_t i;

	(void)state;
	assert_int_equal(payload_read(&p, body, strlen(body), &verdict, &f), 0);
	assert_int_equal(p.elements.len, sizeof(ends));
	assert_memory_equal(p.elements.data, ends, sizeof(ends));
	assert_int_equal(p.members.len, COUNT(expected) * sizeof(*m));
	m = (const void *)p.members.data;
	for (i = 0; i < COUNT(expected); i++, m++) {
		key = jsontext_key_of(body, m);
		value = jsontext_value_of(body, m);
		assert_int_equal(key.n, strlen(expected[i].key));
		assert_memory_equal(key.s, expected[i].key, key.n);
		assert_int_equal(value.n, strlen(expected[i].value));
		assert_memory_equal(value.s, expected[i].value, value.n);
		assert_int_equal(m->key_escaped, expected[i].key_escaped);
		if (value.s[0] == '"')
			assert_int_equal(
			    m->value_escaped, expected[i].value_escaped);
	}
	assert_int_equal(p.timestamp.value_len, 8);
	assert_true(p.timestamp.value_escaped);
	payload_free(&p);
}

static void
last_data_counts(void **state)
{
	static const char body[] =
	    "{\"data\":{\"test\":true,\"posts\":[{\"id\":\"p\"}]},\"data\":"
	    "{\"posts\":[{\"id\":\"q\"}],\"posts\":[{\"id\":\"r\",\"a\":1}]}}";
	struct payload p = {.is_object = 0};
	enum wellformed_verdict verdict;
	struct fault f = {0};
	const struct jsontext_slice ids[] = {
	    {"\"p\"", 3}, {"\"q\"", 3}, {"\"r\"", 3}};

	(void)state;
	assert_int_equal(payload_read(&p, body, strlen(body), &verdict, &f), 0);
	assert_int_equal(p.data_test.n, 0);
	assert_null(posts_find(&p.posts, &ids[0]));
	assert_null(posts_find(&p.posts, &ids[1]));
	assert_non_null(posts_find(&p.posts, &ids[2]));
	assert_int_equal(p.posts.list.len, sizeof(struct post));
	payload_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a body says what it is, and how many leads it has",
		body_says_what_it_is),
	    TEST("the members of the leads stand where they are",
		members_stand_where_they_are),
	    TEST("of two members data, or posts, the last counts",
		last_data_counts),
	};

	return RUN(tests);
}
