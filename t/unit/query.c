#include "unit.h"

#include "select/query.h"

static void
pairs_are_read(void **state)
{
	static const struct {
		const char *text, *name, *value;
		size_t n;
	} cases[] = {{"", "a", "", 0}, {"a=b", "a", "b", 1}, {"a", "a", "", 1},
	    {"a=", "a", "", 1}, {"=b", "", "b", 1}, {"a=b&c=d", "c", "d", 2},
	    {"&&a=b&&", "a", "b", 1}, {"a=b=c", "a", "b=c", 1},
	    {"a=1&a=2", "a", "1", 2}, {"a=x+y", "a", "x y", 1},
	    {"a=x%20y", "a", "x y", 1}, {"a=x%2By", "a", "x+y", 1},
	    {"a=%c3%a9", "a", "\xc3\xa9", 1}, {"a=%C3%A9", "a", "\xc3\xa9", 1},
	    {"a=%", "a", "%", 1}, {"a=%4", "a", "%4", 1},
	    {"a=%4g", "a", "%4g", 1}, {"a=%41", "a", "A", 1},
	    {"%61=b", "a", "b", 1}, {"a=%26%3D", "a", "&=", 1},
	    {"a=b;c=d", "a", "b;c=d", 1}, {"a=%00", "a", "", 0},
	    {"a=x%00y", "a", "", 0}, {"%00=x", "", "", 0},
	    {"a=%ff", "a", "", 0}, {"a=\xff", "a", "", 0},
	    {"a=%c3", "a", "", 0}, {"a=%ed%a0%80", "a", "", 0},
	    {"a=%ff&b=c", "b", "c", 1}, {"a=%2541", "a", "%41", 1}};
	struct fault f = {0};
	struct query q = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    query_read(&q, cases[i].text, strlen(cases[i].text), &f),
		    0);
		assert_int_equal(q.n, cases[i].n);
		assert_string_equal(
		    query_get(&q, cases[i].name), cases[i].value);
		if (q.n > 0)
			assert_int_equal(
			    strlen(q.list[0].value), q.list[0].len);
	}
	query_free(&q);
}

static void
bytes_need_no_nul(void **state)
{
	struct fault f = {0};
	struct query q = {0};
	char *text = malloc(3);

	(void)state;
	assert_non_null(text);
	memcpy(text, "a=b", 3);
	assert_int_equal(query_read(&q, text, 3, &f), 0);
	free(text);
	assert_string_equal(query_get(&q, "a"), "b");
	query_free(&q);
}

static void
what_is_too_much_is_passed_over(void **state)
{
	struct bytes b = {0};
	struct fault f = {0};
	struct query q = {0};
	int i;

	(void)state;
	for (i = 0; i < QUERY_MAX + 5; i++)
		bytes_printf(&b, "a%d=%d&", i, i);
	assert_false(b.failed);
	assert_int_equal(query_read(&q, b.data, b.len, &f), 0);
	assert_int_equal(q.n, QUERY_MAX);
	assert_string_equal(query_get(&q, "a63"), "63");
	assert_string_equal(query_get(&q, "a64"), "");
	query_free(&q);
	bytes_free(&b);
}

static void
what_is_written_is_read(void **state)
{
	static const char value[] = "a b&c=d%+\"'<>/?#\xc3\xa9~\n";
	struct bytes b = {0};
	struct fault f = {0};
	struct query q = {0};

	(void)state;
	query_add(&b, "name & more", value);
	query_add(&b, "b", "2");
	assert_false(b.failed);
	assert_int_equal(b.data[0], '?');
	assert_int_equal(query_read(&q, b.data + 1, b.len - 1, &f), 0);
	assert_int_equal(q.n, 2);
	assert_string_equal(query_get(&q, "name & more"), value);
	assert_string_equal(query_get(&q, "b"), "2");
	query_free(&q);
	bytes_free(&b);
}

static void
a_path_keeps_its_slashes(void **state)
{
	struct bytes b = {0};

	(void)state;
	query_escape_path(&b, "/a b/\"?#\r\n", 10);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, "/a%20b/%22%3F%23%0D%0A");
	bytes_reset(&b);
	query_escape(&b, "/\0.", 3);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, "%2F%00.");
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("pairs of names and values are read", pairs_are_read),
	    TEST("the bytes need no NUL, nor to stay", bytes_need_no_nul),
	    TEST("what is too much is passed over",
		what_is_too_much_is_passed_over),
	    TEST("what is written is read", what_is_written_is_read),
	    TEST("a path keeps its slashes, and no more",
		a_path_keeps_its_slashes),
	};

	return RUN(tests);
}
