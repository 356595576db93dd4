#include "unit.h"

#include <fcntl.h>

#include "config/conf.h"

static struct conf conf;

static const char *
put(const char *text)
{
	const char *path = in_scratch("leadsheet.conf");

	write_file(path, text, strlen(text));
	return path;
}

/* The value of a name in a section, or NULL. */
static const char *
value(enum conf_section section, const char *of, const char *name)
{
	const struct conf_line *l = conf_find(&conf, section, of, name, NULL);

	return l == NULL ? NULL : l->value;
}

static void
lines_are_names_and_values(void **state)
{
	static const struct {
		const char *text, *name, *value;
	} cases[] = {
	    {"a=b\n", "a", "b"},
	    {"a = b c \r\n", "a", "b c"},
	    {"a = b", "a", "b"},
	    {"a: b\n", "a", "b"},
	    {"a = b: c = d\n", "a", "b: c = d"},
	    {"\xef\xbb\xbf"
	     "a = b\n",
		"a", "b"},
	    {"   a = b\n", "a", "b"},
	    {"a = b # c\n", "a", "b"},
	    {"a = b\t; c\n", "a", "b"},
	    {"a = b#c;d\n", "a", "b#c;d"},
	    {"a = # c\n", "a", ""},
	    {"x y = b\n", "x y", "b"},
	    {"a = b\n  c,\n\n# no\n\td\n", "a", "b c, d"},
	    {"a =\n  b\n", "a", "b"},
	    {"a = b\n  c = d\n", "a", "b"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(conf_read(&conf, put(cases[i].text)), 0);
		assert_string_equal(conf.list[0].name, cases[i].name);
		assert_string_equal(conf.list[0].value, cases[i].value);
		assert_int_equal(conf.list[0].number, 1);
		assert_null(conf.list[0].fault);
	}
	assert_int_equal(conf.n, 2);
	assert_int_equal(conf_read(&conf, put("a = b\n\n c\n e\n")), 0);
	assert_int_equal(conf.list[0].indented, 3);
	assert_int_equal(conf_read(&conf, put("\n# a = b\n;c = d\n \n")), 0);
	assert_int_equal(conf.n, 0);
	conf_free(&conf);
}

static void
sections_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(
	    conf_read(&conf, put("a = 1\n[endpoint main]\na = 2\n"
				 "  [ profile  x-1 ] # c\nA b = 3\n"
				 "[relay main]\na = 4\n[endpoint b]\n"
				 "[endpoint main]\nb = 5\n[what]\na = 6\n"
				 "[ digest ]\na = 7\n[page]\na = 8\n"
				 "[relay b]\na = 9\n")),
	    0);
	assert_string_equal(value(CONF_GENERAL, "", "a"), "1");
	assert_string_equal(value(CONF_ENDPOINT, "main", "a"), "2");
	assert_string_equal(value(CONF_PROFILE, "x-1", "A b"), "3");
	assert_string_equal(value(CONF_RELAY, "main", "a"), "4");
	assert_string_equal(value(CONF_ENDPOINT, "main", "b"), "5");
	assert_null(value(CONF_ENDPOINT, "b", "a"));
	assert_string_equal(value(CONF_UNKNOWN, "", "a"), "6");
	assert_string_equal(value(CONF_DIGEST, "", "a"), "7");
	assert_string_equal(value(CONF_PAGE, "", "a"), "8");
	assert_string_equal(value(CONF_RELAY, "b", "a"), "9");
	conf_free(&conf);
}

static void
names_may_be_as_long_as_endpoints(void **state)
{
	char text[128], name[65];

	(void)state;
	memset(name, 'n', 64);
	name[64] = '\0';
	(void)snprintf(text, sizeof(text), "[endpoint %s]\na = 1\n", name);
	assert_int_equal(conf_read(&conf, put(text)), 0);
	assert_string_equal(value(CONF_ENDPOINT, name, "a"), "1");
	conf_free(&conf);
}

static void
no_setting_is_a_fault(void **state)
{
	static const struct {
		const char *text;
		int number;
	} cases[] = {{"what\n", 1}, {"a = 1\n= b\n", 2}, {"\n[x]\n", 2},
	    {"[endpoint a b]\n", 1}, {"[endpoint a] b\n", 1}, {"[]\n", 1},
	    {"[endpoint a]\nwhat\n  a\n", 2}, {"[digest a]\n", 1},
	    {"[relay]\n", 1}, {"[relay A]\n", 1}, {"[digests]\n", 1},
	    {"[digest]\nwhat\n", 2}};
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(conf_read(&conf, put(cases[i].text)), 0);
		for (k = 0; k < conf.n && conf.list[k].fault == NULL; k++)
			continue;
		assert_true(k < conf.n);
		assert_int_equal(conf.list[k].number, cases[i].number);
	}
	conf_free(&conf);
}

static void
changes_are_noticed(void **state)
{
	const char *path = in_scratch("leadsheet.conf");
	struct timespec later[2] = {{1, 0}, {1, 0}};

	(void)state;
	assert_int_equal(conf_read(&conf, put("bom = yes\n")), 0);
	assert_false(conf_changed(&conf, path));
	assert_int_equal(utimensat(AT_FDCWD, path, later, 0), 0);
	assert_true(conf_changed(&conf, path));
	assert_int_equal(conf_read(&conf, path), 0);
	assert_false(conf_changed(&conf, path));
	assert_int_equal(unlink(path), 0);
	assert_true(conf_changed(&conf, path));
	assert_int_equal(conf_read(&conf, path), 0);
	assert_int_equal(conf.n, 0);
	conf_free(&conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("lines are names and values", lines_are_names_and_values),
	    TEST("sections are told apart", sections_are_told_apart),
	    TEST("a section's name may be as long as an endpoint's",
		names_may_be_as_long_as_endpoints),
	    TEST("what is no setting is a fault of its line",
		no_setting_is_a_fault),
	    TEST("a file that changed, came or went is noticed",
		changes_are_noticed),
	};

	return RUN(tests);
}
