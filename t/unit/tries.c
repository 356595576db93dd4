#include <fcntl.h>
#include <sys/wait.h>

#include "unit.h"

#include "access/pagedir.h"
#include "access/tries.h"
#include "base/utc.h"

#define KEY "key"
#define NOW (INT64_C(1795000000) * UTC_SECOND)

static const char *
make_page(void)
{
	static char path[PATH_MAX];
	struct fault f = {0};

	assert_int_equal(pagedir_make(scratch, &f), 0);
	pagedir_path(scratch, path, "tries");
	(void)unlink(path);
	return path;
}

static int
try_at(const char *address, const char *name, int64_t now, int *wait_for)
{
	struct fault f = {0};

	return tries_begin(scratch, address, name, KEY, now, wait_for, &f);
}

static int
try_once(const char *address, const char *name)
{
	int ignored;

	return try_at(address, name, NOW, &ignored);
}

static void
an_address_has_ten(void **state)
{
	char name[16];
	int i, left;

	(void)state;
	(void)make_page();
	for (i = 0; i < TRIES_ADDRESS; i++) {
		(void)snprintf(name, sizeof(name), "name%d", i);
		assert_int_equal(try_once("192.0.2.1", name), 1);
	}
	assert_int_equal(
	    try_at("192.0.2.1", "x", NOW + 100 * UTC_SECOND, &left), 0);
	assert_int_equal(left, TRIES_SECONDS - 100);
	assert_int_equal(try_once("192.0.2.2", "x"), 1);
	/* Refused ones don't make it longer. */
	assert_int_equal(
	    try_at("192.0.2.1", "x", NOW + TRIES_SECONDS * UTC_SECOND, &left),
	    1);
	assert_int_equal(left, 0);
}

static void
a_name_has_fifty(void **state)
{
	char address[32];
	int i;

	(void)state;
	(void)make_page();
	for (i = 0; i < TRIES_NAME; i++) {
		(void)snprintf(address, sizeof(address), "192.0.2.%d", i);
		assert_int_equal(try_once(address, "anna"), 1);
	}
	assert_int_equal(try_once("198.51.100.1", "anna"), 0);
	/* It wasn't counted for the address. */
	for (i = 0; i < TRIES_ADDRESS; i++)
		assert_int_equal(try_once("198.51.100.1", "ben"), 1);
	assert_int_equal(try_once("198.51.100.1", "carl"), 0);
}

static void
right_ones_are_taken_back(void **state)
{
	struct fault f = {0};
	int i;

	(void)state;
	(void)make_page();
	for (i = 0; i < 3 * TRIES_ADDRESS; i++) {
		assert_int_equal(try_once("192.0.2.1", "anna"), 1);
		assert_int_equal(
		    tries_right(scratch, "192.0.2.1", "anna", KEY, &f), 0);
	}
	assert_int_equal(tries_right(scratch, "192.0.2.9", "x", KEY, &f), 0);
	for (i = 0; i < TRIES_ADDRESS; i++)
		assert_int_equal(try_once("192.0.2.1", "anna"), 1);
	assert_int_equal(try_once("192.0.2.1", "anna"), 0);
}

static void
of_ipv6_half_counts(void **state)
{
	static const char *const same[] = {"2001:db8:1:2::1",
	    "2001:0db8:0001:0002:ffff:1:2:3", "2001:DB8:1:2::"};
	int i;

	(void)state;
	(void)make_page();
	for (i = 0; i < TRIES_ADDRESS; i++)
		assert_int_equal(try_once(same[i % 3], "x"), 1);
	assert_int_equal(try_once("2001:db8:1:2:9::", "x"), 0);
	assert_int_equal(try_once("2001:db8:1:3::1", "x"), 1);
	for (i = 0; i < TRIES_ADDRESS; i++)
		assert_int_equal(try_once("::ffff:192.0.2.7", "y"), 1);
	assert_int_equal(try_once("192.0.2.7", "y"), 0);
	/* Two of IPv4 are two, also in IPv6's form. */
	assert_int_equal(try_once("::ffff:192.0.2.8", "y"), 1);
	/* Whatever a web server calls it. */
	for (i = 0; i < TRIES_ADDRESS; i++)
		assert_int_equal(try_once("unix:", "z"), 1);
	assert_int_equal(try_once("unix:", "z"), 0);
	assert_int_equal(try_once("", "z"), 1);
}

static void
a_clock_set_back_locks_nobody_out(void **state)
{
	int i, left;

	(void)state;
	(void)make_page();
	for (i = 0; i < TRIES_ADDRESS; i++)
		assert_int_equal(try_once("192.0.2.1", "x"), 1);
	assert_int_equal(
	    try_at("192.0.2.1", "x", NOW - 86400 * UTC_SECOND, &left), 1);
}

/* Others come and go, and who is at it stays counted. */
static void
a_flood_forgets_nobody(void **state)
{
	char address[32];
	int i;

	(void)state;
	(void)make_page();
	for (i = 0; i < TRIES_NAME; i++) {
		(void)snprintf(address, sizeof(address), "10.9.9.%d", i);
		assert_int_equal(try_once(address, "anna"), 1);
	}
	for (i = 0; i < 9000; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "name%d", i);
		(void)snprintf(
		    address, sizeof(address), "10.1.%d.%d", i / 250, i % 250);
		assert_int_equal(try_once(address, name), 1);
	}
	assert_int_equal(try_once("203.0.113.1", "anna"), 0);
}

/* Together they get no more than one would. */
static void
side_by_side_none_is_free(void **state)
{
	int i, k, status, passed = 0;

	(void)state;
	(void)make_page();
	for (i = 0; i < 4; i++)
		if (fork() == 0) {
			for (k = 0; k < TRIES_ADDRESS; k++)
				passed += try_once("192.0.2.1", "x") == 1;
			_exit(passed);
		}
	while (wait(&status) > 0) {
		assert_true(WIFEXITED(status));
		passed += WEXITSTATUS(status);
	}
	assert_int_equal(passed, TRIES_ADDRESS);
}

static void
damaged_file_is_made_anew(void **state)
{
	const char *path = make_page();
	struct stat st;
	int ignored;

	(void)state;
	write_file(path, "torn", 4);
	assert_int_equal(try_once("192.0.2.1", "x"), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 2 * 512 * 8 * 16);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(try_once("192.0.2.1", "x"), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(try_at("192.0.2.1", "x", NOW, &ignored), -1);
	assert_int_equal(unlink(path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("an address has ten wrong passwords in a quarter of an hour",
		an_address_has_ten),
	    TEST("a name has fifty, from wherever they come", a_name_has_fifty),
	    TEST("a right password doesn't count", right_ones_are_taken_back),
	    TEST("of IPv6 the first half of an address counts",
		of_ipv6_half_counts),
	    TEST("a clock that is set back locks nobody out",
		a_clock_set_back_locks_nobody_out),
	    TEST("thousands of others make no count forgotten",
		a_flood_forgets_nobody),
	    TEST("side by side no try is free", side_by_side_none_is_free),
	    TEST("a file that is damaged, or missing, is made anew",
		damaged_file_is_made_anew),
	};

	return RUN(tests);
}
