#include "home.h"

#include <errno.h>

#include "journal/pruned.h"

#define IDS "journal/" DAY ".ids"

/* The keys that were visited, a blank behind each. */
static struct bytes seen;

static int
see(void *stop, const char *key, size_t n, const char *sha256, struct fault *f)
{
	assert_int_equal(strspn(sha256, "0123456789abcdef"), 64);
	bytes_add(&seen, key, n);
	bytes_addc(&seen, ' ');
	return stop != NULL ? fault_set(f, FAULT_SETUP, 0, "enough") : 0;
}

static int
see_all(const char *journal, void *stop, struct fault *f)
{
	int rc;

	bytes_reset(&seen);
	rc = pruned_each(journal, DAY, see, stop, f);
	bytes_addc(&seen, '\0');
	return rc;
}

/* Leads, a test, an odd id, another event: what has a key is there. */
static void
keys_come_back(void **state)
{
	const struct place segment = {DAY, 1, 0};
	enum store_result result;
	struct fault f = {0};
	struct home h;
	struct store *s;
	char *body, path[PATH_MAX], expected[256], other[SIGNATURE_SIZE];

	(void)state;
	make_home(&h, "keys");
	s = open_store(&h);
	put(s, "a", 2, NOON);
	put(s, "a\\\"\\u00e4", 1, NOON);
	body = make_body("t", 1, "\"test\":true,");
	assert_int_equal(put_body(s, body, NOON, &result, &f), 0);
	free(body);
	assert_int_equal(
	    put_body(s, "{\"event\":\"x\"}", NOON, &result, &f), 0);
	store_close(s);
	(void)strcpy(path, at_home(&h, "journal"));
	assert_int_equal(pruned_add(path, DAY, &segment, 1, &f), 0);
	assert_false(exists(at_home(&h, IDS ".new")));
	assert_int_equal(see_all(path, NULL, &f), 0);
	assert_int_equal(
	    signature_sha256("{\"event\":\"x\"}", 13, other, &f), 0);
	(void)snprintf(expected, sizeof(expected), "a a\"\xc3\xa4 %s ", other);
	assert_string_equal(seen.data, expected);
	/* Nothing of a person. */
	assert_int_equal(count_in(at_home(&h, IDS), "a-0"), 0);
	assert_int_equal(see_all(path, &h, &f), -1);
	assert_string_equal(seen.data, "a ");
}

static void
later_ones_are_added(void **state)
{
	const struct place segments[] = {{DAY, 1, 0}, {DAY, 2, 0}};
	struct fault f = {0};
	struct home h;
	struct store *s;
	const char *dir;

	(void)state;
	make_home(&h, "later");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	dir = at_home(&h, "journal");
	assert_int_equal(pruned_add(dir, DAY, segments, 1, &f), 0);
	assert_int_equal(unlink(at_home(&h, "journal/" DAY ".jsonl")), 0);
	put(s, "b", 1, NOON);
	assert_int_equal(chmod(at_home(&h, "journal/" DAY ".jsonl"), 0440), 0);
	put(s, "c", 1, NOON);
	store_close(s);
	/* What is left of a try that was cut off is in nobody's way. */
	write_file(at_home(&h, IDS ".new"), "half", 4);
	dir = at_home(&h, "journal");
	assert_int_equal(pruned_add(dir, DAY, segments, 2, &f), 0);
	assert_int_equal(see_all(dir, NULL, &f), 0);
	assert_string_equal(seen.data, "a b c ");
}

static void
damage_is_passed_over(void **state)
{
	static const char hex[] =
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct fault f = {0};
	char text[1024];

	(void)state;
	(void)snprintf(text, sizeof(text),
	    "{\"key\":\"a\",\"sha256\":\"%s\"}\n"
	    "{\"key\":\"b\",\"sha256\":\"%.63s\"}\n"
	    "\n{\n{\"key\":\"c\n{\"key\":\"\",\"sha256\":\"%s\"}\n"
	    "{\"key\":\"d\",\"sha256\":\"%s\"}\n"
	    "{\"key\":\"e\",\"sha256\":\"%s\"}",
	    hex, hex, hex, hex, hex);
	write_file(in_scratch(DAY ".ids"), text, strlen(text));
	assert_int_equal(see_all(scratch, NULL, &f), 0);
	assert_string_equal(seen.data, "a d ");
	assert_int_equal(pruned_each(scratch, "2026-11-22", see, NULL, &f), -1);
	assert_int_equal(f.err, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("every key of a day comes back, and no person's data",
		keys_come_back),
	    TEST("what comes later is added", later_ones_are_added),
	    TEST("a damaged line is passed over", damage_is_passed_over),
	};
	int rc = RUN(tests);

	bytes_free(&seen);
	return rc;
}
