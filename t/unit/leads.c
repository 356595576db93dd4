#include "unit.h"

#include "webhook/leads.h"

/* The leads of a body; forget() them. */
static struct leads *
decode(const char *body)
{
	struct leads *l = calloc(1, sizeof(*l));
	struct fault f = {0};

	assert_non_null(l);
	assert_int_equal(leads_read(l, body, strlen(body), &f), 0);
	return l;
}

static void
forget(struct leads *l)
{
	leads_free(l);
	free(l);
}

/* A field of a lead, as text; "-" where there is none. */
static const char *
value(struct leads *l, size_t lead, enum leads_field field)
{
	static char text[4096];
	struct value v;
	struct fault f = {0};

	assert_int_equal(leads_value(l, lead, field, &v, &f), 0);
	if (v.type == VALUE_NONE)
		return "-";
	assert_true(v.len < sizeof(text));
	memcpy(text, v.data, v.len);
	text[v.len] = '\0';
	return text;
}

#define LEADS(fields, posts)                                                   \
	"{\"event\":\"lead.enriched\",\"timestamp\":\"T\",\"data\":{"          \
	"\"leads\":[{" fields "}],\"posts\":[" posts "]}}"

static void
leads_are_joined_with_posts(void **state)
{
	struct leads *d = decode(LEADS("\"post_id\":\"p\"",
	    "{\"id\":\"q\",\"url\":\"wrong\"},7,"
	    "{\"id\":\"p\",\"url\":\"right\",\"text\":\"t\"},"
	    "{\"id\":\"p\",\"url\":\"again\"}"));

	(void)state;
	assert_string_equal(value(d, 0, LEADS_POST_URL), "right");
	assert_string_equal(value(d, 0, LEADS_POST_TEXT), "t");
	assert_string_equal(value(d, 0, LEADS_POST_DATE), "-");
	assert_string_equal(value(d, 0, LEADS_TIMESTAMP), "T");
	forget(d);
	d = decode(LEADS("\"post_id\":null", "{\"id\":\"p\",\"url\":\"u\"}"));
	assert_string_equal(value(d, 0, LEADS_POST_ID), "-");
	assert_string_equal(value(d, 0, LEADS_POST_URL), "-");
	forget(d);
	d = decode(LEADS("\"post_id\":\"x\"", "{\"id\":\"p\"}"));
	assert_string_equal(value(d, 0, LEADS_POST_ID), "x");
	assert_string_equal(value(d, 0, LEADS_POST_URL), "-");
	forget(d);
}

static void
other_types_are_json(void **state)
{
	static const struct {
		const char *json;
		const char *number; /* where the table says integer */
		const char *string;
		enum value_type type; /* of the first */
	} cases[] = {{"2500", "2500", "2500", VALUE_NUMBER},
	    {"-1", "-1", "-1", VALUE_NUMBER},
	    {"9007199254740992", "9007199254740992", "9007199254740992",
		VALUE_NUMBER},
	    {"3.7", "3.7", "3.7", VALUE_NUMBER},
	    {"0.1", "0.1", "0.1", VALUE_NUMBER},
	    {"1.50", "1.50", "1.50", VALUE_NUMBER},
	    {"1e400", "1e400", "1e400", VALUE_NUMBER},
	    {"18446744073709551616", "18446744073709551616",
		"18446744073709551616", VALUE_NUMBER},
	    {"-0", "-0", "-0", VALUE_NUMBER},
	    {"\"12\"", "12", "12", VALUE_NUMBER},
	    {"\"-12\"", "-12", "-12", VALUE_NUMBER},
	    {"\"0\"", "0", "0", VALUE_NUMBER},
	    {"\"\\u0031\\u0032\"", "12", "12", VALUE_NUMBER},
	    {"\"012\"", "\"012\"", "012", VALUE_STRING},
	    {"\"1.5\"", "\"1.5\"", "1.5", VALUE_STRING},
	    {"\"-\"", "\"-\"", "-", VALUE_STRING},
	    {"\"\"", "\"\"", "", VALUE_STRING},
	    {"\" 12\"", "\" 12\"", " 12", VALUE_STRING},
	    {"\"12\\u0000\"", "\"12\\u0000\"", "12", VALUE_STRING},
	    {"\"\\u0035\\/\"", "\"5/\"", "5/", VALUE_STRING},
	    {"true", "true", "true", VALUE_STRING},
	    {"[1,\"a\"]", "[1,\"a\"]", "[1,\"a\"]", VALUE_STRING},
	    {"{\"a\": 1}", "{\"a\":1}", "{\"a\":1}", VALUE_STRING},
	    {"null", "-", "-", VALUE_NONE}};
	struct value v;
	struct fault f = {0};
	struct leads *d;
	char body[300];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(body, sizeof(body),
		    LEADS("\"connections\":%s,\"full_name\":%s", ""),
		    cases[i].json, cases[i].json);
		d = decode(body);
		assert_string_equal(
		    value(d, 0, LEADS_CONNECTIONS), cases[i].number);
		assert_string_equal(
		    value(d, 0, LEADS_FULL_NAME), cases[i].string);
		assert_int_equal(
		    leads_value(d, 0, LEADS_CONNECTIONS, &v, &f), 0);
		assert_int_equal(v.type, cases[i].type);
		assert_int_equal(leads_value(d, 0, LEADS_FULL_NAME, &v, &f), 0);
		assert_int_not_equal(v.type, VALUE_NUMBER);
		forget(d);
	}
}

static void
nothing_unknown_is_lost(void **state)
{
	struct leads *d = decode(
	    LEADS("\"urn\":\"u\",\"email\":\"e\",\"post_id\":\"p\",\"n\":[1]",
		"{\"id\":\"p\",\"url\":\"u\",\"likes\":5}"));

	(void)state;
	assert_string_equal(value(d, 0, LEADS_EXTRA),
	    "{\"email\":\"e\",\"n\":[1],\"post_likes\":5}");
	forget(d);
	d = decode(LEADS("\"post_likes\":1,\"post_id\":\"p\"",
	    "{\"id\":\"p\",\"likes\":5}"));
	assert_string_equal(value(d, 0, LEADS_EXTRA),
	    "{\"post_likes\":1,\"post_post_likes\":5}");
	forget(d);
	d = decode(LEADS("\"urn\":\"u\"", ""));
	assert_string_equal(value(d, 0, LEADS_EXTRA), "-");
	forget(d);
}

static void
escaped_keys_are_read(void)
{
	struct leads *d =
	    decode("{\"timest\\u0061mp\":\"T\","
		   "\"d\\u0061ta\":{\"le\\u0061ds\":["
		   "{\"headline\":[ 1],\"u\\u0072n\":\"u\",\"post_id\":"
		   "\"\\u0070\"}],\"posts\":[{\"i\\u0064\":"
		   "\"p\",\"url\":\"U\"}]}}");

	/* First, as it needs the room that the key was read in. */
	assert_string_equal(value(d, 0, LEADS_HEADLINE), "[1]");
	assert_string_equal(value(d, 0, LEADS_TIMESTAMP), "T");
	assert_string_equal(value(d, 0, LEADS_URN), "u");
	assert_string_equal(value(d, 0, LEADS_POST_URL), "U");
	forget(d);
}

static void
escapes_are_read(void **state)
{
	struct leads *d = decode(LEADS(
	    "\"full_name\":\"\\ud83d\\udc4f\",\"comment_text\":\"a\\u0000b\"",
	    ""));
	struct value v;
	struct fault f = {0};

	(void)state;
	assert_string_equal(value(d, 0, LEADS_FULL_NAME), "\xf0\x9f\x91\x8f");
	assert_int_equal(leads_value(d, 0, LEADS_COMMENT_TEXT, &v, &f), 0);
	assert_int_equal(v.len, 3);
	forget(d);
	escaped_keys_are_read();
}

static void
what_is_no_object_is_no_lead(void **state)
{
	static const struct {
		const char *leads;
		size_t n;
	} cases[] = {{"[]", 0}, {"[{},{}]", 2}, {"[ {} , {} , {} ]", 3},
	    {"[{},7]", 1}, {"[null,{},{},\"{}\"]", 2}, {"{}", 0}, {"null", 0},
	    {"[[]]", 0}};
	char body[200];
	struct leads *d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(body, sizeof(body), "{\"data\":{\"leads\":%s}}",
		    cases[i].leads);
		d = decode(body);
		assert_int_equal(leads_count(d), cases[i].n);
		forget(d);
	}
	d = decode("{\"data\":[],\"leads\":[{}]}");
	assert_int_equal(leads_count(d), 0);
	forget(d);
}

static void
many_posts_are_found(void **state)
{
	const int n = 10000;
	struct bytes b = {0};
	struct leads *d;
	char url[32];
	int i;

	(void)state;
	bytes_adds(&b, "{\"data\":{\"posts\":[");
	for (i = 0; i < n; i++)
		bytes_printf(&b, "%s{\"url\":\"u%d\",\"id\":\"p%d\"}",
		    i > 0 ? "," : "", i, i * 7919 % n);
	bytes_adds(&b, "],\"leads\":[");
	for (i = 0; i < n; i++)
		bytes_printf(&b, "%s{\"post_id\":\"p%d\"}", i > 0 ? "," : "",
		    i * 7919 % n);
	bytes_adds(&b, "]}}");
	bytes_addc(&b, '\0');
	d = decode(b.data);
	for (i = 0; i < n; i++) {
		(void)snprintf(url, sizeof(url), "u%d", i);
		assert_string_equal(value(d, (size_t)i, LEADS_POST_URL), url);
	}
	forget(d);
	bytes_free(&b);
}

/* A copy of n bytes with nothing behind it, so that a sanitizer sees more. */
static void
read_exactly(const char *body, size_t n)
{
	char *copy = malloc(n == 0 ? 1 : n);
	struct leads l = {0};
	struct value v;
	struct fault f = {0};
	size_t i;
	int field;

	assert_non_null(copy);
	memcpy(copy, body, n);
	assert_int_equal(leads_read(&l, copy, n, &f), 0);
	for (i = 0; i < leads_count(&l); i++)
		for (field = 0; field < LEADS_FIELDS; field++)
			assert_int_equal(
			    leads_value(&l, i, (enum leads_field)field, &v, &f),
			    0);
	leads_free(&l);
	free(copy);
}

static void
any_bytes_are_harmless(void **state)
{
	static const char body[] =
	    LEADS("\"urn\":\"\\u0041\\ud83d\\udc4f\",\"post_id\":\"p\","
		  "\"x\":[1,{\"y\":-2.5e3}],\"connections\":7",
		"{\"id\":\"p\",\"url\":\"u\",\"likes\":5}");
	char broken[sizeof(body)];
	size_t n, i;

	(void)state;
	for (n = 0; n < sizeof(body); n++)
		read_exactly(body, n);
	for (i = 0; i < sizeof(body) - 1; i++)
		for (n = 0; n < 8; n++) {
			memcpy(broken, body, sizeof(body));
			broken[i] = "\"\\{}[],x"[n];
			read_exactly(broken, sizeof(body) - 1);
		}
}

static void
last_of_equal_members_counts(void **state)
{
	struct leads *d = decode(LEADS("\"new\":1,\"urn\":\"a\",\"new\":2,"
				       "\"u\\u0072n\":\"b\",\"post_id\":5,"
				       "\"headline\":\"h\",\"headline\":null,"
				       "\"post_id\":\"p\"",
	    "{\"id\":\"p\",\"id\":\"q\",\"url\":\"wrong\"},"
	    "{\"id\":5,\"url\":\"u\",\"x\":1,\"i\\u0064\":\"p\","
	    "\"url\":\"v\",\"x\":2}"));

	(void)state;
	assert_int_equal(leads_count(d), 1);
	assert_string_equal(value(d, 0, LEADS_URN), "b");
	assert_string_equal(value(d, 0, LEADS_HEADLINE), "-");
	assert_string_equal(value(d, 0, LEADS_POST_URL), "v");
	assert_string_equal(
	    value(d, 0, LEADS_EXTRA), "{\"new\":2,\"post_x\":2}");
	forget(d);
}

static void
mark_is_passed_over_and_halves_replaced(void **state)
{
	struct leads *d = decode("\xef\xbb\xbf" LEADS(
	    "\"urn\":\"a\\ud83d\",\"new\":\"\\ude42\"", ""));

	(void)state;
	assert_string_equal(value(d, 0, LEADS_URN), "a\xef\xbf\xbd");
	assert_string_equal(
	    value(d, 0, LEADS_EXTRA), "{\"new\":\"\xef\xbf\xbd\"}");
	forget(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a lead is joined with the first post of its id",
		leads_are_joined_with_posts),
	    TEST("of ten thousand posts each lead has its own",
		many_posts_are_found),
	    TEST("a value of another type is its JSON text",
		other_types_are_json),
	    TEST("a field that is not known is not lost",
		nothing_unknown_is_lost),
	    TEST("escaped pairs, keys and NULs are read", escapes_are_read),
	    TEST("of members of one name the last counts",
		last_of_equal_members_counts),
	    TEST("a byte order mark is passed over, half a pair replaced",
		mark_is_passed_over_and_halves_replaced),
	    TEST("what is no object is no lead", what_is_no_object_is_no_lead),
	    TEST("any bytes can be read, in whatever pieces",
		any_bytes_are_harmless),
	};

	return RUN(tests);
}
