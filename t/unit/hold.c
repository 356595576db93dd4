#include "home.h"

#include "calls.h"
#include "store/hold.h"

/* A store of two deliveries, taken into hand. */
static void
take(struct home *h, struct hold *held)
{
	struct fault f = {0};

	hold_init(held, &h->endpoint, &h->settings, &h->boot);
	if (hold_take(held, 0, NOON, &f) == -1)
		fail_msg("hold_take: %s", f.text);
}

static void
make_two(struct home *h, const char *name)
{
	make_home(h, name);
	put_alone(h, "a", 1, NOON);
	put_alone(h, "b", 1, NOON);
}

static void
record_is_read_and_written(void **state)
{
	struct fault f = {0};
	struct hold held;
	struct home h;

	(void)state;
	make_home(&h, "record");
	take(&h, &held);
	assert_false(held.known);
	assert_false(hold_same_boot(&held));
	hold_release(&held);
	hold_close(&held);
	put_alone(&h, "a", 1, NOON);
	take(&h, &held);
	assert_true(held.known);
	assert_true(hold_same_boot(&held));
	assert_string_equal(held.control.day, DAY);
	assert_int_equal(held.control.segment, 1);
	assert_true(held.control.size > 0);
	assert_true(held.control.index != 0);
	assert_int_equal(held.control.sheets[SHEET_LEADS].state, PART_MADE);
	/* What lacks a key looks like another index the next time. */
	held.indexed = 0;
	forget_calls();
	assert_int_equal(hold_save(&held, 1, &f), 0);
	assert_int_equal(count_calls("pwrite", "lock"), 1);
	assert_int_equal(count_calls("fdatasync", "lock"), 1);
	hold_release(&held);
	assert_int_equal(hold_take(&held, 0, NOON, &f), 0);
	assert_int_equal(held.control.index, 0);
	hold_release(&held);
	hold_close(&held);
	reboot(&h);
	take(&h, &held);
	assert_true(held.known);
	assert_false(hold_same_boot(&held));
	hold_release(&held);
	hold_close(&held);
}

static void
one_at_a_time(void **state)
{
	struct hold held, other;
	struct fault f = {0};
	struct home h;

	(void)state;
	make_home(&h, "one");
	take(&h, &held);
	hold_init(&other, &h.endpoint, &h.settings, &h.boot);
	assert_int_equal(hold_take(&other, 0, NOON, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	fault_clear(&f);
	hold_release(&held);
	assert_int_equal(hold_take(&other, 0, NOON, &f), 0);
	hold_release(&other);
	hold_close(&other);
	hold_close(&held);
	hold_close(&held); /* is harmless */
}

/* What an earlier turn left is no note of this one, and the first wins. */
static void
first_note_wins(void **state)
{
	struct fault f = {0};
	struct hold held;
	struct home h;

	(void)state;
	make_home(&h, "note");
	take(&h, &held);
	hold_note(&held, "%s", "one");
	hold_note(&held, "%s", "two");
	assert_string_equal(held.note, "one");
	hold_release(&held);
	assert_int_equal(hold_take(&held, 0, NOON, &f), 0);
	assert_string_equal(held.note, "");
	hold_release(&held);
	hold_close(&held);
}

static void
segment_is_the_one_under_its_name(void **state)
{
	struct appendfile_state now, again;
	struct appendfile *file;
	struct fault f = {0};
	struct hold held;
	struct home h;

	(void)state;
	make_two(&h, "segment");
	take(&h, &held);
	assert_int_equal(hold_segment(&held, DAY, 1, &now, &f), 0);
	file = held.segment;
	assert_int_equal(hold_segment(&held, DAY, 1, &again, &f), 0);
	assert_ptr_equal(held.segment, file);
	assert_int_equal(again.inode, now.inode);
	/* Somebody puts another in its place. */
	at_home_run(&h, "cp " JOURNAL " x && mv x " JOURNAL);
	assert_int_equal(hold_segment(&held, DAY, 1, &again, &f), 0);
	assert_true(again.inode != now.inode);
	assert_int_equal(again.size, now.size);
	/* One that isn't there is made, and its name synced. */
	forget_calls();
	assert_int_equal(hold_segment(&held, DAY, 7, &again, &f), 0);
	assert_int_equal(again.size, 0);
	assert_int_equal(count_calls("fsync", "journal"), 1);
	hold_release(&held);
	hold_close(&held);
}

/* Fail a sync of segment 1, and what is asked for, and say how it stands. */
static void
fail_a_sync(struct home *h, struct hold *held, int64_t counts, int copied,
    const char *also)
{
	struct appendfile_state now;
	struct fault f = {0};

	take(h, held);
	assert_int_equal(hold_segment(held, DAY, 1, &now, &f), 0);
	forget_calls();
	fail_call("fdatasync", JOURNAL, 0, 1, EIO);
	if (also != NULL)
		fail_call("rename", also, 0, 0, ENOSPC);
	assert_int_equal(hold_sync(held, counts, copied, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_null(held->segment);
	hold_release(held);
	hold_close(held);
	forget_calls();
}

static void
failed_sync_makes_the_next_segment(void **state)
{
	struct hold held;
	struct home h;
	char name[32];
	int copied;

	(void)state;
	for (copied = 0; copied < 2; copied++) {
		(void)snprintf(name, sizeof(name), "sync%d", copied);
		make_two(&h, name);
		fail_a_sync(&h, &held, 0, copied, NULL);
		assert_int_equal(
		    lines_of(at_home(&h, SEGMENT_2), "segment"), 1);
		assert_int_equal(
		    lines_of(at_home(&h, SEGMENT_2), "leads"), copied * 2);
		if (copied)
			assert_int_equal(
			    put_alone(&h, "a", 1, NOON), STORE_DUPLICATE);
	}
}

/*
 * Where it can't be made either the record says so, and it is made before
 * anything else, once, whoever is killed, and with what may have been answered.
 */
static void
next_segment_is_made_later(void **state)
{
	struct fault f = {0};
	struct hold held;
	struct home h;
	char name[32];
	int copied;

	(void)state;
	for (copied = 0; copied < 2; copied++) {
		(void)snprintf(name, sizeof(name), "later%d", copied);
		make_two(&h, name);
		fail_a_sync(&h, &held, 0, copied, SEGMENT_2);
		assert_false(exists(at_home(&h, SEGMENT_2)));
		take(&h, &held);
		assert_true(held.control.failed);
		/* Killed after it, before the record is saved. */
		assert_int_equal(hold_go_on(&held, &f), 0);
		assert_false(held.control.failed);
		hold_release(&held);
		hold_close(&held);
		assert_int_equal(
		    lines_of(at_home(&h, SEGMENT_2), "leads"), copied * 2);
		if (copied) {
			assert_int_equal(
			    put_alone(&h, "a", 1, NOON), STORE_DUPLICATE);
			assert_int_equal(
			    put_alone(&h, "b", 1, NOON), STORE_DUPLICATE);
		}
		assert_int_equal(put_alone(&h, "c", 1, NOON), STORE_STORED);
		assert_false(exists(at_home(&h, SEGMENT_3)));
		assert_int_equal(rows_of(&h, "c"), 1);
		assert_int_equal(rows_of(&h, "a"), 1);
	}
}

/* Of another day than the one that is written, and after another boot. */
static void
failure_names_its_day(void **state)
{
	struct hold held;
	struct home h;

	(void)state;
	make_two(&h, "day");
	put_alone(&h, "n", 1, NOON + A_DAY);
	fail_a_sync(&h, &held, 0, 1, SEGMENT_2);
	reboot(&h);
	take(&h, &held);
	assert_string_equal(held.control.day, DAY);
	assert_int_equal(held.control.sheets[SHEET_LEADS].state, PART_UNKNOWN);
	hold_release(&held);
	hold_close(&held);
	assert_int_equal(put_alone(&h, "a", 1, NOON + A_DAY), STORE_DUPLICATE);
	assert_int_equal(put_alone(&h, "m", 1, NOON + A_DAY), STORE_STORED);
	assert_int_equal(lines_of(at_home(&h, SEGMENT_2), "leads"), 2);
	assert_int_equal(rows_of(&h, "a"), 1);
	assert_int_equal(rows_of(&h, "n"), 1);
	assert_int_equal(rows_of(&h, "m"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the record is read and written under the lock",
		record_is_read_and_written),
	    TEST("one at a time holds a store", one_at_a_time),
	    TEST("the first note of a turn wins", first_note_wins),
	    TEST("the segment in hand is the one under its name",
		segment_is_the_one_under_its_name),
	    TEST("a sync that fails makes the next segment, with its mark",
		failed_sync_makes_the_next_segment),
	    TEST("where it can't be made it is made later, once, and nothing "
		 "that may have been answered is lost",
		next_segment_is_made_later),
	    TEST("a failure names its day, and outlives a boot",
		failure_names_its_day),
	};

	return RUN(tests);
}
