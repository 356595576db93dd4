/* A worker that is killed, wherever it is, and what the next one makes of it.
 */
#include "home.h"

#include "calls.h"

#define TOMORROW    (NOON + A_DAY)
#define NEXT_LEADS  "sheets/leads-2026-11-24.csv"
#define NEXT_LEADS2 "sheets/leads-2026-11-24-2.csv"

/* What came before the worker that is killed, and when it is to write. */
static void
nothing_before(struct home *h)
{
	(void)h;
}

static void
one_before(struct home *h)
{
	put_alone(h, "old", 1, NOON);
}

static void
yesterday_before(struct home *h)
{
	put_alone(h, "old", 1, NOON - A_DAY);
}

static void
setting_changed(struct home *h)
{
	one_before(h);
	h->settings.shape.bom = 0;
}

static void
sheet_edited(struct home *h)
{
	one_before(h);
	at_home_run(h, "echo by hand >> " LEADS);
}

static void
sheet_saved_late(struct home *h)
{
	put_alone(h, "first", 1, NOON - A_DAY);
	at_home_run(h, "sed 's/first-0/&0/' sheets/leads-2026-11-22.csv > x");
	put_alone(h, "old", 1, NOON - A_DAY);
	at_home_run(h, "cat x > sheets/leads-2026-11-22.csv");
}

static void
index_lost(struct home *h)
{
	one_before(h);
	at_home_run(h, "rm index");
}

static void
booted(struct home *h)
{
	one_before(h);
	reboot(h);
}

static void
sheet_deleted(struct home *h)
{
	one_before(h);
	at_home_run(h, "rm sheets/*");
}

static const struct scene {
	const char *name;
	void (*prepare)(struct home *);
	int parts; /* files that the leads may stand in */
} scenes[] = {{"first", nothing_before, 1}, {"next", one_before, 1},
    {"midnight", yesterday_before, 2}, {"setting", setting_changed, 2},
    {"edited", sheet_edited, 2}, {"late", sheet_saved_late, 3},
    {"index", index_lost, 1}, {"boot", booted, 1},
    {"deleted", sheet_deleted, 1}};

/* Put it in a child that ends before a call: 1, or 0 when none was left. */
static int
put_and_die(struct home *h, const char *call, int skip)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		forget_calls();
		fail_call(call, "", skip, 0, 0);
		(void)put_alone(h, "killed", 1, NOON);
		_exit(7);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}

/* All are there once, in the sheets, too. */
static void
check_home(struct home *h, const struct scene *scene, const char *at)
{
	int files = at_home_count(h, "ls sheets | grep -c -v new; true");

	if (rows_of(h, "killed") != 1 || rows_of(h, "next") != 1 ||
	    (scene->prepare != nothing_before && rows_of(h, "old") != 1))
		fail_msg("%s: killed %d, next %d, old %d", at,
		    rows_of(h, "killed"), rows_of(h, "next"),
		    rows_of(h, "old"));
	if (files != scene->parts)
		fail_msg("%s: %d files", at, files);
	assert_false(exists(at_home(h, SEGMENT_2)));
	assert_int_equal(at_home_count(h, "cat journal/*.jsonl | "
					  "grep -c '\"id\":\"killed\"'"),
	    1);
}

/* LONG=1 leaves no call out. */
static void
killed_anywhere_nothing_is_lost(void **state)
{
	static const char *const calls[] = {
	    "write", "pwrite", "fdatasync", "fsync", "rename"};
	const struct scene *scene = *state;
	char name[64];
	struct home h;
	size_t i;
	int skip, kills = 0, dies, step = getenv("LONG") != NULL ? 1 : 3;

	for (i = 0; i < COUNT(calls); i++)
		for (skip = 0, dies = 1; dies; skip += step, kills += dies) {
			(void)snprintf(name, sizeof(name), "%s-%s-%d",
			    scene->name, calls[i], skip);
			make_home(&h, name);
			scene->prepare(&h);
			dies = put_and_die(&h, calls[i], skip);
			forget_calls();
			(void)put_alone(&h, "killed", 1, NOON);
			/* Whatever is said of it, it is synced before. */
			(void)put_alone(&h, "next", 1, NOON);
			assert_int_equal(
			    put_alone(&h, "killed", 1, NOON), STORE_DUPLICATE);
			check_home(&h, scene, name);
		}
	assert_true(kills >= 3);
}

/* The dead one wrote it, and perhaps never synced it. */
static void
duplicate_of_a_dead_one_is_synced(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "duplicate");
	one_before(&h);
	assert_true(put_and_die(&h, "fdatasync", 0));
	forget_calls();
	assert_int_equal(put_alone(&h, "killed", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(count_calls("fdatasync", DAY ".jsonl"), 1);
	/* The row came with it, made whole beside. */
	assert_int_equal(rows_of(&h, "killed"), 1);
	assert_int_equal(count_calls("rename", "leads-" DAY ".csv"), 1);
	assert_int_equal(count_calls("write", "leads-" DAY ".csv"), 0);
	forget_calls();
	assert_int_equal(put_alone(&h, "killed", 1, NOON), STORE_DUPLICATE);
	assert_string_equal(calls_made, "");
}

/* A store that was open all the time sees what a dead one left. */
static void
open_store_sees_it(void **state)
{
	static const char *const calls[] = {"fdatasync", "pwrite"};
	struct home h;
	struct store *s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(calls); i++) {
		make_home(&h, calls[i]);
		s = open_store(&h);
		put(s, "old", 1, NOON);
		assert_true(put_and_die(&h, calls[i], 0));
		assert_int_equal(put(s, "killed", 1, NOON), STORE_DUPLICATE);
		assert_int_equal(put(s, "next", 1, NOON), STORE_STORED);
		store_close(s);
		assert_int_equal(rows_of(&h, "killed"), 1);
		assert_int_equal(rows_of(&h, "next"), 1);
		assert_false(exists(at_home(&h, LEADS_2)));
	}
}

/* And where that sync fails it is kept, in the next segment. */
static void
failed_sync_of_a_dead_ones_line(void **state)
{
	enum store_result result;
	struct fault f = {0};
	struct home h;
	struct store *s;
	char *body;
	int lost;

	(void)state;
	for (lost = 0; lost < 2; lost++) {
		make_home(&h, lost ? "synclost" : "sync");
		one_before(&h);
		assert_true(put_and_die(&h, "fdatasync", 0));
		if (lost)
			at_home_run(&h, "rm index");
		forget_calls();
		fail_call("fdatasync", JOURNAL, 0, 1, EIO);
		body = make_body("killed", 1, "");
		s = open_store(&h);
		assert_int_equal(put_body(s, body, NOON, &result, &f), -1);
		free(body);
		store_close(s);
		fault_clear(&f);
		assert_int_equal(
		    lines_of(at_home(&h, SEGMENT_2), "segment"), 1);
		assert_int_equal(lines_of(at_home(&h, SEGMENT_2), "leads"), 1);
		assert_int_equal(
		    put_alone(&h, "killed", 1, NOON), STORE_DUPLICATE);
		assert_int_equal(
		    put_alone(&h, "old", 1, NOON), STORE_DUPLICATE);
		assert_int_equal(put_alone(&h, "next", 1, NOON), STORE_STORED);
		assert_int_equal(rows_of(&h, "killed"), 1);
		assert_int_equal(rows_of(&h, "old"), 1);
		assert_int_equal(rows_of(&h, "next"), 1);
	}
}

/* Killed before the directory with the next segment's name is synced. */
static void
name_of_a_dead_ones_segment_is_synced(void **state)
{
	struct home h;
	pid_t pid;
	int status;

	(void)state;
	make_home(&h, "name");
	one_before(&h);
	if ((pid = fork()) == 0) {
		forget_calls();
		fail_call("fdatasync", JOURNAL, 0, 1, EIO);
		fail_call("fsync", "/journal", 0, 0, 0);
		(void)put_alone(&h, "killed", 1, NOON);
		_exit(7);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(lines_of(at_home(&h, SEGMENT_2), "segment"), 1);
	forget_calls();
	assert_int_equal(put_alone(&h, "killed", 1, NOON), STORE_STORED);
	assert_true(find_call("fsync", "journal") != NULL);
	assert_true(
	    find_call("fsync", "journal") < find_call("write", DAY "-2.jsonl"));
}

#define SCENE(sentence, number)                                                \
	{                                                                      \
		sentence, killed_anywhere_nothing_is_lost, NULL, NULL,         \
		    (void *)(uintptr_t)&scenes[number]                         \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCENE(
		"killed anywhere in the first delivery, all is there once", 0),
	    SCENE("so it is in the next one", 1),
	    SCENE("so it is in a day's first one", 2),
	    SCENE("so it is when a setting was changed", 3),
	    SCENE("so it is when the sheet was edited", 4),
	    SCENE("so it is when yesterday's was saved late", 5),
	    SCENE("so it is when the index was lost", 6),
	    SCENE("so it is after another boot", 7),
	    SCENE("so it is when the sheets were deleted", 8),
	    TEST("a duplicate of a dead one's is synced, and has its row",
		duplicate_of_a_dead_one_is_synced),
	    TEST("a store that is open sees what a dead one left",
		open_store_sees_it),
	    TEST("when a dead one's line can't be synced it is kept elsewhere",
		failed_sync_of_a_dead_ones_line),
	    TEST("the name of a dead one's segment is synced",
		name_of_a_dead_ones_segment_is_synced),
	};

	return RUN(tests);
}
