#include <limits.h>

#include "unit.h"

#include <unistd.h>

#include "config/homedir.h"

static void
first_that_counts(void **state)
{
	char room[PATH_MAX], user[PATH_MAX];
	const char *home;

	(void)state;
	(void)snprintf(user, sizeof(user), "%s", in_scratch("user"));
	assert_int_equal(mkdir(user, 0755), 0);
	assert_string_equal(homedir_find(room, "/a", "/b", user, "/d"), "/a");
	assert_string_equal(homedir_find(room, NULL, "/b", user, "/d"), "/b");
	assert_string_equal(homedir_find(room, NULL, "", user, "/d"), "/d");
	assert_string_equal(homedir_find(room, NULL, NULL, NULL, "/d"), "/d");
	assert_string_equal(homedir_find(room, NULL, NULL, "x", "/d"), "/d");
	assert_int_equal(mkdir(in_scratch("user/.leadsheet"), 0755), 0);
	home = homedir_find(room, NULL, NULL, user, "/d");
	assert_string_equal(home, in_scratch("user/.leadsheet"));
}

/* What root makes in another user's home that user can't write to. */
static void
root_keeps_out_of_others(void **state)
{
	const char *home = in_scratch("theirs");
	struct fault f = {0};

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(homedir_check_user(home, &f), 0);
	assert_int_equal(mkdir(home, 0755), 0);
	assert_int_equal(homedir_check_user(home, &f), 0);
	assert_int_equal(chown(home, 1, 1), 0);
	assert_int_equal(homedir_check_user(home, &f), -1);
	assert_int_equal(f.kind, FAULT_SETUP);
	assert_non_null(strstr(f.text, "belongs to daemon"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the home is the first one that counts", first_that_counts),
	    TEST("root keeps out of another user's home",
		root_keeps_out_of_others)};

	return RUN(tests);
}
