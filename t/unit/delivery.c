#include "unit.h"

#include "webhook/delivery.h"

static struct delivery *
decode(const char *body)
{
	struct fault f = {0};
	struct delivery *d = delivery_decode(body, strlen(body), &f);

	assert_non_null(d);
	return d;
}

static void
kinds_are_told(void **state)
{
	static const struct {
		const char *body;
		enum delivery_kind kind;
		int is_json;
	} cases[] = {{"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[]}}",
			 DELIVERY_LEADS, 1},
	    {"{\"event\":\"lead.enriched\",\"test\":false,"
	     "\"data\":{\"leads\":[]}}",
		DELIVERY_LEADS, 1},
	    {"{\"event\":\"lead.enriched\",\"test\":true,"
	     "\"data\":{\"leads\":[]}}",
		DELIVERY_TEST, 1},
	    {"{\"event\":\"lead.enriched\","
	     "\"data\":{\"leads\":[],\"test\":true}}",
		DELIVERY_TEST, 1},
	    {"{\"event\":\"ping\",\"test\":true}", DELIVERY_TEST, 1},
	    {"{\"event\":\"signal.paused\",\"data\":{}}", DELIVERY_OTHER, 1},
	    {"{\"event\":\"lead.enriched\"}", DELIVERY_UNREADABLE, 1},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":{}}}",
		DELIVERY_UNREADABLE, 1},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[{},7]}}",
		DELIVERY_UNREADABLE, 1},
	    {"{\"event\":5,\"data\":{\"leads\":[]}}", DELIVERY_UNREADABLE, 1},
	    {"{\"data\":{\"leads\":[]}}", DELIVERY_UNREADABLE, 1},
	    {"[]", DELIVERY_UNREADABLE, 1}, {"5", DELIVERY_UNREADABLE, 1},
	    {"", DELIVERY_UNREADABLE, 0}, {"{", DELIVERY_UNREADABLE, 0},
	    {"{} x", DELIVERY_UNREADABLE, 0},
	    {"{\"a\":1,\"a\":2}", DELIVERY_UNREADABLE, 0},
	    {"{\"a\":\"\xff\"}", DELIVERY_UNREADABLE, 0},
	    {"\xef\xbb\xbf{}", DELIVERY_UNREADABLE, 0}};
	struct delivery *d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		d = decode(cases[i].body);
		if (delivery_kind(d) != cases[i].kind ||
		    delivery_is_json(d) != cases[i].is_json)
			fail_msg("%s", cases[i].body);
		assert_int_equal(delivery_reason(d)[0] == '\0',
		    cases[i].kind != DELIVERY_UNREADABLE);
		delivery_free(d);
	}
}

static void
depth_is_limited(void **state)
{
	char deep[2 * 2049 + 1];
	struct delivery *d;

	(void)state;
	memset(deep, '[', 2049);
	memset(deep + 2049, ']', 2049);
	deep[sizeof(deep) - 1] = '\0';
	d = decode(deep);
	assert_false(delivery_is_json(d));
	delivery_free(d);
}

static void
usable_ids_only(void **state)
{
	char longest[300];
	static const struct {
		const char *json;
		size_t len;
	} cases[] = {{"\"a-b\"", 3}, {"\"\"", 0}, {"5", 0}, {"null", 0},
	    {"\"../../x\"", 7}, {"\"a\\r\\nb\"", 4}, {"\"=1\"", 2}};
	struct delivery *d;
	char body[600];
	size_t i, len;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(
		    body, sizeof(body), "{\"delivery_id\":%s}", cases[i].json);
		d = decode(body);
		assert_int_equal(
		    delivery_id(d, &len) != NULL, cases[i].len > 0);
		if (cases[i].len > 0)
			assert_int_equal(len, cases[i].len);
		delivery_free(d);
	}
	for (i = 200; i <= 201; i++) {
		memset(longest, 'x', i);
		longest[i] = '\0';
		(void)snprintf(
		    body, sizeof(body), "{\"delivery_id\":\"%s\"}", longest);
		d = decode(body);
		assert_int_equal(delivery_id(d, &len) != NULL, i == 200);
		delivery_free(d);
	}
	d = decode("{}");
	assert_null(delivery_id(d, &len));
	delivery_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("kinds are told by test, event and shape", kinds_are_told),
	    TEST("2049 levels are no JSON of ours", depth_is_limited),
	    TEST("an id is used when it is a string of 1 to 200 bytes",
		usable_ids_only),
	};

	return RUN(tests);
}
