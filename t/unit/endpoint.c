#include "unit.h"

#include "endpoint.h"

static void
add(const char *home, const char *name)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	assert_int_equal(mkdir(path, 0750), 0);
}

static void
names_are_checked(void **state)
{
	char longest[70];

	(void)state;
	assert_true(endpoint_is_name("main"));
	assert_true(endpoint_is_name("a-1"));
	assert_true(endpoint_is_name("1"));
	assert_false(endpoint_is_name(""));
	assert_false(endpoint_is_name("health"));
	assert_false(endpoint_is_name("-a"));
	assert_false(endpoint_is_name("Main"));
	assert_false(endpoint_is_name("a/b"));
	assert_false(endpoint_is_name(".."));
	memset(longest, 'a', sizeof(longest));
	longest[64] = '\0';
	assert_true(endpoint_is_name(longest));
	longest[64] = 'a';
	longest[65] = '\0';
	assert_false(endpoint_is_name(longest));
}

static void
endpoints_are_found(void **state)
{
	const char *home = in_scratch("home");
	struct endpoint e;
	struct fault f = {0};

	(void)state;
	assert_int_equal(endpoint_find(&e, home, "main", &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_non_null(strstr(f.text, "LEADSHEET_HOME"));
	fault_clear(&f);
	assert_int_equal(mkdir(home, 0750), 0);
	assert_int_equal(endpoint_find(&e, home, "main", &f), 0);
	assert_int_equal(endpoint_find(&e, home, "", &f), 0);
	add(home, "main");
	add(home, "main/journal");
	assert_int_equal(endpoint_find(&e, home, "main", &f), 1);
	assert_int_equal(e.disabled, 0);
	write_file(in_scratch("home/main/disabled"), "", 0);
	assert_int_equal(endpoint_find(&e, home, "", &f), 1);
	assert_string_equal(e.name, "main");
	assert_int_equal(e.disabled, 1);
	write_file(in_scratch("home/file"), "", 0);
	assert_int_equal(endpoint_find(&e, home, "file", &f), 0);
	assert_int_equal(endpoint_find(&e, home, "..", &f), 0);
	assert_int_equal(endpoint_find(&e, home, "main/journal", &f), 0);
	/* With two of them an empty name means neither. */
	add(home, "other");
	assert_int_equal(endpoint_find(&e, home, "", &f), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("names of endpoints are checked", names_are_checked),
	    TEST("endpoints are found, the only one without its name",
		endpoints_are_found),
	};

	return RUN(tests);
}
