#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* "ab" as an editor saves it in UTF-16, and what else has NULs. */
static void
no_part_of_a_text_is_a_secret(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} cases[] = {{"a\0b\0\n\0", 6}, {"good\0rest\n", 10},
	    {"\xff\xfe"
	     "a\0\n\0",
		6}};
	struct endpoint e = {.name = "main"};
	struct signature_secrets s;
	struct fault f = {0};
	char path[PATH_MAX];
	size_t i;

	(void)state;
	(void)strcpy(e.dir, scratch);
	endpoint_path(&e, path, "secret");
	for (i = 0; i < COUNT(cases); i++) {
		fault_clear(&f);
		write_file(path, cases[i].text, cases[i].n);
		assert_int_equal(chmod(path, 0600), 0);
		assert_int_equal(secrets_read(&e, &s, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_non_null(strstr(f.text, "is not plain text"));
	}
}

static void
mark_is_no_part_of_a_secret(void **state)
{
	static const char *const list[] = {"\xef\xbb\xbfs1"};
	const struct signature_secrets marked = {list, 1};
	struct endpoint e = {.name = "main"};
	struct signature_secrets s;
	struct fault f = {0};

	(void)state;
	assert_int_equal(
	    try_secrets("\xef\xbb\xbf\xef\xbb\xbfs1\n", 0600, &s, &f), 0);
	assert_string_equal(s.list[0], "s1");
	secrets_forget(&s);
	(void)strcpy(e.dir, scratch);
	assert_int_equal(secrets_write(&e, &marked, &f), -1);
	assert_non_null(strstr(f.text, "byte order mark"));
	/* Nothing is changed. */
	fault_clear(&f);
	assert_int_equal(secrets_read(&e, &s, &f), 0);
	assert_string_equal(s.list[0], "s1");
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

/* Even where a secret can be read from it. */
static void
only_a_plain_file_has_secrets(void **state)
{
	struct endpoint e = {.name = "main"};
	struct signature_secrets s;
	struct fault f = {0};
	char path[PATH_MAX];
	int fd;

	(void)state;
	(void)strcpy(e.dir, scratch);
	endpoint_path(&e, path, "secret");
	(void)unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(secrets_read(&e, &s, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_non_null(strstr(f.text, "is not a plain file"));
	assert_int_equal(rmdir(path), 0);

	fault_clear(&f);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR);
	assert_true(fd != -1);
	assert_int_equal(write(fd, "secret\n", 7), 7);
	assert_int_equal(secrets_read(&e, &s, &f), -1);
	assert_non_null(strstr(f.text, "is not a plain file"));
	assert_null(strstr(f.text, "no secret"));
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(path), 0);
}

static void
odd_ones_are_told(void **state)
{
	static const struct {
		const char *secret;
		const char *says;
	} cases[] = {{"abc", NULL}, {"a\"b'c", NULL}, {"whsec_a+/=", NULL},
	    {"\xc3\xa9t\xc3\xa9", NULL}, {"\xe2\x82\xac", NULL},
	    {"a b", "a blank"}, {"a\tb", "control"}, {"a\x7f", "control"},
	    {"a\xc2\x85", "control"}, {"a\xc2\xa0", "no-break"},
	    {"\xe2\x80\xaf"
	     "a",
		"no-break"},
	    {"a\xe3\x80\x80", "a blank"}, {"a\xe2\x80\x8d", "invisible"},
	    {"\xef\xbb\xbf"
	     "a",
		"invisible"},
	    {"a\xf3\xa0\x81\x81", "invisible"},
	    {"\xff"
	     "a",
		"unreadable"},
	    {"\xc2", "unreadable"}, {"\"a\"", "a quote"}, {"'a", "a quote"},
	    {"a`", "a quote"},
	    {"\xc2\xab"
	     "a\xc2\xbb",
		"a quote"},
	    {"a\xe2\x80\x9d", "a quote"}};
	const char *what;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		what = secrets_oddity(cases[i].secret);
		if ((what == NULL) != (cases[i].says == NULL) ||
		    (what != NULL && strstr(what, cases[i].says) == NULL))
			fail_msg("%s: %s", cases[i].secret,
			    what == NULL ? "nothing" : what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(
		"no part of a text is a secret", no_part_of_a_text_is_a_secret),
	    TEST("a byte order mark is no part of a secret",
		mark_is_no_part_of_a_secret),
	    TEST("what came along when it was copied is told",
		odd_ones_are_told),
	    TEST("secrets are read, one a line", secrets_are_read),
	    TEST("only a plain file has secrets, whatever can be read from "
		 "another",
		only_a_plain_file_has_secrets),
	    TEST("a secret that can't be used names the remedy",
		bad_secrets_name_the_remedy),
	};

	return RUN(tests);
}
