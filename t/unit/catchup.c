#include "home.h"

#include "calls.h"

#define TOMORROW (NOON + A_DAY)
#define BEFORE   (NOON - A_DAY)
#define BEFORE_1 "sheets/leads-2026-11-22.csv"
#define BEFORE_2 "sheets/leads-2026-11-22-2.csv"

/* A day of three deliveries. */
static void
make_day(struct home *h, const char *name)
{
	make_home(h, name);
	put_alone(h, "a", 1, NOON);
	put_alone(h, "b", 2, NOON);
	put_alone(h, "c", 1, NOON);
}

/* Each stands once in the sheets, and is known. */
static void
assert_there(struct home *h, const char *ids)
{
	char id[2] = "";

	for (; *ids != '\0'; ids++) {
		id[0] = *ids;
		if (rows_of(h, id) != 1)
			fail_msg("%s has %d rows", id, rows_of(h, id));
		if (put_alone(h, id, id[0] == 'b' ? 2 : 1, NOON) !=
		    STORE_DUPLICATE)
			fail_msg("%s is not known", id);
	}
}

static void
lost_index_is_made_again(void **state)
{
	static const char *const losses[] = {"rm index", "cp old index",
	    "cp -p old x && mv x index", "rm index lock", ": > index",
	    "head -c 600 index > x && cat x > index", "rm index && mkdir index",
	    "rm index && ln -s /dev/null index"};
	struct home h;
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(losses); i++) {
		(void)snprintf(name, sizeof(name), "index%zu", i);
		make_home(&h, name);
		put_alone(&h, "z", 1, BEFORE);
		put_alone(&h, "a", 1, NOON);
		at_home_run(&h, "cp -p index old");
		put_alone(&h, "b", 2, NOON);
		at_home_run(&h, losses[i]);
		assert_there(&h, "baz");
		assert_int_equal(put_alone(&h, "d", 1, NOON), STORE_STORED);
		assert_there(&h, "bazd");
		assert_false(exists(at_home(&h, LEADS_2)));
	}
}

/* Of another day: it is passed over, and said. */
static void
obstacle_costs_no_other_day(void **state)
{
	static const char *const obstacles[] = {
	    "mkdir", "mkfifo", "ln -s nowhere"};
	char name[32], command[128];
	struct home h;
	struct store *s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(obstacles); i++) {
		(void)snprintf(name, sizeof(name), "obstacle%zu", i);
		make_day(&h, name);
		(void)snprintf(command, sizeof(command),
		    "%s journal/2026-11-21.jsonl; rm index", obstacles[i]);
		at_home_run(&h, command);
		s = open_store(&h);
		assert_int_equal(put(s, "d", 1, NOON), STORE_STORED);
		assert_non_null(strstr(store_note(s), "not a plain file"));
		store_close(s);
		assert_there(&h, "abcd");
	}
}

/* While a store has it open, too. */
static void
open_store_sees_a_lost_index(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	make_day(&h, "open");
	s = open_store(&h);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	at_home_run(&h, "rm index");
	assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
	assert_true(exists(at_home(&h, "index")));
	/* And another journal: its first line is the last one now. */
	at_home_run(&h, "cp " JOURNAL " x && "
			"(tail -n +2 x; head -1 x) > y && mv y " JOURNAL);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "d", 1, NOON), STORE_STORED);
	store_close(s);
}

/*
 * An older journal is put back: what it lacks is new again, and what the sheet
 * has more is put aside with it.
 */
static void
older_journal_is_taken(void **state)
{
	static const char *const ways[] = {
	    "cp -p old x && mv x " JOURNAL, "cat old > " JOURNAL};
	struct home h;
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		(void)snprintf(name, sizeof(name), "older%zu", i);
		make_home(&h, name);
		put_alone(&h, "a", 1, NOON);
		at_home_run(&h, "cp -p " JOURNAL " old");
		put_alone(&h, "b", 2, NOON);
		put_alone(&h, "c", 1, NOON);
		at_home_run(&h, ways[i]);
		assert_int_equal(put_alone(&h, "b", 2, NOON), STORE_STORED);
		assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
		assert_int_equal(lines_in(at_home(&h,
				     "sheets/replaced/leads-" DAY ".csv.1")),
		    1 + 4);
		at_home_run(&h, "rm -r sheets/replaced");
		assert_int_equal(put_alone(&h, "c", 1, NOON), STORE_STORED);
		assert_there(&h, "abc");
		assert_false(exists(at_home(&h, LEADS_2)));
	}
}

/* One whose sheet was edited in between: that stays as it is. */
static void
older_journal_and_an_edited_sheet(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "olderedited");
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "cp -p " JOURNAL " old");
	put_alone(&h, "b", 2, NOON);
	at_home_run(&h, "echo mine >> " LEADS "; cp " LEADS " x; "
			"cat old > " JOURNAL);
	assert_int_equal(put_alone(&h, "c", 1, NOON), STORE_STORED);
	at_home_run(&h, "cmp x " LEADS);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
}

static void
copied_home_goes_on(void **state)
{
	static const char *const ways[] = {
	    "cp -a", "cp -r", "cp -a --no-preserve=timestamps"};
	char name[32], command[512];
	struct home h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		(void)snprintf(name, sizeof(name), "copied%zu", i);
		make_home(&h, name);
		put_alone(&h, "z", 1, BEFORE);
		put_alone(&h, "y", 1, BEFORE);
		put_alone(&h, "a", 1, NOON);
		at_home_run(&h, "sed -i s/y-0/Y/ " BEFORE_1);
		put_alone(&h, "b", 2, NOON);
		at_home_run(&h, "sed -i 's/b-1/B/' " LEADS);
		put_alone(&h, "c", 1, NOON);
		(void)snprintf(command, sizeof(command),
		    "%s ../main ../copy && cd ../copy && cp -r sheets x",
		    ways[i]);
		at_home_run(&h, command);
		(void)strcpy(strrchr(h.endpoint.dir, '/'), "/copy");
		assert_int_equal(put_alone(&h, "d", 1, NOON), STORE_STORED);
		assert_int_equal(put_alone(&h, "y", 1, NOON), STORE_DUPLICATE);
		at_home_run(&h,
		    "cmp x/leads-2026-11-22.csv " BEFORE_1
		    " && cmp x/leads-" DAY ".csv " LEADS " && rm -r x");
		assert_there(&h, "zacd");
		assert_false(exists(at_home(&h, LEADS_3)));
		assert_false(exists(at_home(&h, BEFORE_2)));
	}
}

static void
torn_tail_is_put_aside(void **state)
{
	static const char *const tails[] = {
	    "printf '{\"received\":\"2026' >> " JOURNAL,
	    "head -c 5000 /dev/zero >> " JOURNAL,
	    "tail -1 " JOURNAL " | head -c -1 >> " JOURNAL};
	struct home h;
	char name[32];
	size_t i;
	int booted;

	(void)state;
	for (i = 0; i < COUNT(tails) * 2; i++) {
		booted = i >= COUNT(tails);
		(void)snprintf(name, sizeof(name), "torn%zu", i);
		make_day(&h, name);
		at_home_run(&h, tails[i % COUNT(tails)]);
		if (booted)
			reboot(&h);
		assert_int_equal(put_alone(&h, "d", 1, NOON), STORE_STORED);
		assert_true(exists(at_home(&h, "journal/" DAY ".torn-1")));
		assert_false(exists(at_home(&h, "journal/" DAY ".torn-2")));
		assert_int_equal(lines_in(at_home(&h, JOURNAL)), 1 + 4);
		assert_there(&h, "abcd");
	}
}

/* Of a day that is opened again, as the clock was set back. */
static void
torn_tail_of_another_day(void **state)
{
	struct home h;

	(void)state;
	make_day(&h, "torntoo");
	put_alone(&h, "e", 1, TOMORROW);
	at_home_run(&h, "printf torn >> " JOURNAL);
	assert_int_equal(put_alone(&h, "d", 1, NOON), STORE_STORED);
	assert_true(exists(at_home(&h, "journal/" DAY ".torn-1")));
	assert_there(&h, "abcde");
}

/* What was written before it and not synced may be missing, or NUL. */
static void
boot_makes_sheets_whole(void **state)
{
	static const char *const cuts[] = {"truncate -s 400 " LEADS,
	    "dd if=/dev/zero of=" LEADS
	    " bs=1 seek=300 count=100 conv=notrunc status=none",
	    "rm " LEADS, ": > " LEADS, "rm index", "rm lock",
	    "truncate -s 400 " LEADS "; rm lock"};
	struct home h;
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cuts); i++) {
		(void)snprintf(name, sizeof(name), "boot%zu", i);
		make_day(&h, name);
		at_home_run(&h, cuts[i]);
		if (exists(at_home(&h, LEADS)))
			at_home_run(&h, "touch -d 2026-11-23T12:00:01Z " LEADS);
		reboot(&h);
		assert_int_equal(put_alone(&h, "d", 1, NOON), STORE_STORED);
		assert_there(&h, "abcd");
		assert_false(exists(at_home(&h, LEADS_2)));
	}
}

static void
clock_goes_to_and_fro(void **state)
{
	struct home h;
	struct store *s, *other;
	char id[2] = "a";
	int i;

	(void)state;
	make_home(&h, "clock");
	s = open_store(&h);
	other = open_store(&h);
	for (i = 0; i < 12; i++, id[0]++) {
		int64_t at = NOON + (i * 7 % 4 - 2) * A_DAY;

		assert_int_equal(
		    put(i % 2 == 0 ? s : other, id, 1, at), STORE_STORED);
		if (i == 6)
			at_home_run(&h, "rm index");
	}
	store_close(s);
	store_close(other);
	assert_there(&h, "acdefghijkl");
	assert_int_equal(at_home_count(&h, "ls sheets | wc -l"), 4);
	assert_int_equal(
	    at_home_count(&h, "cat journal/* | grep -c kind.:.sheet"), 4);
}

/* What it lacks comes in a part of its own, before the day is closed. */
static void
edited_day_is_closed_whole(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "closed");
	h.settings.shape.bom = 0;
	put_alone(&h, "a", 1, NOON);
	at_home_run(&h, "cp " LEADS " saved");
	put_alone(&h, "d", 1, NOON);
	at_home_run(&h, "sed 's/a-0/&0/' saved > " LEADS);
	h.settings.shape.bom = 1;
	put_alone(&h, "e", 1, TOMORROW);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
	/* In the shape that the day had. */
	assert_int_equal(count_in(at_home(&h, LEADS_2), "\xef\xbb\xbf"), 0);
	assert_int_equal(rows_of(&h, "d"), 1);
	/* One that lacks none gets none. */
	at_home_run(&h, "echo mine >> sheets/leads-2026-11-24.csv");
	put_alone(&h, "f", 1, TOMORROW + A_DAY);
	assert_false(exists(at_home(&h, "sheets/leads-2026-11-24-2.csv")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a lost index is made again from the journal",
		lost_index_is_made_again),
	    TEST("what is in a segment's place costs no other day",
		obstacle_costs_no_other_day),
	    TEST("a store that is open sees another index and journal",
		open_store_sees_a_lost_index),
	    TEST("an older journal that is put back is taken",
		older_journal_is_taken),
	    TEST("a sheet that was edited stays as it is then",
		older_journal_and_an_edited_sheet),
	    TEST("a copied home goes on, and leaves edited sheets alone",
		copied_home_goes_on),
	    TEST("a torn tail is put aside", torn_tail_is_put_aside),
	    TEST("so is one of a day that is opened again",
		torn_tail_of_another_day),
	    TEST("after a boot sheets are made whole", boot_makes_sheets_whole),
	    TEST("the clock may go to and fro", clock_goes_to_and_fro),
	    TEST("a day whose sheet was saved late is closed whole",
		edited_day_is_closed_whole),
	};

	return RUN(tests);
}
