#include "unit.h"

#include "delivery.h"

static struct delivery *
decode(const char *body)
{
	struct fault f = {0};
	struct delivery *d = delivery_decode(body, strlen(body), &f);

	assert_non_null(d);
	return d;
}

/* A field of the first lead, as text; "-" where there is none. */
static const char *
value(struct delivery *d, size_t lead, enum delivery_field field)
{
	static char text[4096];
	struct delivery_value v;
	struct fault f = {0};

	assert_int_equal(delivery_value(d, lead, field, &v, &f), 0);
	if (v.type == DELIVERY_NONE)
		return "-";
	assert_true(v.len < sizeof(text));
	memcpy(text, v.data, v.len);
	text[v.len] = '\0';
	return text;
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

#define LEADS(fields, posts)                                                   \
	"{\"event\":\"lead.enriched\",\"timestamp\":\"T\",\"data\":{"          \
	"\"leads\":[{" fields "}],\"posts\":[" posts "]}}"

static void
leads_are_joined_with_posts(void **state)
{
	struct delivery *d = decode(LEADS("\"post_id\":\"p\"",
	    "{\"id\":\"q\",\"url\":\"wrong\"},7,"
	    "{\"id\":\"p\",\"url\":\"right\",\"text\":\"t\"},"
	    "{\"id\":\"p\",\"url\":\"again\"}"));

	(void)state;
	assert_string_equal(value(d, 0, DELIVERY_POST_URL), "right");
	assert_string_equal(value(d, 0, DELIVERY_POST_TEXT), "t");
	assert_string_equal(value(d, 0, DELIVERY_POST_DATE), "-");
	assert_string_equal(value(d, 0, DELIVERY_TIMESTAMP), "T");
	delivery_free(d);
	d = decode(LEADS("\"post_id\":null", "{\"id\":\"p\",\"url\":\"u\"}"));
	assert_string_equal(value(d, 0, DELIVERY_POST_ID), "-");
	assert_string_equal(value(d, 0, DELIVERY_POST_URL), "-");
	delivery_free(d);
	d = decode(LEADS("\"post_id\":\"x\"", "{\"id\":\"p\"}"));
	assert_string_equal(value(d, 0, DELIVERY_POST_ID), "x");
	assert_string_equal(value(d, 0, DELIVERY_POST_URL), "-");
	delivery_free(d);
}

static void
other_types_are_json(void **state)
{
	static const struct {
		const char *json;
		const char *number; /* where the table says integer */
		const char *string;
		enum delivery_type type; /* of the first */
	} cases[] = {{"2500", "2500", "2500", DELIVERY_NUMBER},
	    {"-1", "-1", "-1", DELIVERY_NUMBER},
	    {"9007199254740992", "9007199254740992", "9007199254740992",
		DELIVERY_NUMBER},
	    {"3.7", "3.7", "3.7", DELIVERY_NUMBER},
	    {"0.1", "0.1", "0.1", DELIVERY_NUMBER},
	    {"1.7976931348623157e308", "1.7976931348623157e+308",
		"1.7976931348623157e+308", DELIVERY_NUMBER},
	    {"\"12\"", "\"12\"", "12", DELIVERY_STRING},
	    {"true", "true", "true", DELIVERY_STRING},
	    {"[1,\"a\"]", "[1,\"a\"]", "[1,\"a\"]", DELIVERY_STRING},
	    {"{\"a\": 1}", "{\"a\":1}", "{\"a\":1}", DELIVERY_STRING},
	    {"null", "-", "-", DELIVERY_NONE}};
	struct delivery_value v;
	struct fault f = {0};
	struct delivery *d;
	char body[300];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(body, sizeof(body),
		    LEADS("\"connections\":%s,\"full_name\":%s", ""),
		    cases[i].json, cases[i].json);
		d = decode(body);
		assert_string_equal(
		    value(d, 0, DELIVERY_CONNECTIONS), cases[i].number);
		assert_string_equal(
		    value(d, 0, DELIVERY_FULL_NAME), cases[i].string);
		assert_int_equal(
		    delivery_value(d, 0, DELIVERY_CONNECTIONS, &v, &f), 0);
		assert_int_equal(v.type, cases[i].type);
		assert_int_equal(
		    delivery_value(d, 0, DELIVERY_FULL_NAME, &v, &f), 0);
		assert_int_not_equal(v.type, DELIVERY_NUMBER);
		delivery_free(d);
	}
}

static void
nothing_unknown_is_lost(void **state)
{
	struct delivery *d = decode(
	    LEADS("\"urn\":\"u\",\"email\":\"e\",\"post_id\":\"p\",\"n\":[1]",
		"{\"id\":\"p\",\"url\":\"u\",\"likes\":5}"));

	(void)state;
	assert_string_equal(value(d, 0, DELIVERY_EXTRA),
	    "{\"email\":\"e\",\"n\":[1],\"post_likes\":5}");
	delivery_free(d);
	d = decode(LEADS("\"post_likes\":1,\"post_id\":\"p\"",
	    "{\"id\":\"p\",\"likes\":5}"));
	assert_string_equal(value(d, 0, DELIVERY_EXTRA),
	    "{\"post_likes\":1,\"post_post_likes\":5}");
	delivery_free(d);
	d = decode(LEADS("\"urn\":\"u\"", ""));
	assert_string_equal(value(d, 0, DELIVERY_EXTRA), "-");
	delivery_free(d);
}

static void
escapes_are_read(void **state)
{
	struct delivery *d = decode(LEADS(
	    "\"full_name\":\"\\ud83d\\udc4f\",\"comment_text\":\"a\\u0000b\"",
	    ""));
	struct delivery_value v;
	struct fault f = {0};

	(void)state;
	assert_string_equal(
	    value(d, 0, DELIVERY_FULL_NAME), "\xf0\x9f\x91\x8f");
	assert_int_equal(
	    delivery_value(d, 0, DELIVERY_COMMENT_TEXT, &v, &f), 0);
	assert_int_equal(v.len, 3);
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
	    TEST("a lead is joined with the first post of its id",
		leads_are_joined_with_posts),
	    TEST("a value of another type is its JSON text",
		other_types_are_json),
	    TEST("a field that is not known is not lost",
		nothing_unknown_is_lost),
	    TEST("escaped pairs and NULs are read", escapes_are_read),
	};

	return RUN(tests);
}
