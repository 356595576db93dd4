#include <limits.h>

#include "unit.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the home is the first one that counts", first_that_counts)};

	return RUN(tests);
}
