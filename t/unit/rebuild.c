#include "home.h"

#include "index/index.h"
#include "upkeep/rebuild.h"

#define LEADS "sheets/leads-" DAY ".csv"

static struct home home;

static void
make_day(struct repair *r, const char *name)
{
	struct store *s;

	make_home(&home, name);
	s = open_store(&home);
	put(s, "a", 2, NOON);
	put(s, "b", 1, NOON);
	store_close(s);
	repair_open(r, &home.endpoint, &home.settings, &home.boot);
}

/* What a person may have done to the sheet, and whether that is told. */
static void
edits_are_told(void **state)
{
	static const struct {
		const char *command;
		int differs;
	} cases[] = {{"true", 0}, {"sed -i '$d' \"$1\"", 1},
	    {"sed -i 's/a-0/X/' \"$1\"", 1}, {"echo x >> \"$1\"", 1},
	    {"sed -i 's/urn/URN/' \"$1\"", 1}, {"truncate -s 0 \"$1\"", 0},
	    {"truncate -s 20 \"$1\"", 1}};
	char command[PATH_MAX + 256], name[16];
	struct rebuild made;
	struct repair r;
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(name, sizeof(name), "edit%zu", i);
		make_day(&r, name);
		(void)snprintf(command, sizeof(command), "set -- '%s'; %s",
		    at_home(&home, LEADS), cases[i].command);
		assert_int_equal(system(command), 0);
		assert_int_equal(rebuild_day(&r, DAY, &made, &f), 0);
		assert_true(made.has_journal);
		assert_int_equal(made.leads, 3);
		assert_int_equal(made.tests, 0);
		assert_int_equal(made.nmoved, 1);
		assert_int_equal(made.moved[0].differs, cases[i].differs);
		assert_string_equal(made.moved[0].to, "leads-" DAY ".csv.1");
		assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 3);
		rebuild_free(&made);
		repair_close(&r);
	}
}

static void
a_day_without_journal_keeps_its_sheets(void **state)
{
	struct rebuild made;
	struct repair r;
	struct fault f = {0};

	(void)state;
	make_day(&r, "away");
	assert_int_equal(unlink(at_home(&home, "journal/" DAY ".jsonl")), 0);
	assert_int_equal(rebuild_day(&r, DAY, &made, &f), 0);
	assert_false(made.has_journal);
	assert_int_equal(made.nmoved, 0);
	assert_int_equal(lines_in(at_home(&home, LEADS)), 1 + 3);
	rebuild_free(&made);
	repair_close(&r);
}

static void
the_index_keeps_what_cannot_be_had_again(void **state)
{
	const struct index_id away = {"2020-01-01", 1, 0, "x"};
	struct index_id id;
	struct repair r;
	struct fault f = {0};

	(void)state;
	make_day(&r, "index");
	assert_int_equal(repair_begin(&r, &f), 0);
	assert_int_equal(index_add(r.books.index, "away", 4, &away, &f), 0);
	/* Wrong, and of nobody. */
	id = away;
	memcpy(id.day, DAY, sizeof(id.day));
	id.offset = 5;
	assert_int_equal(index_add(r.books.index, "a", 1, &id, &f), 0);
	assert_int_equal(index_add(r.books.index, "ghost", 5, &id, &f), 0);
	repair_end(&r, 1);
	assert_int_equal(rebuild_index(&r, &f), 0);
	assert_int_equal(index_find(r.books.index, "away", 4, &id, &f), 1);
	assert_int_equal(index_find(r.books.index, "ghost", 5, &id, &f), 0);
	assert_int_equal(index_find(r.books.index, "a", 1, &id, &f), 1);
	assert_int_equal(id.offset, 0);
	repair_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what a person did to a sheet is told", edits_are_told),
	    TEST("a day without a journal keeps its sheets",
		a_day_without_journal_keeps_its_sheets),
	    TEST("the index keeps what can't be had again",
		the_index_keeps_what_cannot_be_had_again),
	};

	return RUN(tests);
}
