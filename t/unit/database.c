#include "unit.h"

#include "index/database.h"

enum { PUT, GET, WRONG, BEGIN };

static const char *const statements[] = {
    [PUT] = "INSERT INTO t VALUES(?, ?)",
    [GET] = "SELECT a, b FROM t WHERE a = ?",
    [WRONG] = "SELECT c FROM t",
    [BEGIN] = "BEGIN",
};

static const struct database_plan plan = {
    "CREATE TABLE t(a TEXT, b INTEGER); PRAGMA user_version=3", 3, statements,
    COUNT(statements), NULL};

static void
rows_come_back(void **state)
{
	struct fault f = {0};
	struct database *d;
	char text[8];

	(void)state;
	d = database_open(in_scratch("rows"), &plan, &f);
	assert_non_null(d);
	assert_int_equal(
	    database_run(d, &f, PUT, "ti", "key!", (size_t)3, INT64_MIN), 0);
	database_close(d);
	d = database_open(in_scratch("rows"), &plan, &f);
	assert_non_null(d);
	assert_int_equal(database_run(d, &f, GET, "s", "other"), 0);
	assert_int_equal(database_run(d, &f, GET, "s", "key"), 1);
	assert_true(database_number(d, GET, 1) == INT64_MIN);
	database_text(d, GET, 0, text, sizeof(text));
	assert_string_equal(text, "key");
	database_done(d, GET);
	assert_false(database_in_transaction(d));
	assert_int_equal(database_run(d, &f, BEGIN, ""), 0);
	assert_true(database_in_transaction(d));
	database_close(d);
	database_close(NULL);
}

static void
another_schema_is_damage(void **state)
{
	static const struct database_plan next = {
	    "CREATE TABLE t(a TEXT); PRAGMA user_version=4", 4, statements,
	    COUNT(statements), NULL};
	struct database_plan upgrading = next;
	struct fault f = {0};
	struct database *d;

	(void)state;
	d = database_open(in_scratch("schema"), &plan, &f);
	assert_non_null(d);
	assert_int_equal(database_run(d, &f, WRONG, ""), -1);
	assert_int_equal(f.kind, FAULT_DAMAGED);
	database_close(d);
	fault_clear(&f);
	assert_null(database_open(in_scratch("schema"), &next, &f));
	assert_int_equal(f.kind, FAULT_DAMAGED);
	fault_clear(&f);
	upgrading.upgrade = "ALTER TABLE t ADD COLUMN c TEXT;"
			    "PRAGMA user_version=4";
	d = database_open(in_scratch("schema"), &upgrading, &f);
	assert_non_null(d);
	assert_int_equal(database_run(d, &f, WRONG, ""), 0);
	database_close(d);
}

static void
no_file_is_storage(void **state)
{
	struct fault f = {0};

	(void)state;
	assert_null(database_open(in_scratch("no/such"), &plan, &f));
	assert_int_equal(f.kind, FAULT_STORAGE);
	fault_clear(&f);
	assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
	assert_null(database_open(in_scratch("fifo"), &plan, &f));
	assert_int_equal(f.kind, FAULT_STORAGE);
}

static void
hard_links_are_refused(void **state)
{
	static const char *const names[] = {"-wal", "-shm"};
	struct fault f = {0};
	struct database *d;
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		(void)snprintf(name, sizeof(name), "beside%zu%s", i, names[i]);
		write_file(in_scratch("theirs"), "", 0);
		assert_int_equal(
		    link(in_scratch("theirs"), in_scratch(name)), 0);
		(void)snprintf(name, sizeof(name), "beside%zu", i);
		assert_null(database_open(in_scratch(name), &plan, &f));
		assert_int_equal(f.kind, FAULT_STORAGE);
		fault_clear(&f);
		assert_int_equal(unlink(in_scratch("theirs")), 0);
	}
	assert_non_null(d = database_open(in_scratch("one"), &plan, &f));
	database_close(d);
	assert_int_equal(link(in_scratch("one"), in_scratch("two")), 0);
	assert_null(database_open(in_scratch("two"), &plan, &f));
	assert_int_equal(f.kind, FAULT_STORAGE);
}

static void
another_programs_bytes_stay(void **state)
{
	char *before, *after;
	struct fault f = {0};
	size_t n, m;

	(void)state;
	assert_int_equal(setenv("DB", in_scratch("app"), 1), 0);
	assert_int_equal(system("sqlite3 \"$DB\" 'CREATE TABLE x(y)'"), 0);
	before = read_file(in_scratch("app"), &n);
	assert_null(database_open(in_scratch("app"), &plan, &f));
	assert_int_equal(f.kind, FAULT_DAMAGED);
	after = read_file(in_scratch("app"), &m);
	assert_int_equal(n, m);
	assert_memory_equal(before, after, n);
	free(before);
	free(after);
}

static void
files_that_went_are_noticed(void **state)
{
	static const char *const names[] = {"gone", "gone-wal", "gone-shm"};
	struct fault f = {0};
	struct database *d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		d = database_open(in_scratch("gone"), &plan, &f);
		assert_non_null(d);
		assert_true(database_is_current(d));
		assert_int_equal(unlink(in_scratch(names[i])), 0);
		assert_false(database_is_current(d));
		database_close(d);
	}
}

static void
emptied_file_with_its_wal_is_damage(void **state)
{
	struct fault f = {0};
	struct database *d;

	(void)state;
	d = database_open(in_scratch("emptied"), &plan, &f);
	assert_int_equal(database_run(d, &f, PUT, "si", "key", INT64_C(1)), 0);
	assert_int_equal(truncate(in_scratch("emptied"), 0), 0);
	assert_null(database_open(in_scratch("emptied"), &plan, &f));
	assert_int_equal(f.kind, FAULT_DAMAGED);
	database_close(d);
}

static void
environment_is_ignored(void **state)
{
	struct fault f = {0};
	struct database *d;
	struct stat st;

	(void)state;
	setenv("SQLITE_TMPDIR", "/nonexistent", 1);
	(void)umask(0);
	d = database_open(in_scratch("mode"), &plan, &f);
	assert_non_null(d);
	assert_int_equal(database_run(d, &f, PUT, "si", "key", INT64_C(1)), 0);
	assert_int_equal(stat(in_scratch("mode-wal"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	database_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("rows come back", rows_come_back),
	    TEST("another schema is damage", another_schema_is_damage),
	    TEST("no file is a fault of storage", no_file_is_storage),
	    TEST("what has another name is refused, -wal and -shm too",
		hard_links_are_refused),
	    TEST("another program's database keeps its bytes",
		another_programs_bytes_stay),
	    TEST("a file, -wal or -shm that went is noticed",
		files_that_went_are_noticed),
	    TEST("an emptied file beside its -wal is damage",
		emptied_file_with_its_wal_is_damage),
	    TEST("umask and environment make no difference",
		environment_is_ignored),
	};

	return RUN(tests);
}
