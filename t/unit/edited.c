#include "home.h"

#include "sheet/edited.h"

#define LEADS "sheets/leads-" DAY ".csv"

/* Deliver, let a person save the sheet as it was earlier, deliver again. */
static void
save_late(struct home *h, const char *name, int keep, const char *sed)
{
	static const char *const ids[] = {
	    "delivery-one", "delivery-two", "delivery-three"};
	char command[PATH_MAX * 3];
	struct store *s;
	int i;

	make_home(h, name);
	s = open_store(h);
	for (i = 0; i < 3; i++) {
		put(s, ids[i], 2, NOON);
		if (i + 1 != keep)
			continue;
		/* In another dialect, as spreadsheets do. */
		(void)snprintf(command, sizeof(command), "sed '%s' '%s' > '%s'",
		    sed, at_home(h, LEADS), in_scratch("saved"));
		assert_int_equal(system(command), 0);
	}
	(void)snprintf(command, sizeof(command), "cp '%s' '%s'",
	    in_scratch("saved"), at_home(h, LEADS));
	assert_int_equal(system(command), 0);
	put(s, "delivery-four", 1, NOON);
	store_close(s);
}

static void
leads_that_came_meanwhile_come_again(void **state)
{
	const char *second;
	struct home h;
	int keep;
	char name[16];

	(void)state;
	for (keep = 1; keep <= 3; keep++) {
		(void)snprintf(name, sizeof(name), "late%d", keep);
		save_late(&h, name, keep, "s/,/;/g; s/\\r$//");
		second = at_home(&h, "sheets/leads-" DAY "-2.csv");
		assert_int_equal(lines_in(second), 1 + 2 * (3 - keep) + 1);
		assert_int_equal(
		    count_in(second, "delivery-three-1"), keep < 3);
		assert_int_equal(count_in(second, "delivery-one-1"), 0);
	}
}

static void
rows_taken_out_stay_out(void **state)
{
	const char *second;
	struct home h;

	(void)state;
	/* Some of them, and all of them. */
	save_late(&h, "some", 3, "2,4d");
	second = at_home(&h, "sheets/leads-" DAY "-2.csv");
	assert_int_equal(lines_in(second), 1 + 1);
	save_late(&h, "all", 3, "2,$d");
	second = at_home(&h, "sheets/leads-" DAY "-2.csv");
	assert_int_equal(lines_in(second), 1 + 1);
}

static void
index_is_not_needed_for_it(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	save_late(&h, "noindex", 3, "2,4d");
	assert_int_equal(unlink(at_home(&h, "index.sqlite")), 0);
	s = open_store(&h);
	put(s, "delivery-five", 1, NOON);
	store_close(s);
	assert_int_equal(
	    lines_in(at_home(&h, "sheets/leads-" DAY "-2.csv")), 1 + 2);
	assert_false(exists(at_home(&h, "sheets/leads-" DAY "-3.csv")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("leads that came while the file was open come again",
		leads_that_came_meanwhile_come_again),
	    TEST(
		"rows that someone took out stay out", rows_taken_out_stay_out),
	    TEST("so it is without the index", index_is_not_needed_for_it),
	};

	return RUN(tests);
}
