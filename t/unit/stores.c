#include "home.h"

#include <dirent.h>

#include "http/stores.h"

static int
open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static struct store *
get(struct stores *all, const struct home *h, int number)
{
	struct endpoint e;
	struct fault f = {0};
	struct store *s;

	memset(&e, 0, sizeof(e));
	(void)snprintf(e.name, sizeof(e.name), "e%d", number);
	(void)snprintf(e.dir, sizeof(e.dir), "%s/e%d", scratch, number);
	(void)mkdir(e.dir, 0750);
	if ((s = stores_get(all, &e, &h->settings, &f)) == NULL)
		fail_msg("stores_get: %s", f.text);
	assert_string_equal(store_name(s), e.name);
	return s;
}

static void
last_used_stay_open(void **state)
{
	struct stores all = {0};
	struct home h;
	struct store *first;
	int i;

	(void)state;
	make_home(&h, "last");
	all.boot = &h.boot;
	first = get(&all, &h, 0);
	for (i = 1; i < STORES_MAX; i++)
		(void)get(&all, &h, i);
	assert_ptr_equal(get(&all, &h, 0), first);
	/* One more takes the place of the oldest, which is number 1. */
	(void)get(&all, &h, STORES_MAX);
	assert_ptr_equal(get(&all, &h, 0), first);
	stores_close(&all);
	stores_close(&all);
}

static void
any_number_is_served(void **state)
{
	struct stores all = {0};
	struct home h;
	int i, round, before;

	(void)state;
	make_home(&h, "many");
	all.boot = &h.boot;
	before = open_files();
	for (round = 0; round < 2; round++)
		for (i = 0; i < 40; i++)
			assert_int_equal(put(get(&all, &h, i), "a", 1, NOON),
			    round == 0 ? STORE_STORED : STORE_DUPLICATE);
	assert_true(open_files() - before <= 8 * STORES_MAX);
	stores_close(&all);
	assert_int_equal(open_files(), before);
}

static void
one_without_a_directory_harms_no_other(void **state)
{
	struct stores all = {0};
	struct endpoint e = {.name = "gone", .dir = "/nonexistent"};
	enum store_result result;
	struct fault f = {0};
	struct home h;
	struct store *s;
	int i;

	(void)state;
	make_home(&h, "gone");
	all.boot = &h.boot;
	for (i = 0; i < 3; i++)
		(void)get(&all, &h, i);
	s = get(&all, &h, 2);
	assert_non_null(stores_get(&all, &e, &h.settings, &f));
	assert_int_equal(
	    put_body(all.list[0].store, "{}", NOON, &result, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_ptr_equal(get(&all, &h, 2), s);
	assert_int_equal(put(s, "after-gone", 1, NOON), STORE_STORED);
	stores_close(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the last used stay open", last_used_stay_open),
	    TEST("any number of endpoints is served with few open files",
		any_number_is_served),
	    TEST("one without a directory harms no other",
		one_without_a_directory_harms_no_other),
	};

	return RUN(tests);
}
