#include "home.h"

#include "store/hold.h"
#include "task/pending.h"
#include "upkeep/prune.h"

#define BEFORE   "2026-11-24"
#define SEGMENT  "journal/" DAY ".jsonl"
#define TOMORROW (NOON + 86400 * UTC_SECOND)

static void
one_day_leaves(void **state)
{
	struct listing files = {0};
	struct pending p = {0};
	struct fault f = {0};
	enum store_result result;
	struct hold hold;
	struct home h;
	struct store *s;
	int i;

	(void)state;
	make_home(&h, "prune");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON);
	assert_int_equal(
	    put_body(s, "{\"event\":\"x\"}", NOON, &result, &f), 0);
	put(s, "c", 1, TOMORROW);
	write_file(at_home(&h, "sheets/leads-" DAY "-2.tsv"), "edited", 6);
	write_file(at_home(&h, "journal/" DAY ".torn-1"), "x", 1);
	hold_init(&hold, &h.endpoint, &h.settings, &h.boot);
	assert_int_equal(prune_list(&h.endpoint, DAY, &files, &f), 0);
	assert_int_equal(files.n, 0);
	listing_free(&files);
	assert_int_equal(prune_list(&h.endpoint, BEFORE, &files, &f), 0);
	assert_int_equal(files.n, 4);
	listing_free(&files);
	assert_int_equal(prune_start(&hold, BEFORE, &f), 0);
	assert_int_equal(pending_read(&h.endpoint, &p, &f), 1);
	assert_int_equal(p.task, PENDING_PRUNE);
	assert_string_equal(p.before, BEFORE);
	pending_free(&p);
	assert_int_equal(prune_day(&hold, DAY, &f), 0);
	assert_int_equal(prune_finish(&hold, &f), 0);
	assert_false(exists(at_home(&h, "pending")));
	assert_int_equal(prune_list(&h.endpoint, BEFORE, &files, &f), 0);
	assert_int_equal(files.n, 0);
	listing_free(&files);
	assert_int_equal(lines_in(at_home(&h, SEGMENT)), 3);
	assert_int_equal(count_in(at_home(&h, SEGMENT), "body"), 0);
	/* The store that has all of it open, and one that has nothing. */
	for (i = 0; i < 2; i++) {
		assert_int_equal(put(s, "a", 1, TOMORROW), STORE_DUPLICATE);
		assert_int_equal(put(s, "b", 1, TOMORROW), STORE_DUPLICATE);
		assert_int_equal(put(s, "c", 1, TOMORROW), STORE_DUPLICATE);
		assert_int_equal(
		    put_body(s, "{\"event\":\"x\"}", TOMORROW, &result, &f), 0);
		assert_int_equal(result, STORE_DUPLICATE);
		store_close(s);
		assert_int_equal(unlink(at_home(&h, "index")), 0);
		s = open_store(&h);
	}
	/* One that comes to that day, by a clock that stands wrong. */
	assert_int_equal(put(s, "d", 1, NOON), STORE_STORED);
	store_close(s);
	assert_int_equal(prune_list(&h.endpoint, BEFORE, &files, &f), 0);
	assert_int_equal(files.n, 2);
	listing_free(&files);
	/* It is the day that is being written, and is pruned all the same. */
	assert_int_equal(prune_day(&hold, DAY, &f), 0);
	assert_int_equal(lines_in(at_home(&h, SEGMENT)), 4);
	assert_false(exists(at_home(&h, "sheets/leads-" DAY ".csv")));
	s = open_store(&h);
	assert_int_equal(put(s, "d", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "e", 1, NOON), STORE_STORED);
	assert_int_equal(lines_in(at_home(&h, "sheets/leads-" DAY ".csv")), 2);
	store_close(s);
	hold_close(&hold);
}

/* Another body under a known id is told from the same one, as ever. */
static void
bodies_stay_known(void **state)
{
	enum store_result result;
	struct fault f = {0};
	struct hold hold;
	struct home h;
	struct store *s;
	char *body;

	(void)state;
	make_home(&h, "bodies");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	hold_init(&hold, &h.endpoint, &h.settings, &h.boot);
	assert_int_equal(prune_day(&hold, DAY, &f), 0);
	assert_int_equal(put(s, "a", 1, TOMORROW), STORE_DUPLICATE);
	body = make_body("a", 2, "");
	assert_int_equal(put_body(s, body, TOMORROW, &result, &f), 0);
	assert_int_equal(result, STORE_CONFLICT);
	free(body);
	store_close(s);
	hold_close(&hold);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a day leaves, and its ids stay known", one_day_leaves),
	    TEST("another body under a pruned id is a conflict",
		bodies_stay_known),
	};

	return RUN(tests);
}
