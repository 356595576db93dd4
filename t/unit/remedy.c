#include "unit.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "config/remedy.h"

/* What comes of a message; good until the next call. */
static const char *
complete(const struct remedy *r, const char *text)
{
	static struct bytes b;

	bytes_reset(&b);
	remedy_complete(r, text, &b);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	return b.data;
}

static void
commands_get_home_and_user(void **state)
{
	static const struct {
		struct remedy r;
		const char *text, *completed;
	} cases[] = {
	    /* One's own, found by itself. */
	    {{"leadsheet", NULL, 7, 7, "joe", 0, 7},
		"no secret; run "
		"\"leadsheet secret main\"",
		"no secret; run \"leadsheet secret main\""},
	    {{"/a/b c/leadsheet", "/h'h", 7, 7, "joe", 0, 7},
		"\"leadsheet secret main\" makes one",
		"\"'/a/b c/leadsheet' --home '/h'\\''h' secret main\" makes "
		"one"},
	    /* Another's. */
	    {{"leadsheet", "/h", 0, 7, "joe", 0, 7},
		"\"leadsheet secret main\"",
		"\"runuser -u joe -- leadsheet --home /h secret main\""},
	    {{"leadsheet", "/h", 9, 7, "joe", 1, 7},
		"\"leadsheet secret main\"",
		"\"sudo -u joe leadsheet --home /h secret main\""},
	    {{"leadsheet", "/h h", 9, 7, "joe", 0, 7},
		"\"leadsheet secret main\"",
		"\"su -c 'runuser -u joe -- leadsheet --home '\\''/h h'\\'' "
		"secret main'\""},
	    {{"leadsheet", "/h", 0, 7, NULL, 1, 7}, "\"leadsheet rebuild\"",
		"\"setpriv --reuid=7 --regid=7 --clear-groups leadsheet "
		"--home /h rebuild\""},
	    {{"leadsheet", "/h", 9, 7, NULL, 1, 7}, "\"leadsheet rebuild\"",
		"\"sudo setpriv --reuid=7 --regid=7 --clear-groups leadsheet "
		"--home /h rebuild\""},
	    {{"leadsheet", "/h", 9, 0, "root", 1, 0}, "\"leadsheet rebuild\"",
		"\"sudo leadsheet --home /h rebuild\""},
	    {{"leadsheet", "/h", 9, 0, "root", 0, 0}, "\"leadsheet rebuild\"",
		"\"su -c 'leadsheet --home /h rebuild'\""},
	    /* The page's directory may be of a third one. */
	    {{"leadsheet", "/h", 0, 7, "joe", 0, 8},
		"\"leadsheet page user list\"",
		"\"leadsheet --home /h page user list\""},
	    {{"leadsheet", "/h", 8, 7, "joe", 0, 8},
		"\"leadsheet page user list\"",
		"\"leadsheet --home /h page user list\""},
	    {{"leadsheet", "/h", 7, 7, "joe", 1, 8},
		"\"leadsheet page user list\"",
		"\"sudo leadsheet --home /h page user list\""},
	    {{"leadsheet", "/h", 7, 7, "joe", 1, 8},
		"\"chmod 600 /h/page/key\"", "\"sudo chmod 600 /h/page/key\""},
	    {{"leadsheet", "/h", 7, 7, "joe", 1, 8},
		"\"chmod 600 /h/pages/key\"", "\"chmod 600 /h/pages/key\""},
	    /* To look takes no other user. */
	    {{"leadsheet", "/h", 9, 7, "joe", 1, 7}, "\"leadsheet check main\"",
		"\"leadsheet --home /h check main\""},
	    {{"leadsheet", "/h", 9, 7, "joe", 1, 7},
		"\"leadsheet endpoint list\"",
		"\"leadsheet --home /h endpoint list\""},
	    {{"leadsheet", "/h", 9, 7, "joe", 1, 7},
		"see \"leadsheet init --help\"",
		"see \"leadsheet init --help\""},
	    {{"leadsheet", "/h", 9, 7, "joe", 1, 7},
		"\"leadsheet --home DIR init\"",
		"\"leadsheet --home DIR init\""},
	    /* Files. */
	    {{"leadsheet", "/h", 7, 7, "joe", 0, 7}, "\"chmod 600 /a b/c's\"",
		"\"chmod 600 '/a b/c'\\''s'\""},
	    {{"leadsheet", "/h", 9, 7, "joe", 1, 7}, "\"chmod 600 /a\"",
		"\"sudo chmod 600 /a\""},
	    {{"leadsheet", "/h", 0, 7, "joe", 0, 7}, "\"chmod 600 /a\"",
		"\"chmod 600 /a\""},
	    {{"leadsheet", "/h", 7, 7, "joe", 0, 7}, "\"chown joe /a\"",
		"\"su -c 'chown joe /a'\""},
	    {{"leadsheet", "/h", 7, 7, "joe", 1, 7}, "\"usermod -aG g joe\"",
		"\"sudo usermod -aG g joe\""},
	    /* What is none. */
	    {{"leadsheet", "/h", 0, 7, "joe", 0, 7},
		"\"leadsheets\" and \"x\" and \"leadsheet rebuild",
		"\"leadsheets\" and \"x\" and \"leadsheet rebuild"},
	    {{"leadsheet", "/h", 7, 7, "joe", 0, 7},
		"\"kind\":\"x\" \"leadsheet rebuild\" and \"leadsheet prune\"",
		"\"kind\":\"x\" \"leadsheet --home /h rebuild\" and "
		"\"leadsheet --home /h prune\""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    complete(&cases[i].r, cases[i].text), cases[i].completed);
}

/* Nobody logs in as a user of the system's: it is root who reads the log. */
static void
log_is_read_by_root(void **state)
{
	char user[REMEDY_USER_SIZE], expected[PATH_MAX + 64];
	struct remedy r;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(in_scratch("home"), 0755), 0);
	remedy_for_log(&r, in_scratch("home"), user);
	assert_string_equal(r.owner_name, "root");
	assert_int_equal(r.reader, 0);
	assert_int_equal(chown(in_scratch("home"), 1, 1), 0);
	remedy_for_log(&r, in_scratch("home"), user);
	(void)snprintf(expected, sizeof(expected),
	    "\"runuser -u daemon -- leadsheet --home %s rebuild\"",
	    in_scratch("home"));
	assert_string_equal(complete(&r, "\"leadsheet rebuild\""), expected);
	assert_int_equal(chown(in_scratch("home"), 3000, 1), 0);
	remedy_for_log(&r, in_scratch("home"), user);
	(void)snprintf(expected, sizeof(expected),
	    "\"leadsheet --home %s rebuild\"", in_scratch("home"));
	assert_string_equal(complete(&r, "\"leadsheet rebuild\""), expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a command gets the home and the user that it takes",
		commands_get_home_and_user),
	    TEST("the log tells root where nobody logs in as the owner",
		log_is_read_by_root),
	};

	return RUN(tests);
}
