/* Rows that wait until the settings are right. */
#include "home.h"

#include "calls.h"

#define NEXT_LEADS "sheets/leads-2026-11-24.csv"

/* A process of its own, while it isn't known in which shape rows are to be. */
static void
put_waiting(struct home *h, const char *id, int leads, int64_t received)
{
	h->settings.waits = 1;
	assert_int_equal(put_alone(h, id, leads, received), STORE_STORED);
	assert_int_equal(put_alone(h, id, leads, received), STORE_DUPLICATE);
	h->settings.waits = 0;
}

/* One that brings nothing new. */
static void
come_again(struct home *h, const char *id, int leads, int64_t received)
{
	assert_int_equal(put_alone(h, id, leads, received), STORE_DUPLICATE);
}

static void
day_without_a_sheet(void **state)
{
	enum store_result result;
	struct fault f = {0};
	struct store *s;
	struct home h;
	char *test = make_body("t", 1, "\"test\":true,");

	(void)state;
	make_home(&h, "first");
	put_waiting(&h, "a", 2, NOON);
	put_waiting(&h, "b", 1, NOON);
	h.settings.waits = 1;
	s = open_store(&h);
	assert_int_equal(put_body(s, test, NOON, &result, &f), 0);
	store_close(s);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "leads"), 2);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "sheet"), 0);
	assert_false(exists(at_home(&h, LEADS)));
	h.settings.waits = 0;
	h.settings.shape.bom = 0;
	come_again(&h, "a", 2, NOON);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_int_equal(lines_in(at_home(&h, TESTS)), 1 + 1);
	put_alone(&h, "c", 1, NOON);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 4);
	assert_false(exists(at_home(&h, LEADS_2)));
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "sheet"), 2);
	free(test);
}

static void
sheet_that_is_there_is_not_touched(void **state)
{
	struct home h;
	int64_t size;

	(void)state;
	make_home(&h, "there");
	put_alone(&h, "a", 1, NOON);
	size = size_of(at_home(&h, LEADS));
	put_waiting(&h, "b", 1, NOON);
	at_home_run(&h, "rm index");
	put_waiting(&h, "c", 1, NOON);
	assert_int_equal(size_of(at_home(&h, LEADS)), size);
	come_again(&h, "b", 1, NOON);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_false(exists(at_home(&h, LEADS_2)));
	/* Another shape from now on: what was journalled before stays there. */
	put_waiting(&h, "d", 1, NOON);
	h.settings.shape.bom = 0;
	put_alone(&h, "e", 1, NOON);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 4);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
	assert_int_equal(rows_of(&h, "d"), 1);
	assert_int_equal(rows_of(&h, "e"), 1);
}

static void
wait_goes_over_midnight(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "midnight");
	put_waiting(&h, "a", 2, NOON);
	put_waiting(&h, "b", 1, NOON + A_DAY);
	put_waiting(&h, "c", 1, NOON + 2 * A_DAY);
	assert_false(exists(at_home(&h, LEADS)));
	put_alone(&h, "d", 1, NOON + 2 * A_DAY);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	assert_int_equal(lines_in(at_home(&h, NEXT_LEADS)), 1 + 1);
	assert_int_equal(
	    lines_in(at_home(&h, "sheets/leads-2026-11-25.csv")), 1 + 2);
}

static void
machine_may_start_again(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "reboot");
	put_alone(&h, "a", 1, NOON);
	put_waiting(&h, "b", 1, NOON);
	/* What the power cut left of the sheet is ours, and mended. */
	at_home_run(&h,
	    "truncate -s -3 " LEADS " && touch -d 2026-11-23T12:00:01Z " LEADS);
	reboot(&h);
	put_waiting(&h, "c", 1, NOON + 2 * 3600 * UTC_SECOND);
	come_again(&h, "b", 1, NOON + 2 * 3600 * UTC_SECOND);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_false(exists(at_home(&h, LEADS_2)));
}

static void
control_record_may_be_lost(void **state)
{
	static const char *const lost[] = {
	    "rm -f lock", "rm -f index", "rm -f lock index"};
	char name[8] = "lost-0";
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lost); i++, name[5]++) {
		make_home(&h, name);
		put_waiting(&h, "a", 1, NOON);
		at_home_run(&h, lost[i]);
		put_waiting(&h, "b", 1, NOON);
		at_home_run(&h, lost[i]);
		come_again(&h, "a", 1, NOON);
		assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	}
}

static void
edited_sheet_is_left_alone(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "edited");
	put_alone(&h, "a", 1, NOON);
	put_waiting(&h, "b", 1, NOON);
	at_home_run(&h, "echo mine >> " LEADS);
	put_waiting(&h, "c", 1, NOON);
	come_again(&h, "c", 1, NOON);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 2);
}

static void
deleted_sheet_comes_with_what_waited(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "deleted");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "rm " LEADS);
	put_waiting(&h, "b", 1, NOON);
	come_again(&h, "a", 1, NOON);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
}

static void
it_costs_no_more_than_another(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "cost");
	put_alone(&h, "a", 1, NOON);
	h.settings.waits = 1;
	s = open_store(&h);
	put(s, "b", 1, NOON);
	forget_calls();
	put(s, "c", 1, NOON);
	/* Who catches up writes the control record once more. */
	assert_string_equal(calls_made, "write " DAY ".jsonl\n"
					"fdatasync " DAY ".jsonl\n"
					"pwrite index\npwrite lock\n");
	forget_calls();
	store_close(s);
}

static void
health_leaves_it_to_the_settings(void **state)
{
	struct fault f = {0};
	struct store *s;
	struct home h;
	const char *why;

	(void)state;
	make_home(&h, "health");
	write_file(at_home(&h, "secret"), "s", 1);
	assert_int_equal(chmod(at_home(&h, "secret"), 0600), 0);
	put_waiting(&h, "a", 1, NOON);
	s = open_store(&h);
	h.settings.waits = 1;
	assert_int_equal(store_health(s, &why, &f), 0);
	assert_false(exists(at_home(&h, LEADS)));
	h.settings.waits = 0;
	assert_int_equal(store_health(s, &why, &f), 0);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("of a day without a sheet all rows come later",
		day_without_a_sheet),
	    TEST("a sheet that is there is not touched, and then made whole",
		sheet_that_is_there_is_not_touched),
	    TEST("days that go by meanwhile get their rows",
		wait_goes_over_midnight),
	    TEST("the machine may start again meanwhile",
		machine_may_start_again),
	    TEST("control record and index may be lost meanwhile",
		control_record_may_be_lost),
	    TEST("a sheet that is edited meanwhile is left alone",
		edited_sheet_is_left_alone),
	    TEST("a sheet that was deleted comes with what waited",
		deleted_sheet_comes_with_what_waited),
	    TEST("one that waits costs no more than another",
		it_costs_no_more_than_another),
	    TEST("looking at the store's health brings the rows",
		health_leaves_it_to_the_settings),
	};

	return RUN(tests);
}
