#include "home.h"

#include <sys/statvfs.h>

#include "calls.h"
#include "store/hold.h"

#define TOMORROW (NOON + A_DAY)
#define NEXT     "sheets/leads-2026-11-24.csv"

/* What root is never refused, and what no test can fill. */
static int no_right;
static long free_blocks = -1;

int
access(const char *path, int mode)
{
	if (no_right && ends_with(path, "/sheets")) {
		errno = EACCES;
		return -1;
	}
	return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

int
statvfs(const char *path, struct statvfs *out)
{
	(void)path;
	memset(out, 0, sizeof(*out));
	out->f_frsize = 4096;
	out->f_bavail = free_blocks == -1 ? 1 << 20 : (fsblkcnt_t)free_blocks;
	return 0;
}

static int
begin_test(void **state)
{
	(void)state;
	no_right = 0;
	free_blocks = -1;
	forget_calls();
	return 0;
}

/* As the control record has a sheet. */
static enum part_state
state_of(struct home *h, enum sheet_kind kind)
{
	struct fault f = {0};
	struct hold held;
	enum part_state out;

	hold_init(&held, &h->endpoint, &h->settings, &h->boot);
	assert_int_equal(hold_take(&held, 0, NOON, &f), 0);
	out = held.control.sheets[kind].state;
	hold_release(&held);
	hold_close(&held);
	return out;
}

/* Put a test; the kind has a sheet of its own. */
static void
put_test(struct home *h, const char *id)
{
	char *body = make_body(id, 1, "\"test\":true,");
	struct store *s = open_store(h);
	enum store_result result;
	struct fault f = {0};

	assert_int_equal(put_body(s, body, NOON, &result, &f), 0);
	store_close(s);
	free(body);
}

/* What may be in the way of a sheet, and how it is taken away. */
static void
obstacle_costs_no_delivery(void **state)
{
	static const struct {
		const char *put, *take;
		int has_line; /* the sheet was begun before */
	} cases[] = {{"mkdir " LEADS, "rmdir " LEADS, 0},
	    {"mkfifo " LEADS, "rm " LEADS, 0},
	    {"mkdir " LEADS ".new", "rmdir " LEADS ".new", 0},
	    {"rmdir sheets && : > sheets", "rm sheets", 0},
	    {"rmdir sheets && ln -s / sheets", "rm sheets", 0},
	    {"rm -r sheets && : > sheets", "rm sheets", 1},
	    {"rm -r sheets && ln -s nothing sheets", "rm sheets", 1},
	    {"rm -r sheets", "true", 1},
	    {"mkdir " LEADS_2 ".new; echo x >> " LEADS, "rmdir " LEADS_2 ".new",
		1}};
	struct home h;
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		(void)snprintf(name, sizeof(name), "way%zu", i);
		make_home(&h, name);
		assert_int_equal(mkdir(at_home(&h, "sheets"), 0750), 0);
		if (cases[i].has_line)
			put_alone(&h, "z", 1, NOON);
		at_home_run(&h, cases[i].put);
		assert_int_equal(put_alone(&h, "a", 1, NOON), STORE_STORED);
		assert_int_equal(put_alone(&h, "b", 1, NOON), STORE_STORED);
		at_home_run(&h, cases[i].take);
		/* Any delivery brings the rows. */
		assert_int_equal(put_alone(&h, "none", 0, NOON), STORE_STORED);
		assert_int_equal(put_alone(&h, "c", 1, NOON), STORE_STORED);
		if (rows_of(&h, "a") != 1 || rows_of(&h, "b") != 1 ||
		    rows_of(&h, "c") != 1)
			fail_msg("%s: %d %d %d", cases[i].put, rows_of(&h, "a"),
			    rows_of(&h, "b"), rows_of(&h, "c"));
		if (cases[i].has_line)
			assert_int_equal(rows_of(&h, "z"), 1);
		assert_false(exists(at_home(&h, LEADS_3)));
	}
}

/* While there is no right or no room, little is read for it. */
static void
no_right_or_room_is_waited_for(void **state)
{
	struct home h;
	struct store *s;
	int room;

	(void)state;
	for (room = 0; room < 2; room++) {
		make_home(&h, room ? "room" : "right");
		put_alone(&h, "a", 1, NOON);
		put_test(&h, "t");
		fail_call("write", LEADS, 0, 1, ENOSPC);
		put_alone(&h, "b", 1, NOON);
		assert_int_equal(state_of(&h, SHEET_LEADS), PART_BEHIND);
		no_right = !room;
		free_blocks = room ? 10 : -1;
		s = open_store(&h);
		assert_int_equal(put(s, "c", 1, NOON), STORE_STORED);
		assert_non_null(strstr(store_note(s), "can't be written now"));
		store_close(s);
		no_right = 0;
		free_blocks = -1;
		assert_int_equal(put_alone(&h, "d", 1, NOON), STORE_STORED);
		assert_int_equal(state_of(&h, SHEET_LEADS), PART_MADE);
		assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 4);
		assert_false(exists(at_home(&h, LEADS_2)));
	}
}

static void
put_test_and_die(void *context)
{
	put_test(context, "u");
}

/* Someone is killed meanwhile: the other sheet's row comes later, too. */
static void
other_sheet_is_brought_up_later(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "other");
	put_alone(&h, "a", 1, NOON);
	put_test(&h, "t");
	fail_call("write", LEADS, 0, 1, ENOSPC);
	put_alone(&h, "b", 1, NOON);
	no_right = 1;
	killed_before("fdatasync", JOURNAL, 0, put_test_and_die, &h);
	put_alone(&h, "none", 0, NOON);
	no_right = 0;
	put_test(&h, "v");
	assert_int_equal(lines_in(at_home(&h, TESTS)), 1 + 3);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	assert_false(exists(at_home(&h, TESTS_2)));
}

/* Days whose sheets couldn't be had are made up for, all of them. */
static void
owed_days_are_paid(void **state)
{
	struct home h;
	struct store *s;
	char id[2] = "a";
	int i;

	(void)state;
	make_home(&h, "owed");
	s = open_store(&h);
	at_home_run(&h, ": > sheets");
	for (i = 0; i < 3; i++, id[0]++)
		put(s, id, 1, NOON + i * A_DAY);
	at_home_run(&h, "rm sheets");
	put(s, "d", 1, NOON + 3 * A_DAY);
	store_close(s);
	for (id[0] = 'a'; id[0] <= 'd'; id[0]++)
		if (rows_of(&h, id) != 1)
			fail_msg("%s: %d", id, rows_of(&h, id));
	assert_int_equal(at_home_count(&h, "ls sheets | wc -l"), 4);
}

/*
 * One that is owed a part for what an edited file lacks, and can't have it the
 * first time.
 */
static void
part_of_an_owed_day_is_paid(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "owedpart");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "sed s/a-0/A/ " LEADS " > saved");
	put_alone(&h, "b", 1, NOON);
	at_home_run(&h, "cat saved > " LEADS "; mkdir " LEADS_2 ".new");
	/* It is owed when the day is closed, and once more. */
	put_alone(&h, "c", 1, TOMORROW);
	put_alone(&h, "d", 1, TOMORROW);
	put_alone(&h, "e", 1, TOMORROW + A_DAY);
	at_home_run(&h, "rmdir " LEADS_2 ".new");
	put_alone(&h, "f", 1, TOMORROW + A_DAY);
	assert_int_equal(rows_of(&h, "b"), 1);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
	assert_false(exists(at_home(&h, LEADS_3)));
	/* Paid: the days are not looked at any more. */
	forget_calls();
	put_alone(&h, "g", 1, TOMORROW + A_DAY);
	assert_int_equal(count_calls("fdatasync", "leads-" DAY ".csv"), 0);
}

/* A sync fails while an owed day's part begins: it is owed on. */
static void
failed_sync_of_an_owed_day(void **state)
{
	enum store_result result;
	struct fault f = {0};
	struct home h;
	struct store *s;
	char *body = make_body("x", 1, ""), id[2] = "b";

	(void)state;
	make_home(&h, "owedsync");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "sed s/a-0/A/ " LEADS " > saved");
	put_alone(&h, "b", 1, NOON);
	no_right = 1;
	fail_call("write", LEADS, 0, 1, ENOSPC);
	put_alone(&h, "c", 1, NOON);
	fail_call("rename", NEXT, 0, 0, EIO);
	put_alone(&h, "d", 1, TOMORROW);
	put_alone(&h, "e", 1, TOMORROW + A_DAY);
	no_right = 0;
	at_home_run(&h, "cat saved > " LEADS);
	forget_calls();
	fail_call("fdatasync", JOURNAL, 0, 1, EIO);
	fail_call("rename", SEGMENT_2, 0, 1, ENOSPC);
	s = open_store(&h);
	assert_int_equal(put_body(s, body, TOMORROW + A_DAY, &result, &f), -1);
	free(body);
	store_close(s);
	forget_calls();
	put_alone(&h, "f", 1, TOMORROW + A_DAY);
	for (id[0] = 'b'; id[0] <= 'f'; id[0]++)
		if (rows_of(&h, id) != 1)
			fail_msg("%s: %d", id, rows_of(&h, id));
}

/* Before a part's first line the record says so, and its boot is the old one.
 */
static void
part_is_announced(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "announced");
	put_alone(&h, "a", 1, NOON);
	h.settings.shape.bom = 0;
	forget_calls();
	put_alone(&h, "b", 1, NOON);
	/* The old sheet, the index, the record, the line, the file. */
	assert_order("fdatasync", "leads-" DAY ".csv", "fdatasync", "lock");
	assert_order("fdatasync", "index", "fdatasync", "lock");
	assert_order("fdatasync", "lock", "write", DAY ".jsonl");
	assert_order(
	    "fdatasync", DAY ".jsonl", "rename", "leads-" DAY "-2.csv");
	assert_order("fdatasync", "leads-" DAY "-2.csv.new", "rename",
	    "leads-" DAY "-2.csv");
}

/* Nothing of it is touched any more, so it is on stable storage. */
static void
closed_day_is_synced(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "close");
	put_alone(&h, "a", 1, NOON);
	put_test(&h, "t");
	forget_calls();
	put_alone(&h, "b", 1, TOMORROW);
	assert_order("fdatasync", "leads-" DAY ".csv", "fdatasync", "lock");
	assert_order("fdatasync", "test-" DAY ".csv", "fdatasync", "lock");
	assert_order("fdatasync", "index", "fdatasync", "lock");
	assert_order("fsync", "journal", "fdatasync", "lock");
	assert_order("fdatasync", "lock", "write", "2026-11-24.jsonl");
}

#define CASE(sentence, function)                                               \
	{                                                                      \
		sentence, function, begin_test, NULL, NULL                     \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE("what is in a sheet's way costs no delivery and no row",
		obstacle_costs_no_delivery),
	    CASE("right and room to write are waited for",
		no_right_or_room_is_waited_for),
	    CASE("the other sheet is brought up later, too",
		other_sheet_is_brought_up_later),
	    CASE("days whose sheets couldn't be had are made up for",
		owed_days_are_paid),
	    CASE("so is a part of such a day", part_of_an_owed_day_is_paid),
	    CASE("it is owed on when the journal's sync fails then",
		failed_sync_of_an_owed_day),
	    CASE("all is synced before a new part's first line",
		part_is_announced),
	    CASE("all is synced before a new day's first line",
		closed_day_is_synced),
	};

	return RUN(tests);
}
