#include <sys/stat.h>

#include "home.h"

#include "config/retired.h"

#define T1 NOON
#define T2 (NOON + A_DAY)

static const char *const abc[] = {"a", "b", "c"};

static void
add_ok(const struct home *h, const char *const *old, size_t nold,
    const char *const *kept, size_t nkept, int64_t now)
{
	const struct signature_secrets was = {old, nold}, is = {kept, nkept};
	struct fault f = {0};

	if (retired_add(&h->endpoint, &was, &is, now, &f) == -1)
		fail_msg("retired_add: %s", f.text);
}

static void
dropped_ones_are_remembered(void **state)
{
	struct stat st;
	struct home h;

	(void)state;
	make_home(&h, "dropped");
	assert_int_equal(retired_when(&h.endpoint, NULL), 0);
	add_ok(&h, abc, 2, abc, 1, T1);
	assert_int_equal(retired_when(&h.endpoint, "b"), T1);
	assert_int_equal(retired_when(&h.endpoint, "a"), 0);
	add_ok(&h, abc, 1, abc + 2, 1, T2);
	assert_int_equal(retired_when(&h.endpoint, "a"), T2);
	assert_int_equal(retired_when(&h.endpoint, NULL), T2);
	assert_int_equal(stat(at_home(&h, "retired"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(lines_in(at_home(&h, "retired")), 2);
	/* Accepted again: it isn't one any more. */
	add_ok(&h, abc + 2, 1, abc, 3, T2 + 1);
	assert_int_equal(retired_when(&h.endpoint, NULL), 0);
	assert_int_equal(lines_in(at_home(&h, "retired")), 0);
}

static void
nothing_dropped_writes_nothing(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "nothing");
	add_ok(&h, abc, 2, abc, 3, T1);
	add_ok(&h, abc, 0, abc, 1, T1);
	assert_false(exists(at_home(&h, "retired")));
}

static void
no_secret_stands_there(void **state)
{
	static const char *const secret[] = {"a-long-and-secret-one"};
	struct home h;

	(void)state;
	make_home(&h, "secret");
	add_ok(&h, secret, 1, abc, 1, T1);
	assert_int_equal(count_in(at_home(&h, "retired"), secret[0]), 0);
	at_home_run(&h, "grep -Exq '2026-11-23T12:00:00.000000Z [0-9a-f]{16}' "
			"retired");
}

static void
newest_are_kept(void **state)
{
	char name[16];
	const char *one[] = {name};
	struct home h;
	int i;

	(void)state;
	make_home(&h, "many");
	for (i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof(name), "s%d", i);
		add_ok(&h, one, 1, abc, 1, T1 + i);
	}
	assert_int_equal(lines_in(at_home(&h, "retired")), 64);
	assert_int_equal(retired_when(&h.endpoint, "s99"), T1 + 99);
	assert_int_equal(retired_when(&h.endpoint, "s36"), T1 + 36);
	assert_int_equal(retired_when(&h.endpoint, "s35"), 0);
}

static void
garbage_is_passed_over(void **state)
{
	static const char *const texts[] = {"", "\n", "x\n", "2026-11-23\n",
	    "2026-11-23T12:00:00.000000Z\n",
	    "2026-11-23T12:00:00.000000Z 0123456789abcdeg\n",
	    "2026-11-23T12:00:00.000000Z 0123456789abcdef0\n",
	    "2026-11-23T12:00:00.000000Z 0123456789abcdef"};
	struct home h;
	size_t i;

	(void)state;
	make_home(&h, "garbage");
	for (i = 0; i < COUNT(texts); i++) {
		write_file(at_home(&h, "retired"), texts[i], strlen(texts[i]));
		assert_int_equal(retired_when(&h.endpoint, NULL), 0);
	}
	add_ok(&h, abc, 1, abc + 1, 1, T1);
	assert_int_equal(retired_when(&h.endpoint, "a"), T1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what is dropped is remembered", dropped_ones_are_remembered),
	    TEST("where nothing is dropped nothing is written",
		nothing_dropped_writes_nothing),
	    TEST("no secret stands there", no_secret_stands_there),
	    TEST("the newest are kept", newest_are_kept),
	    TEST("garbage is passed over", garbage_is_passed_over),
	};
	struct fault f = {0};

	if (signature_start(0, &f) == -1)
		return 1;
	return RUN(tests);
}
