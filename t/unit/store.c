#include "home.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define LEADS   "sheets/leads-" DAY ".csv"
#define LEADS_2 "sheets/leads-" DAY "-2.csv"
#define TESTS   "sheets/test-" DAY ".csv"
#define JOURNAL "journal/" DAY ".jsonl"

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
	s = open_store(&h);
	assert_int_equal(
	    put(s, "a", 2, NOON + 86400 * UTC_SECOND), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, JOURNAL)), 2);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_false(exists(at_home(&h, "sheets/leads-2026-11-24.csv")));
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
	assert_int_equal(lines_in(at_home(&h, JOURNAL)), 2);
	assert_int_equal(count_in(at_home(&h, JOURNAL), "\"other\""), 1);
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
	assert_int_equal(lines_in(at_home(&h, JOURNAL)), 3);
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
	const int64_t ten_years = INT64_C(3652) * 86400 * UTC_SECOND;
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "days");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	put(s, "b", 1, NOON - 86400 * UTC_SECOND);
	put(s, "c", 1, NOON + ten_years);
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
}

/* In a child, as the limit holds for the whole process. */
static void
put_with_limit(struct home *h, const char *id, int leads, rlim_t size)
{
	struct rlimit limit = {size, size};
	enum store_result result;
	struct fault f = {0};
	char *body = make_body(id, leads, "");
	struct store *s;
	const char *why;
	pid_t pid;
	int status;

	if ((pid = fork()) == 0) {
		(void)signal(SIGXFSZ, SIG_IGN);
		s = open_store(h);
		/* So that the index is open: its files are larger. */
		write_file(at_home(h, "secret"), "s", 1);
		if (chmod(at_home(h, "secret"), 0600) == -1 ||
		    store_health(s, &why, &f) == -1)
			_exit(1);
		if (setrlimit(RLIMIT_FSIZE, &limit) == -1 ||
		    put_body(s, body, NOON, &result, &f) != -1 ||
		    f.kind != FAULT_STORAGE)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(body);
}

static void
failed_write_leaves_nothing(void **state)
{
	struct home h;
	struct store *s;
	char *before, *after;
	struct stat st;
	rlim_t size;

	(void)state;
	make_home(&h, "full");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	store_close(s);
	before = read_file(at_home(&h, JOURNAL), NULL);
	/* The journal is larger than the sheet will be: cut it there first. */
	assert_int_equal(stat(at_home(&h, JOURNAL), &st), 0);
	for (size = (rlim_t)st.st_size; size < (rlim_t)st.st_size + 300;
	     size += 97)
		put_with_limit(&h, "b", 3, size);
	after = read_file(at_home(&h, JOURNAL), NULL);
	assert_string_equal(after, before);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 1);
	s = open_store(&h);
	assert_int_equal(put(s, "b", 3, NOON), STORE_STORED);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 4);
	free(before);
	free(after);
}

/* Many short fields make a sheet that is longer than its journal. */
static void
failed_sheet_takes_the_journal_back(void **state)
{
	struct home h;
	struct store *s;
	struct stat journal, sheet;
	char *before, *after;

	(void)state;
	make_home(&h, "fullsheet");
	s = open_store(&h);
	put(s, "a", 2000, NOON);
	store_close(s);
	assert_int_equal(stat(at_home(&h, JOURNAL), &journal), 0);
	assert_int_equal(stat(at_home(&h, LEADS), &sheet), 0);
	assert_true(sheet.st_size > 2 * journal.st_size);
	before = read_file(at_home(&h, LEADS), NULL);
	put_with_limit(&h, "b", 2, (rlim_t)sheet.st_size + 10);
	after = read_file(at_home(&h, LEADS), NULL);
	assert_string_equal(after, before);
	free(after);
	after = read_file(at_home(&h, JOURNAL), NULL);
	assert_int_equal(strlen(after), journal.st_size);
	s = open_store(&h);
	assert_int_equal(put(s, "b", 2, NOON), STORE_STORED);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2002);
	free(before);
	free(after);
}

static void
retired_segment_is_not_trusted(void **state)
{
	struct fault f = {0};
	struct appendfile *a;
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "retired");
	s = open_store(&h);
	put(s, "a", 1, NOON);
	a = appendfile_open(at_home(&h, JOURNAL), APPENDFILE_APPEND, &f);
	assert_non_null(a);
	assert_int_equal(appendfile_retire(a, &f), 0);
	appendfile_close(a);
	/* The retry gets a record that can be trusted, and no second row. */
	assert_int_equal(put(s, "a", 1, NOON), STORE_STORED);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "b", 1, NOON), STORE_STORED);
	assert_int_equal(put(s, "b", 1, NOON), STORE_DUPLICATE);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, JOURNAL)), 1);
	assert_int_equal(lines_in(at_home(&h, "journal/" DAY "-2.jsonl")), 2);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	/* The same from the journal alone. */
	assert_int_equal(unlink(at_home(&h, LEADS)), 0);
	assert_int_equal(unlink(at_home(&h, "index.sqlite")), 0);
	s = open_store(&h);
	put(s, "c", 1, NOON);
	assert_int_equal(put(s, "a", 1, NOON), STORE_DUPLICATE);
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 3);
	assert_int_equal(lines_in(at_home(&h, "journal/" DAY "-2.jsonl")), 3);
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
	store_close(s);
	assert_int_equal(lines_in(at_home(&h, LEADS)), 1 + 2);
	assert_int_equal(lines_in(at_home(&h, LEADS_2)), 1 + 2);
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

static void
health_is_told(void **state)
{
	const char *why;
	struct fault f = {0};
	struct home h;
	struct store *s;

	(void)state;
	make_home(&h, "health");
	s = open_store(&h);
	assert_int_equal(store_health(s, &why, &f), -1);
	assert_non_null(strstr(why, "secret"));
	fault_clear(&f);
	write_file(at_home(&h, "secret"), "s", 1);
	assert_int_equal(chmod(at_home(&h, "secret"), 0600), 0);
	assert_int_equal(store_health(s, &why, &f), 0);
	store_close(s);
	(void)unlink(at_home(&h, "index.sqlite"));
	assert_int_equal(mkdir(at_home(&h, "index.sqlite"), 0700), 0);
	s = open_store(&h);
	assert_int_equal(store_health(s, &why, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
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
	    TEST("a journal write that fails leaves nothing, and a retry works",
		failed_write_leaves_nothing),
	    TEST("a sheet write that fails takes the journal back",
		failed_sheet_takes_the_journal_back),
	    TEST("a retired segment is not trusted, and makes no second row",
		retired_segment_is_not_trusted),
	    TEST("settings that shape the file begin a new part",
		changed_settings_begin_a_part),
	    TEST("a lock held too long is a fault, and nothing is kept",
		busy_lock_is_a_fault),
	    TEST("health is told", health_is_told),
	};

	return RUN(tests);
}
