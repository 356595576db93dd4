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

static int
try_secrets(
    const char *text, mode_t mode, struct signature_secrets *s, struct fault *f)
{
	struct endpoint e = {.name = "main"};
	char path[PATH_MAX];

	(void)strcpy(e.dir, scratch);
	endpoint_path(&e, path, "secret");
	(void)unlink(path);
	if (text != NULL) {
		write_file(path, text, strlen(text));
		assert_int_equal(chmod(path, mode), 0);
	}
	fault_clear(f);
	return endpoint_secrets(&e, s, f);
}

static void
secrets_are_read(void **state)
{
	static const char *const texts[] = {
	    "s1\ns2\n", "s1\ns2", "s1\r\ns2\r\n", "\n  s1 \n\n\ts2\t\n\n"};
	struct signature_secrets s;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		assert_int_equal(try_secrets(texts[i], 0600, &s, &f), 0);
		assert_int_equal(s.n, 2);
		assert_string_equal(s.list[0], "s1");
		assert_string_equal(s.list[1], "s2");
		endpoint_forget_secrets(&s);
	}
	assert_int_equal(try_secrets("with blanks inside", 0400, &s, &f), 0);
	assert_string_equal(s.list[0], "with blanks inside");
	endpoint_forget_secrets(&s);
}

static void
bad_secrets_name_the_remedy(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *says;
	} cases[] = {{NULL, 0, "no secret yet"}, {"", 0600, "no secret"},
	    {" \r\n\t\n", 0600, "no secret"}, {"s\n", 0644, "chmod 600"},
	    {"s\n", 0640, "chmod 600"}, {"s\n", 0604, "chmod 600"}};
	struct signature_secrets s;
	struct fault f = {0};
	static char huge[20000];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
		    try_secrets(cases[i].text, cases[i].mode, &s, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, cases[i].says));
		assert_non_null(strstr(f.text, "main"));
	}
	memset(huge, 's', sizeof(huge) - 1);
	assert_int_equal(try_secrets(huge, 0600, &s, &f), -1);
	assert_null(strstr(f.text, "ssss"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("names of endpoints are checked", names_are_checked),
	    TEST("endpoints are found, the only one without its name",
		endpoints_are_found),
	    TEST("secrets are read, one a line", secrets_are_read),
	    TEST("a secret that can't be used names the remedy",
		bad_secrets_name_the_remedy),
	};

	return RUN(tests);
}
