#include "unit.h"

#include "cli/people/strings.h"

static void
each_is_kept_once(void **state)
{
	static const char *const words[] = {"a", "", "b", "a", "ab", "", "a"};
	static const uint32_t numbers[] = {0, 1, 2, 0, 3, 1, 0};
	struct strings s = {.nslots = 0};
	struct fault f = {0};
	uint32_t number;
	size_t i, n;
	int rc;

	(void)state;
	for (i = 0; i < COUNT(words); i++) {
		rc = strings_add(&s, words[i], strlen(words[i]), &number, &f);
		assert_int_not_equal(rc, -1);
		assert_int_equal(rc, i < 3 || i == 4);
		assert_int_equal(number, numbers[i]);
		assert_memory_equal(
		    strings_get(&s, number, &n), words[i], strlen(words[i]));
		assert_int_equal(n, strlen(words[i]));
	}
	assert_int_equal(strings_count(&s), 4);
	assert_int_equal(strings_find(&s, "ab", 2, &number), 1);
	assert_int_equal(number, 3);
	assert_int_equal(strings_find(&s, "abc", 3, &number), 0);
	assert_int_equal(strings_find(&s, "a\0", 2, &number), 0);
	strings_free(&s);
	assert_int_equal(strings_count(&s), 0);
}

static void
none_is_found_among_none(void **state)
{
	struct strings s = {.nslots = 0};
	uint32_t number;

	(void)state;
	assert_int_equal(strings_find(&s, "", 0, &number), 0);
	strings_free(&s);
}

static void
numbers_outlast_growth(void **state)
{
	struct strings s = {.nslots = 0};
	struct fault f = {0};
	uint32_t number, i, k;
	size_t n;

	(void)state;
	/* Twice, the second time without anything new. */
	for (k = 0; k < 2; k++)
		for (i = 0; i < 100000; i++) {
			assert_int_equal(strings_add(&s, (const char *)&i,
					     sizeof(i), &number, &f),
			    k == 0);
			assert_int_equal(number, i);
		}
	assert_int_equal(strings_count(&s), 100000);
	/* The slots stay between three eighths and three quarters full. */
	assert_true(s.nslots >= 100000 / 3 * 4 && s.nslots <= 100000 * 8 / 3);
	for (i = 0; i < 100000; i += 997) {
		assert_memory_equal(strings_get(&s, i, &n), &i, sizeof(i));
		assert_int_equal(n, sizeof(i));
	}
	strings_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each string is kept once, under its number",
		each_is_kept_once),
	    TEST("among none there is none", none_is_found_among_none),
	    TEST("numbers stay while there come more", numbers_outlast_growth),
	};

	return RUN(tests);
}
