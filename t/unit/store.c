#include "home.h"

#include <sys/resource.h>

#include "calls.h"

static void
delivery_is_kept_once(void **state)
{
	struct home h;
	struct store *s;
	int i;

	(void)state;
	make_home(&h, "once");
	s = open_store(&h);
	assert_int_equal(put(s, "a", 2, NOON), STORE_STORED);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	for (i = 0; i < 3; i++)
		assert_int_equal(put(s, "a", 2, NOON), STORE_DUPLICATE);
	store_close(s);
	/* Another process, and after midnight. */
	assert_int_equal(put_alone(&h, "a", 2, NOON + A_DAY), STORE_DUPLICATE);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "leads"), 2);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_false(exists(at_home(&h, "sheets/leads-2026-11-24.csv")));
	assert_false(exists(at_home(&h, "journal/2026-11-24.jsonl")));
}

static void
another_body_is_kept_as_other(void **state)
{
	struct home h;
	struct store *s;
	int i;

	(void)state;
	make_home(&h, "conflict");
	s = open_store(&h);
	assert_int_equal(put(s, "a", 1, NOON), STORE_STORED);
	for (i = 0; i < 3; i++)
		assert_int_equal(put(s, "a", 2, NOON), STORE_CONFLICT);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "leads"), 1);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "other"), 1);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
}

static void
tests_have_their_own_sheet(void **state)
{
	char *body = make_body("a", 1, "\"test\":true,");
	enum store_result result;
	struct fault f = {0};
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "tests");
	s = open_store(&h);
	assert_int_equal(put_body(s, body, NOON, &result, &f), 0);
	assert_int_equal(put(s, "a", 1, NOON), STORE_STORED);
	assert_int_equal(put_body(s, body, NOON, &result, &f), 0);
	assert_int_equal(result, STORE_STORED);
	store_close(s);
	free(body);
	assert_int_equal(lines_in(at_home(&h, TESTS)), 1 + 2);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "test"), 2);
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "sheet"), 2);
}

static void
no_leads_no_sheet(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "empty");
	s = open_store(&h);
	assert_int_equal(put(s, "a", 0, NOON), STORE_STORED);
	assert_int_equal(put(s, "a", 0, NOON), STORE_DUPLICATE);
	assert_false(exists(at_home(&h, LEADS)));
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
}

static void
days_have_their_own_files(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "days");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON - A_DAY);
	put(s, "c", 1, NOON + 3652 * A_DAY);
	put(s, "d", 1, 0);
	put(s, "e", 1, NOON);
	assert_int_equal(put(s, "c", 1, NOON), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	assert_int_equal(
	    lines_in(at_home(&h, "sheets/leads-2026-11-22.csv")), 1 + 1);
	assert_int_equal(
	    lines_in(at_home(&h, "sheets/leads-2036-11-22.csv")), 1 + 1);
	assert_int_equal(
	    lines_in(at_home(&h, "sheets/leads-1970-01-01.csv")), 1 + 1);
	/* Opened again, its sheet went on. */
	assert_int_equal(lines_of(at_home(&h, JOURNAL), "sheet"), 1);
}

/* Nothing that isn't on stable storage is in a sheet or in the index. */
static void
order_is_kept(void **state)
{
	static const char *const calls[][2] = {{"write", DAY ".jsonl"},
	    {"fdatasync", DAY ".jsonl"}, {"write", "leads-" DAY ".csv"},
	    {"pwrite", "index"}, {"pwrite", "lock"}};
	struct home h;
	struct store *s;
	const char *at, *before = calls_made;
	size_t i;

	(void)state;
	make_home(&h, "order");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	forget_calls();
	put(s, "b", 1, NOON);
	for (i = 0; i < COUNT(calls); i++) {
		assert_int_equal(count_calls(calls[i][0], calls[i][1]), 1);
		assert_non_null(at = find_call(calls[i][0], calls[i][1]));
		assert_true(i == 0 || at > before);
		before = at;
	}
	/* A duplicate writes nothing. */
	forget_calls();
	assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
	assert_string_equal(calls_made, "");
	store_close(s);
}

/* Put one that must fail for want of room. */
static void
put_without_room(struct home *h, const char *id, int leads)
{
	char *body = make_body(id, leads, "");
	enum store_result result;
	struct fault f = {0};
	struct store *s = open_store(h);

	assert_int_equal(put_body(s, body, NOON, &result, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	store_close(s);
	free(body);
}

static void
failed_write_leaves_nothing(void **state)
{
	struct rlimit limit, was;
	char *before, *after;
	struct home h;
	struct stat st;
	int more;

	(void)state;
	make_home(&h, "full");
	put_alone(&h, "a", 1, NOON);
	before = read_file(at_home(&h, JOURNAL), NULL);
	assert_int_equal(stat(at_home(&h, JOURNAL), &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	for (more = 0; more < 300; more += 97) {
		limit = was;
		limit.rlim_cur = (rlim_t)(st.st_size + more);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		put_without_room(&h, "b", 3);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		after = read_file(at_home(&h, JOURNAL), NULL);
		assert_string_equal(after, before);
		free(after);
	}
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	assert_int_equal(put_alone(&h, "b", 3, NOON), STORE_STORED);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 4);
	assert_false(exists(at_home(&h, SEGMENT_2)));
	free(before);
}

/* The delivery is kept, its rows come when there is room. */
static void
failed_sheet_costs_no_delivery(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "sheetfull");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	forget_calls();
	fail_call("write", LEADS, 0, 1, ENOSPC);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	assert_non_null(strstr(store_note(s), "the sheet will catch up"));
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	/* With the next delivery, even one without rows. */
	assert_int_equal(put(s, "none", 0, NOON), STORE_STORED);
	assert_string_equal(store_note(s), "");
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	assert_false(exists(at_home(&h, LEADS_2)));
}

/* Someone saves it just when a row is about to be written. */
static void
save_by_hand(const char *call, const char *path)
{
	FILE *f;

	if (strcmp(call, "write") != 0 || !ends_with(path, LEADS))
		return;
	call_hook = NULL;
	assert_non_null(f = fopen(path, "a"));
	assert_true(fputs("by hand\r\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
edit_of_just_now_is_seen(void **state)
{
	struct home h;

	(void)state;
	make_home(&h, "now");
	put_alone(&h, "a", 1, NOON);
	forget_calls();
	call_hook = save_by_hand;
	assert_int_equal(put_alone(&h, "b", 1, NOON), STORE_STORED);
	assert_int_equal(put_alone(&h, "c", 1, NOON), STORE_STORED);
	/* The row that was under way came behind it; no other does. */
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 1);
	assert_int_equal(rows_of(&h, "c"), 1);
}

static void
changed_settings_begin_a_part(void **state)
{
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "shape");
	s = open_store(&h);
	put(s, "a", 2, NOON);
	h.settings.shape.bom = 0;
	put(s, "b", 1, NOON);
	put(s, "c", 1, NOON);
	/* And back: the first part isn't gone on with. */
	h.settings.shape.bom = 1;
	put(s, "d", 1, NOON);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 2);
	assert_int_equal(lines_in(at_home(&h, LEADS_3)), 1 + 1);
}

static void
busy_lock_is_a_fault(void **state)
{
	enum store_result result;
	struct fault f = {0};
	struct lock *l;
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "busy");
	h.settings.lock_timeout = UTC_SECOND / 10;
	s = open_store(&h);
	l = lock_open(at_home(&h, "lock"), &f);
	assert_non_null(l);
	assert_int_equal(lock_take(l, UTC_SECOND, &f), 0);
	assert_int_equal(put_body(s, "{}", NOON, &result, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	assert_false(exists(at_home(&h, JOURNAL)));
	lock_release(l);
	lock_close(l);
	assert_int_equal(put(s, "a", 1, NOON), STORE_STORED);
	store_close(s);
}

/* What health says of it: the beginning of why, or NULL where all is well. */
static void
assert_health(struct store *s, const char *expected)
{
	const char *why;
	struct fault f = {0};
	int rc = store_health(s, &why, &f);

	if (expected == NULL && rc == -1)
		fail_msg("%s: %s", why, f.text);
	assert_int_equal(rc, expected == NULL ? 0 : -1);
	if (expected != NULL)
		assert_non_null(strstr(why, expected));
}

static void
health_is_told(void **state)
{
	struct fault f = {0};
	struct lock *l;
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "health");
	s = open_store(&h);
	assert_health(s, "secret");
	write_file(at_home(&h, "secret"), "s", 1);
	assert_int_equal(chmod(at_home(&h, "secret"), 0600), 0);
	assert_health(s, NULL);
	put(s, "a", 1, NOON);
	assert_health(s, NULL);
	/* Who holds the lock is at work. */
	assert_non_null(l = lock_open(at_home(&h, "lock"), &f));
	assert_int_equal(lock_take(l, UTC_SECOND, &f), 0);
	assert_health(s, NULL);
	lock_release(l);
	lock_close(l);
	/* A sheet that can't be written; the look at it makes it whole. */
	fail_call("write", LEADS, 0, 1, ENOSPC);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	fail_call("rename", LEADS, 0, 1, EIO);
	assert_health(s, "sheet");
	assert_health(s, NULL);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	at_home_run(&h, "mv " JOURNAL " x; mkdir " JOURNAL);
	assert_health(s, "journal");
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a delivery is kept once, whatever is retried",
		delivery_is_kept_once),
	    TEST("another body under a known id is kept as other, once",
		another_body_is_kept_as_other),
	    TEST("tests have a sheet of their own and are never duplicates",
		tests_have_their_own_sheet),
	    TEST("no leads make no sheet, and are remembered",
		no_leads_no_sheet),
	    TEST("each day has its own files, however the clock goes",
		days_have_their_own_files),
	    TEST("a record is synced before its rows and its key are written",
		order_is_kept),
	    TEST("a journal write that fails leaves nothing, and a retry works",
		failed_write_leaves_nothing),
	    TEST("a sheet write that fails costs no delivery, and no row",
		failed_sheet_costs_no_delivery),
	    TEST("an edit of just now is seen", edit_of_just_now_is_seen),
	    TEST("settings that shape the file begin a new part",
		changed_settings_begin_a_part),
	    TEST("a lock held too long is a fault, and nothing is kept",
		busy_lock_is_a_fault),
	    TEST("health is told", health_is_told),
	};

	return RUN(tests);
}
