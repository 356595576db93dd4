#include "home.h"

#include "upkeep/prune.h"

#define BEFORE  "2026-11-24"
#define SEGMENT "journal/" DAY ".jsonl"

static void
one_day_leaves(void **state)
{
	char replaced[PATH_MAX], command[PATH_MAX + 64];
	struct dayfiles files = {0};
	struct fault f = {0};
	struct repair r;
	struct home h;
	struct store *s;
	int i;

	(void)state;
	make_home(&h, "prune");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	assert_int_equal(chmod(at_home(&h, SEGMENT), 0440), 0);
	put(s, "b", 1, NOON);
	put(s, "c", 1, NOON + 86400 * UTC_SECOND);
	(void)snprintf(
	    replaced, sizeof(replaced), "%s", at_home(&h, "sheets/replaced"));
	repair_open(&r, &h.endpoint, &h.settings, &h.boot);
	assert_int_equal(prune_list(&r, replaced, DAY, &files, &f), 0);
	assert_int_equal(files.n, 0);
	assert_int_equal(prune_list(&r, replaced, BEFORE, &files, &f), 0);
	assert_int_equal(files.n, 3);
	assert_int_equal(prune_day(&r, files.list, files.n, &f), 0);
	dayfiles_free(&files);
	assert_int_equal(prune_list(&r, replaced, BEFORE, &files, &f), 0);
	assert_int_equal(files.n, 0);
	dayfiles_free(&files);
	assert_int_equal(lines_in(at_home(&h, "journal/" DAY ".ids")), 2);
	/* The store that has all of it open, and one that has nothing. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
		assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
		assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
		store_close(s);
		(void)snprintf(command, sizeof(command),
		    "rm -f '%s'/index.sqlite*", h.endpoint.dir);
		assert_int_equal(system(command), 0);
		s = open_store(&h);
	}
	store_close(s);
	repair_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a day leaves, and its ids stay known", one_day_leaves),
	};

	return RUN(tests);
}
