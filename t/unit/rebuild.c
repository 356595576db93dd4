#include "home.h"

#include "index/index.h"
#include "store/known.h"
#include "store/hold.h"
#include "task/pending.h"
#include "upkeep/rebuild.h"

#define LEADS "sheets/leads-" DAY ".csv"

static struct home home;

static void
make_day(struct hold *h, const char *name)
{
	struct store *s;

	make_home(&home, name);
	s = open_store(&home);
	put(s, "a", 2, NOON);
	put(s, "b", 1, NOON);
	store_close(s);
	hold_init(h, &home.endpoint, &home.settings, &home.boot);
}

/* What a person may have done to the sheet, and whether that is told. */
static void
edits_are_told(void **state)
{
	static const struct {
		const char *command;
		int differs, moved;
	} cases[] = {{"true", 0, 0}, {"touch \"$1\"", 0, 0},
	    {"rm \"$1\"", 0, 0}, {"sed -i '$d' \"$1\"", 1, 1},
	    {"sed -i 's/a-0/X/' \"$1\"", 1, 1}, {"echo x >> \"$1\"", 1, 1},
	    {"sed -i 's/urn/URN/' \"$1\"", 1, 1},
	    {"truncate -s 0 \"$1\"", 0, 1}, {"truncate -s 20 \"$1\"", 1, 1},
	    {"rm \"$1\"; mkfifo \"$1\"", 1, 1}};
	char command[PATH_MAX + 256], name[16];
	struct rebuild made;
	struct hold h;
	struct store *s;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(name, sizeof(name), "edit%zu", i);
		make_day(&h, name);
		(void)snprintf(command, sizeof(command), "set -- '%s'; %s",
		    at_home(&home, LEADS), cases[i].command);
		assert_int_equal(system(command), 0);
		if (rebuild_day(&h, DAY, &made, &f) != 0)
			fail_msg("%s: %s", cases[i].command, f.text);
		assert_true(made.has_journal);
		assert_int_equal(made.is_new, i > 1);
		assert_int_equal(made.leads, 3);
		assert_int_equal(made.tests, 0);
		assert_int_equal(made.nmoved, cases[i].moved);
		if (made.nmoved > 0) {
			assert_int_equal(
			    made.moved[0].differs, cases[i].differs);
			assert_string_equal(
			    made.moved[0].to, "leads-" DAY ".csv.1");
		}
		assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 3);
		rebuild_free(&made);
		/* It is known to be ours. */
		s = open_store(&home);
		put(s, "c", 1, NOON);
		store_close(s);
		assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 4);
		/* And a second time nothing is done. */
		assert_int_equal(rebuild_day(&h, DAY, &made, &f), 0);
		assert_int_equal(made.is_new, 0);
		assert_int_equal(made.nmoved, 0);
		rebuild_free(&made);
		hold_close(&h);
	}
}

/* Several parts become one, also of a day that isn't written any more. */
static void
parts_become_one(void **state)
{
	struct rebuild made;
	struct hold h;
	struct store *s;
	struct fault f = {0};
	int later;

	(void)state;
	for (later = 0; later < 2; later++) {
		make_day(&h, later ? "later" : "parts");
		home.settings.shape.format = SHEET_TSV;
		s = open_store(&home);
		put(s, "c", 1, NOON);
		if (later)
			put(s, "d", 1, NOON + 86400 * UTC_SECOND);
		store_close(s);
		home.settings.shape.format = SHEET_CSV;
		assert_int_equal(
		    lines_in(at_home(&home, "sheets/leads-" DAY "-2.tsv")), 2);
		assert_int_equal(rebuild_day(&h, DAY, &made, &f), 0);
		assert_int_equal(made.is_new, 0);
		rebuild_free(&made);
		assert_int_equal(
		    truncate(at_home(&home, "sheets/leads-" DAY "-2.tsv"), 9),
		    0);
		assert_int_equal(rebuild_day(&h, DAY, &made, &f), 0);
		assert_int_equal(made.nmoved, 2);
		assert_int_equal(
		    made.moved[0].differs + made.moved[1].differs, 1);
		assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 4);
		assert_false(
		    exists(at_home(&home, "sheets/leads-" DAY "-2.tsv")));
		rebuild_free(&made);
		hold_close(&h);
	}
}

static void
a_day_without_journal_keeps_its_sheets(void **state)
{
	struct rebuild made;
	struct hold h;
	struct fault f = {0};

	(void)state;
	make_day(&h, "away");
	assert_int_equal(unlink(at_home(&home, "journal/" DAY ".jsonl")), 0);
	assert_int_equal(rebuild_day(&h, "2026-11-22", &made, &f), 0);
	assert_false(made.has_journal);
	assert_int_equal(made.nmoved, 0);
	rebuild_free(&made);
	hold_close(&h);
}

static void
the_index_is_made_again(void **state)
{
	struct index_entry ghost = {.place = {DAY, 1, 5}};
	struct place places[INDEX_HITS_MAX];
	struct signature_digest digest = {0};
	struct index *x;
	struct hold h;
	struct store *s;
	struct fault f = {0};

	(void)state;
	make_day(&h, "index");
	x = index_open(at_home(&home, "index"), &f);
	assert_int_equal(index_hash(&digest, "ghost", 5, &ghost.hash, &f), 0);
	assert_int_equal(index_add(x, &ghost, 1, &f), 0);
	index_close(x);
	assert_int_equal(rebuild_index(&h, &f), 0);
	x = index_view(at_home(&home, "index"), &f);
	assert_int_equal(index_find(x, ghost.hash, places, &f), 0);
	assert_int_equal(index_hash(&digest, "a", 1, &ghost.hash, &f), 0);
	assert_int_equal(index_find(x, ghost.hash, places, &f), 1);
	assert_int_equal(index_synced(x, places, &f), 1);
	assert_string_equal(places[0].day, DAY);
	index_close(x);
	s = open_store(&home);
	assert_int_equal(put(s, "a", 2, NOON), STORE_DUPLICATE);
	store_close(s);
	signature_digest_free(&digest);
	hold_close(&h);
}

static void
what_is_begun_is_noted(void **state)
{
	struct bytes days = {0};
	struct pending p = {0};
	struct hold h;
	struct fault f = {0};

	(void)state;
	make_day(&h, "noted");
	pending_add(&days, DAY, strlen(DAY));
	assert_int_equal(rebuild_start(&h, &days, &f), 0);
	assert_int_equal(pending_read(&home.endpoint, &p, &f), 1);
	assert_int_equal(p.task, PENDING_REBUILD);
	assert_true(pending_has(&p.days, DAY, strlen(DAY)));
	assert_int_equal(rebuild_finish(&h, &f), 0);
	assert_false(exists(at_home(&home, "pending")));
	pending_free(&p);
	bytes_free(&days);
	hold_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what a person did to a sheet is told", edits_are_told),
	    TEST("several parts become one", parts_become_one),
	    TEST("a day without a journal keeps its sheets",
		a_day_without_journal_keeps_its_sheets),
	    TEST("the index is made again", the_index_is_made_again),
	    TEST("what is begun is noted", what_is_begun_is_noted),
	};

	return RUN(tests);
}
