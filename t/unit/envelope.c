#include "unit.h"

#include "webhook/envelope.h"

static void
strings_of_the_outermost_object_are_found(void **state)
{
	static const struct {
		const char *body;
		const char *event; /* NULL: there is none */
	} cases[] = {
	    {"{\"event\":\"lead.enriched\"}", "lead.enriched"},
	    {" {\n \"a\" : [1,{\"event\":\"x\"}], \"event\" : \"y\" }\n", "y"},
	    {"{\"data\":{\"event\":\"x\"}}", NULL},
	    {"{\"a\":\"\\\"event\\\":\",\"event\":\"z\"}", "z"},
	    {"{\"a\":\"}\",\"b\":\"\\\\\",\"event\":\"w\"}", "w"},
	    {"\xef\xbb\xbf{\"event\":\"v\"}", "v"},
	    {"{\"event\":\"x\",\"event\":\"y\"}", "y"},
	    {"{\"event\":\"x\",\"\\u0065vent\":\"y\"}", "y"},
	    {"{\"event\":\"x\",\"event\":7}", NULL},
	    {"{\"event\":\"x\"} y", NULL},
	    {"{\"event\":7}", NULL},
	    {"{\"event\":null,\"b\":\"event\"}", NULL},
	    {"{\"event\":\"cut", NULL},
	    {"{\"event\"", NULL},
	    {"{\"a\":[1,2", NULL},
	    {"[\"event\",\"x\"]", NULL},
	    {"{}", NULL},
	    {"{", NULL},
	    {"", NULL},
	    {"\"event\"", NULL},
	};
	const char *found;
	char *copy;
	size_t i, len, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		/* Just as long as it is, so that a byte too far is noticed. */
		n = strlen(cases[i].body);
		copy = malloc(n + (n == 0));
		assert_non_null(copy);
		memcpy(copy, cases[i].body, n);
		found = envelope_string(copy, n, "event", &len);
		if (cases[i].event == NULL) {
			assert_null(found);
		} else {
			assert_non_null(found);
			assert_int_equal(len, strlen(cases[i].event));
			assert_memory_equal(found, cases[i].event, len);
		}
		free(copy);
	}
}

static void
only_the_id_changes(void **state)
{
	static const struct {
		const char *body;
		const char *expected; /* NULL: it can't be done */
	} cases[] = {
	    {"{\"delivery_id\":\"old\",\"n\":3.70}",
		"{\"delivery_id\":\"ID\",\"n\":3.70}"},
	    {"{\"a\":{\"delivery_id\":\"x\"},\r\n \"delivery_id\" : \"o\\\"\" "
	     "}",
		"{\"a\":{\"delivery_id\":\"x\"},\r\n \"delivery_id\" : \"ID\" "
		"}"},
	    {"{\"delivery_id\":{\"a\":[1,2]},\"b\":1}",
		"{\"delivery_id\":\"ID\",\"b\":1}"},
	    {"{\"delivery_id\":null}", "{\"delivery_id\":\"ID\"}"},
	    {"{\"b\":1}", "{\"delivery_id\":\"ID\",\"b\":1}"},
	    {" { }", " {\"delivery_id\":\"ID\" }"},
	    {"\xef\xbb\xbf{\"b\":1}",
		"\xef\xbb\xbf{\"delivery_id\":\"ID\",\"b\":1}"},
	    {"{\"delivery_id\":\"a\",\"delivery_\\u0069d\":\"b\"}",
		"{\"delivery_id\":\"a\",\"delivery_\\u0069d\":\"ID\"}"},
	    {"[1]", NULL},
	    {"{\"a\":1", NULL},
	    {"", NULL},
	};
	struct bytes out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&out);
		assert_int_equal(envelope_readdress(&out, cases[i].body,
				     strlen(cases[i].body), "ID"),
		    cases[i].expected != NULL);
		if (cases[i].expected == NULL)
			continue;
		assert_int_equal(out.len, strlen(cases[i].expected));
		assert_memory_equal(out.data, cases[i].expected, out.len);
	}
	bytes_free(&out);
}

static void
new_ids_are_uuids_and_differ(void **state)
{
	char a[ENVELOPE_ID_SIZE], b[ENVELOPE_ID_SIZE];
	struct fault f = {0};

	(void)state;
	assert_int_equal(envelope_new_id(a, &f), 0);
	assert_int_equal(envelope_new_id(b, &f), 0);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), 36);
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_int_equal(strspn(a, "0123456789abcdef-"), 36);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a string of the outermost object is found, of no other",
		strings_of_the_outermost_object_are_found),
	    TEST("with another id every other byte stays", only_the_id_changes),
	    TEST("new ids are UUIDs, each another",
		new_ids_are_uuids_and_differ),
	};

	return RUN(tests);
}
