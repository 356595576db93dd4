#include "unit.h"

#include <unistd.h>

#include "cli/deliver/authorities.h"

static void
named(void **state)
{
	(void)state;
	assert_string_equal(
	    authorities_file("/nowhere/mine.pem", "/"), "/nowhere/mine.pem");
}

static void
own(void **state)
{
	(void)state;
	assert_string_equal(authorities_file(NULL, "/dev/null"), "/dev/null");
	assert_string_equal(authorities_file("", "/dev/null"), "/dev/null");
}

/* Which of the places this machine has is not the test's to say. */
static void
elsewhere(void **state)
{
	static const char *const none[] = {NULL, "", "/nowhere/bundle.crt"};
	static const char usual[] = "/etc/ssl/certs/ca-certificates.crt";
	const char *found;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		found = authorities_file(NULL, none[i]);
		assert_int_equal(found[0], '/');
		if (access(usual, R_OK) == 0 || access(found, R_OK) != 0)
			assert_string_equal(found, usual);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a file that is named is taken, wherever it is", named),
	    TEST("else the library's own, where it can be read", own),
	    TEST("else a known place, or the most common one", elsewhere),
	};

	return RUN(tests);
}
