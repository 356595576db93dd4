#include "unit.h"

#include "json/compact.h"
#include "json/wellformed.h"
#include "webhook/extra.h"

/* The members of an object, all of them. */
struct object {
	struct bytes members, list;
	struct extra_members those;
};

static void
read_object(struct object *o, const char *json)
{
	struct wellformed w;
	uint32_t i;

	memset(o, 0, sizeof(*o));
	wellformed_begin(&w, json, strlen(json));
	assert_true(wellformed_members(&w, &o->members));
	o->those.text = json;
	o->those.n = o->members.len / sizeof(struct jsontext_member);
	for (i = 0; i < o->those.n; i++)
		bytes_add(&o->list, &i, sizeof(i));
	o->those.members = (const void *)o->members.data;
	o->those.list = (const void *)o->list.data;
}

static void
free_object(struct object *o)
{
	bytes_free(&o->members);
	bytes_free(&o->list);
}

/* What they make, where whoever reads it cuts it; good until the next call. */
static const char *
make_cut(const char *lead, const char *post, size_t most, int *met)
{
	static struct bytes out;
	struct bytes fragment = {0};
	struct fault f = {0};
	struct object a, b;
	struct extra extra = {.most = most};
	int64_t work = 0;

	read_object(&a, lead);
	read_object(&b, post);
	extra.lead = a.those;
	assert_int_equal(extra_post(&fragment, &b.those, most, &f), 0);
	extra.post.s = fragment.data;
	extra.post.n = fragment.len;
	if (extra.lead.n + extra.post.n > 0)
		assert_int_equal(extra_write(&extra, &out, &work, &f), 0);
	*met = work > 10 * (int64_t)fragment.len;
	assert_int_equal(f.kind, FAULT_NONE);
	bytes_addc(&out, '\0');
	free_object(&a);
	free_object(&b);
	bytes_free(&fragment);
	return out.data;
}

static const char *
make(const char *lead, const char *post)
{
	static struct bytes again;
	int met;
	const char *made = make_cut(lead, post, SIZE_MAX, &met);

	/* It is in the one form: written anew it stays as it is. */
	bytes_reset(&again);
	compact_json(&again, made, strlen(made));
	assert_int_equal(again.len, strlen(made));
	assert_memory_equal(again.data, made, again.len);
	return made;
}

static void
values_have_one_form(void **state)
{
	static const struct {
		const char *lead, *extra;
	} cases[] = {{"{\"a\":1}", "{\"a\":1}"},
	    {"{ \"b\" : \"x\" , \"a\" : null }", "{\"b\":\"x\",\"a\":null}"},
	    {"{\"a\":\"\\u0041\\/\\n\"}", "{\"a\":\"A/\\n\"}"},
	    {"{\"a\":[1, {\"b\" : 2.50}]}", "{\"a\":[1,{\"b\":2.50}]}"},
	    {"{\"a\":-0}", "{\"a\":-0}"}, {"{\"a\":0}", "{\"a\":0}"},
	    {"{\"a\":999999999999999999}", "{\"a\":999999999999999999}"},
	    {"{\"a\":\"\",\"\":[ ]}", "{\"a\":\"\",\"\":[]}"},
	    {"{\"a\":1e2}", "{\"a\":1e2}"},
	    {"{\"a\":18446744073709551616}", "{\"a\":18446744073709551616}"},
	    {"{\"a\":0.1,\"b\":1.50,\"c\":1e400}",
		"{\"a\":0.1,\"b\":1.50,\"c\":1e400}"},
	    {"{\"a\\u0000b\":1,\"a\\u0000c\":2}",
		"{\"a\\u0000b\":1,\"a\\u0000c\":2}"},
	    {"{\"a\":\"\\ud83d\"}", "{\"a\":\"\xef\xbf\xbd\"}"},
	    {"{\"a\":-12,\"b\":true,\"c\":false}",
		"{\"a\":-12,\"b\":true,\"c\":false}"},
	    {"{\"\\u0061\\b\":\"\xc3\xa9\"}", "{\"a\\b\":\"\xc3\xa9\"}"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(make(cases[i].lead, "{}"), cases[i].extra);
}

static void
names_are_taken_once(void **state)
{
	static const struct {
		const char *lead, *post, *extra;
	} cases[] = {{"{}", "{\"a\":1}", "{\"post_a\":1}"},
	    {"{\"post_a\":1}", "{\"a\":2}", "{\"post_a\":1,\"post_post_a\":2}"},
	    {"{}", "{\"post_a\":1,\"a\":2}",
		"{\"post_post_a\":1,\"post_a\":2}"},
	    {"{}", "{\"a\":1,\"post_a\":2}",
		"{\"post_a\":1,\"post_post_a\":2}"},
	    {"{\"post_a\":1,\"post_post_a\":2}", "{\"a\":3,\"post_a\":4}",
		"{\"post_a\":1,\"post_post_a\":2,\"post_post_post_a\":3,"
		"\"post_post_post_post_a\":4}"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    make(cases[i].lead, cases[i].post), cases[i].extra);
}

static void
last_of_a_name_counts(void **state)
{
	static const struct {
		const char *lead, *post, *extra;
	} cases[] = {{"{\"a\":1,\"a\":2}", "{}", "{\"a\":2}"},
	    {"{\"a\":1,\"b\":3,\"\\u0061\":[ 2]}", "{}", "{\"a\":[2],\"b\":3}"},
	    {"{\"a\\u0000\":1,\"a\":2,\"a\\u0000\":3}", "{}",
		"{\"a\\u0000\":3,\"a\":2}"},
	    {"{}", "{\"a\":1,\"b\":5,\"a\":2}", "{\"post_a\":2,\"post_b\":5}"},
	    {"{\"post_a\":1,\"post_a\":0}", "{\"a\":2,\"\\u0061\":3}",
		"{\"post_a\":0,\"post_post_a\":3}"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    make(cases[i].lead, cases[i].post), cases[i].extra);
}

/* More keys than are compared each with each. */
static void
of_many_names_each_stands_once(void **state)
{
	struct bytes json = {0}, expected = {0};
	int i;

	(void)state;
	for (i = 0; i < 3000; i++)
		bytes_printf(
		    &json, "%s\"k%d\":%d", i == 0 ? "{" : ",", i % 1000, i);
	for (i = 0; i < 1000; i++)
		bytes_printf(
		    &expected, "%s\"k%d\":%d", i == 0 ? "{" : ",", i, 2000 + i);
	bytes_add(&json, "}", 2);
	bytes_add(&expected, "}", 2);
	assert_false(json.failed || expected.failed);
	assert_string_equal(make(json.data, "{}"), expected.data);
	bytes_free(&json);
	bytes_free(&expected);
}

static void
add_chained(struct bytes *b, int prefixes, int value)
{
	bytes_adds(b, b->len == 0 ? "{\"" : ",\"");
	for (; prefixes > 0; prefixes--)
		bytes_adds(b, "post_");
	bytes_printf(b, "x\":%d", value);
}

/* Each of the post's names finds a chain of names that are taken. */
static void
chains_of_names_end_in_a_free_one(void **state)
{
	struct bytes lead = {0}, post = {0}, expected = {0};
	int taken[400] = {0}, i, k;

	(void)state;
	for (i = 0; i < 60; i++) {
		k = 1 + i * 37 % 90;
		taken[k] = 1;
		add_chained(&lead, k, i);
		add_chained(&expected, k, i);
	}
	for (i = 0; i < 100; i++) {
		add_chained(&post, i * 41 % 100, i);
		for (k = 1 + i * 41 % 100; taken[k]; k++)
			continue;
		taken[k] = 1;
		add_chained(&expected, k, i);
	}
	bytes_add(&lead, "}", 2);
	bytes_add(&post, "}", 2);
	bytes_add(&expected, "}", 2);
	assert_false(lead.failed || post.failed || expected.failed);
	assert_string_equal(make(lead.data, post.data), expected.data);
	bytes_free(&lead);
	bytes_free(&post);
	bytes_free(&expected);
}

/* Whoever cuts it sees the same, whatever is left out behind. */
static void
what_is_cut_off_is_left_out(void **state)
{
	struct bytes lead = {0}, post = {0}, merged = {0}, whole = {0};
	size_t most, i;
	int met;

	(void)state;
	for (i = 0; i < 400; i++) {
		bytes_printf(&lead, "%s\"k%zu\":%zu", i == 0 ? "{" : ",", i, i);
		bytes_printf(
		    &post, "%s\"p%zu\":\"%zu\"", i == 0 ? "{" : ",", i, i);
	}
	bytes_printf(&lead, ",\"k1\":[1]}%c", 0);
	bytes_printf(&post, ",\"p2\":2}%c", 0);
	bytes_printf(&merged, "{\"post_p1\":0,%s%c", lead.data + 1, 0);
	bytes_adds(&whole, make(lead.data, post.data));
	for (most = 0; most < whole.len; most += 97)
		assert_memory_equal(make_cut(lead.data, post.data, most, &met),
		    whole.data, most);
	bytes_reset(&whole);
	bytes_adds(&whole, make(merged.data, post.data));
	for (most = 0; most < whole.len; most += 97)
		assert_memory_equal(
		    make_cut(merged.data, post.data, most, &met), whole.data,
		    most);
	/* Only where a key is there already does it take long. */
	(void)make_cut(merged.data, post.data, SIZE_MAX, &met);
	assert_true(met);
	(void)make_cut("{\"post_p\":0}", post.data, SIZE_MAX, &met);
	assert_false(met);
	bytes_free(&lead);
	bytes_free(&post);
	bytes_free(&merged);
	bytes_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("values are written in the one form that we write",
		values_have_one_form),
	    TEST("a post's name that is taken gets one more post_",
		names_are_taken_once),
	    TEST("of members of one name the last one's value counts",
		last_of_a_name_counts),
	    TEST("what is behind a cut changes nothing before it",
		what_is_cut_off_is_left_out),
	    TEST("where names make chains each gets the next that is free",
		chains_of_names_end_in_a_free_one),
	    TEST("of many names each stands once",
		of_many_names_each_stands_once),
	};

	return RUN(tests);
}
