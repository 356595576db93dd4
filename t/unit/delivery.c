#include "oracle.h"
#include "unit.h"

#include "webhook/delivery.h"
#include "webhook/leads.h"

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
		DELIVERY_LEADS, 1},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[null,7]}}",
		DELIVERY_UNREADABLE, 1},
	    {"{\"event\":5,\"data\":{\"leads\":[]}}", DELIVERY_UNREADABLE, 1},
	    {"{\"data\":{\"leads\":[]}}", DELIVERY_UNREADABLE, 1},
	    {"[]", DELIVERY_UNREADABLE, 1}, {"5", DELIVERY_UNREADABLE, 1},
	    {"", DELIVERY_UNREADABLE, 0}, {"{", DELIVERY_UNREADABLE, 0},
	    {"{} x", DELIVERY_UNREADABLE, 0},
	    {"{\"event\":\"x\",\"event\":\"lead.enriched\",\"data\":"
	     "{\"leads\":[]}}",
		DELIVERY_LEADS, 1},
	    {"{\"test\":true,\"event\":\"x\",\"test\":false}", DELIVERY_OTHER,
		1},
	    {"{\"a\":\"\xff\"}", DELIVERY_UNREADABLE, 0},
	    {"\xef\xbb\xbf{\"event\":\"x\"}", DELIVERY_OTHER, 1},
	    {"\xef\xbb\xbf", DELIVERY_UNREADABLE, 0}};
	struct delivery *d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		d = decode(cases[i].body);
		if (delivery_kind(d) != cases[i].kind ||
		    delivery_is_json(d) != cases[i].is_json ||
		    delivery_is_broken(d) == cases[i].is_json)
			fail_msg("%s", cases[i].body);
		assert_int_equal(delivery_reason(d)[0] == '\0',
		    cases[i].kind != DELIVERY_UNREADABLE);
		delivery_free(d);
	}
}

static void
depth_is_limited(void **state)
{
	const size_t n = WELLFORMED_LEVELS + 1;
	struct bytes deep = {0};
	struct delivery *d;
	struct fault f = {0};
	int levels;

	(void)state;
	for (levels = 0; levels < 2; levels++) {
		bytes_reset(&deep);
		bytes_reserve(&deep, 2 * n);
		assert_false(deep.failed);
		memset(deep.data, '[', n);
		memset(deep.data + n, ']', n);
		/* One level too many, and without it. */
		d = delivery_decode(
		    deep.data + levels, 2 * (n - (size_t)levels), &f);
		assert_non_null(d);
		assert_int_equal(delivery_kind(d), DELIVERY_UNREADABLE);
		assert_int_equal(delivery_is_json(d), levels);
		assert_false(delivery_is_broken(d));
		delivery_free(d);
	}
	bytes_free(&deep);
}

static void
skipped_are_counted(void **state)
{
	static const struct {
		const char *body;
		size_t leads, skipped;
	} cases[] = {{"{\"event\":\"lead.enriched\",\"data\":{\"leads\":"
		      "[{},null,{},7]}}",
			 2, 2},
	    {"{\"test\":true,\"data\":{\"leads\":[[]]}}", 0, 1},
	    {"{\"event\":\"lead.enriched\",\"data\":{\"leads\":[]}}", 0, 0},
	    {"{\"event\":\"x\",\"data\":{\"leads\":[{},7]}}", 0, 0}};
	struct delivery *d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		d = decode(cases[i].body);
		assert_int_equal(delivery_leads(d), cases[i].leads);
		assert_int_equal(delivery_skipped(d), cases[i].skipped);
		delivery_free(d);
	}
}

static void
usable_ids_only(void **state)
{
	char longest[300];
	static const struct {
		const char *json;
		size_t len;
	} cases[] = {{"\"a-b\"", 3}, {"\"\"", 0}, {"5", 0}, {"null", 0},
	    {"\"../../x\"", 7}, {"\"a\\r\\nb\"", 4}, {"\"=1\"", 2},
	    /* Others would have the same id. */
	    {"\"a\\ud83d\"", 0}, {"\"\xef\xbf\xbd\"", 0}};
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

/* The sender's fields, as they are called in a lead and in its post. */
static const struct {
	const char *key;
	int of_post, is_integer;
} keys[LEADS_FIELDS] = {[LEADS_URN] = {"urn", 0, 0},
    [LEADS_FULL_NAME] = {"full_name", 0, 0},
    [LEADS_CONNECTIONS] = {"connections", 0, 1},
    [LEADS_COMPANY_SIZE] = {"company_size", 0, 0},
    [LEADS_POST_ID] = {"post_id", 0, 0},
    [LEADS_POST_URL] = {"url", 1, 0},
    [LEADS_POST_TEXT] = {"text", 1, 0},
    [LEADS_POST_DATE] = {"date", 1, 0}};

/* The first of the posts that has the lead's post_id as its id. */
static json_t *
post_of(const json_t *lead, const json_t *posts)
{
	json_t *wanted = json_object_get(lead, "post_id"), *id, *post;
	size_t i;

	json_array_foreach (posts, i, post) {
		id = json_object_get(post, "id");
		if (json_is_string(id) && json_equal(id, wanted))
			return post;
	}
	return NULL;
}

static void
compare_value(const json_t *v, const struct value *ours, int is_integer)
{
	json_t *again;

	if (v == NULL || json_is_null(v)) {
		assert_int_equal(ours->type, VALUE_NONE);
		return;
	}
	if (json_is_string(v) && (!is_integer || ours->type == VALUE_NUMBER)) {
		assert_int_equal(ours->len, json_string_length(v));
		assert_memory_equal(
		    ours->data, json_string_value(v), ours->len);
		return;
	}
	assert_int_equal(
	    ours->type == VALUE_NUMBER, is_integer && json_is_number(v));
	again = oracle_load(ours->data, ours->len, 0);
	assert_true(json_equal(v, again));
	json_decref(again);
}

/* What we don't know is in extra, whole. */
static void
compare_extra(const json_t *lead, const json_t *post, const struct value *ours)
{
	json_t *extra = NULL, *v;
	const char *key;
	char name[64];
	size_t unknown = 0;
	int i;

	if (ours->type != VALUE_NONE)
		extra = oracle_load(ours->data, ours->len, 0);
	json_object_foreach ((json_t *)(uintptr_t)lead, key, v) {
		for (i = 0; i < LEADS_FIELDS; i++)
			if (keys[i].key != NULL && !keys[i].of_post &&
			    strcmp(keys[i].key, key) == 0)
				break;
		if (i < LEADS_FIELDS)
			continue;
		unknown++;
		if (!json_equal(json_object_get(extra, key), v))
			fail_msg("%s: %.*s", key, (int)ours->len, ours->data);
	}
	json_object_foreach ((json_t *)(uintptr_t)post, key, v) {
		if (strcmp(key, "id") == 0 || strcmp(key, "url") == 0 ||
		    strcmp(key, "text") == 0 || strcmp(key, "date") == 0)
			continue;
		unknown++;
		(void)snprintf(name, sizeof(name), "post_%s", key);
		if (json_object_get(lead, name) == NULL &&
		    !json_equal(json_object_get(extra, name), v))
			fail_msg("%s: %.*s", key, (int)ours->len, ours->data);
	}
	assert_int_equal(json_object_size(extra), unknown);
	json_decref(extra);
}

static void
compare_leads(struct leads *ours, const json_t *data)
{
	const json_t *posts = json_object_get(data, "posts"), *post, *lead;
	struct value v;
	struct fault f = {0};
	size_t i, at = 0;
	int field;

	json_array_foreach (json_object_get(data, "leads"), i, lead) {
		if (!json_is_object(lead))
			continue;
		post = post_of(lead, posts);
		for (field = 0; field < LEADS_FIELDS; field++) {
			if (keys[field].key == NULL)
				continue;
			assert_int_equal(leads_value(ours, at,
					     (enum leads_field)field, &v, &f),
			    0);
			compare_value(
			    json_object_get(keys[field].of_post ? post : lead,
				keys[field].key),
			    &v, keys[field].is_integer);
		}
		assert_int_equal(
		    leads_value(ours, at++, LEADS_EXTRA, &v, &f), 0);
		compare_extra(lead, post, &v);
	}
	assert_int_equal(at, leads_count(ours));
}

static void
values_are_jansson_s(void **state)
{
	static const char usual[] =
	    "{\"event\":\"lead.enriched\",\"data\":{\"posts\":[{\"id\":\"p\","
	    "\"url\":\"https:\\/\\/x\",\"text\":\"\xc3\xa9\\n\",\"likes\":5},"
	    "{\"id\":\"q\",\"date\":\"D\"}],\"leads\":[{\"urn\":\"A\","
	    "\"full_name\":\"\\ud83d\\udc4f\",\"connections\":2500,"
	    "\"post_id\":\"p\",\"new\":1},{\"company_size\": null,"
	    "\"post_id\":\"\\u0070\",\"x\":[1,{\"y\":2.5}]},{\"urn\":true,"
	    "\"post_id\":\"q\",\"connections\":\"7\"},{},null,{\"a\":1,"
	    "\"a\":2,\"urn\":1,\"urn\":2}]}}";
	char s[1024];
	unsigned seed = 5;
	struct fault f = {0};
	struct delivery *d;
	size_t n, i, changes, many = 0;
	json_t *root;

	(void)state;
	for (i = 0; i < 20000; i++) {
		n = sizeof(usual) - 1;
		memcpy(s, usual, n);
		for (changes = pick(&seed, 3); changes > 0; changes--)
			n = mutate(&seed, s, n, sizeof(s));
		d = delivery_decode(s, n, &f);
		assert_non_null(d);
		/* To Jansson a NUL outside of strings is the text's end. */
		root = memchr(s, '\0', n) == NULL ? oracle_load(s, n, 0) : NULL;
		if (root != NULL)
			assert_true(delivery_is_json(d));
		if (root != NULL && delivery_kind(d) == DELIVERY_LEADS) {
			many++;
			compare_leads(
			    delivery_reader(d), json_object_get(root, "data"));
		}
		json_decref(root);
		delivery_free(d);
	}
	assert_in_range(many, 4000, 18000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("kinds are told by test, event and shape", kinds_are_told),
	    TEST("what is nested too deeply is neither JSON nor none",
		depth_is_limited),
	    TEST("what is no object among the leads is counted",
		skipped_are_counted),
	    TEST("leads that look random have the values that Jansson reads",
		values_are_jansson_s),
	    TEST("an id is used when it is a string of 1 to 200 bytes",
		usable_ids_only),
	};

	return RUN(tests);
}
