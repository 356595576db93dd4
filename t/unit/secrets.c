#include "unit.h"

#include "config/secrets.h"

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
	return secrets_read(&e, s, f);
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
		secrets_forget(&s);
	}
	assert_int_equal(try_secrets("with blanks inside", 0400, &s, &f), 0);
	assert_string_equal(s.list[0], "with blanks inside");
	secrets_forget(&s);
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
	    TEST("secrets are read, one a line", secrets_are_read),
	    TEST("a secret that can't be used names the remedy",
		bad_secrets_name_the_remedy),
	};

	return RUN(tests);
}
