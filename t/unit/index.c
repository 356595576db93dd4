#include "unit.h"

#include <errno.h>

#include "index/index.h"
#include "index/sqlitefiles.h"

static struct index *
open_index(const char *name)
{
	struct fault f = {0};
	struct index *x = index_open(in_scratch(name), &f);

	if (x == NULL)
		fail_msg("index_open: %s", f.text);
	return x;
}

static void
ids_come_back(void **state)
{
	const struct index_id put = {"2026-11-23", 2, 4711, "abc"};
	struct index *x = open_index("ids");
	struct index_id got;
	struct fault f = {0};
	struct stat st;

	(void)state;
	assert_int_equal(index_find(x, "k", 1, &got, &f), 0);
	assert_int_equal(index_begin(x, &f), 0);
	assert_int_equal(index_add(x, "k", 1, &put, &f), 0);
	assert_int_equal(index_commit(x, &f), 0);
	index_close(x);
	x = open_index("ids");
	assert_int_equal(index_find(x, "k", 1, &got, &f), 1);
	assert_memory_equal(&got, &put, sizeof(put.day));
	assert_int_equal(got.segment, 2);
	assert_int_equal(got.offset, 4711);
	assert_string_equal(got.sha256, "abc");
	assert_int_equal(index_find(x, "kk", 2, &got, &f), 0);
	assert_int_equal(index_forget(x, "2026-11-23", 2, 4712, &f), 0);
	assert_int_equal(index_find(x, "k", 1, &got, &f), 1);
	assert_int_equal(index_forget(x, "2026-11-23", 2, 4711, &f), 0);
	assert_int_equal(index_find(x, "k", 1, &got, &f), 0);
	index_close(x);
	assert_int_equal(stat(in_scratch("ids"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void
a_known_key_keeps_its_place(void **state)
{
	const struct index_id first = {"2026-11-23", 1, 0, "abc"};
	const struct index_id second = {"2026-11-24", 2, 9, "def"};
	struct index *x = open_index("new");
	struct index_id got;
	struct fault f = {0};

	(void)state;
	index_expect_many(x, 1);
	assert_int_equal(index_add_new(x, "k", 1, &first, &f), 1);
	assert_int_equal(index_add_new(x, "k", 1, &second, &f), 0);
	index_expect_many(x, 0);
	assert_int_equal(index_find(x, "k", 1, &got, &f), 1);
	assert_string_equal(got.day, "2026-11-23");
	/* To note it all the same takes the other call. */
	assert_int_equal(index_add(x, "k", 1, &second, &f), 0);
	assert_int_equal(index_find(x, "k", 1, &got, &f), 1);
	assert_string_equal(got.sha256, "def");
	index_close(x);
}

/* What another connection sees tells whether it has ended. */
static void
lookups_and_changes_share_a_transaction(void **state)
{
	const struct index_id put = {"2026-11-23", 1, 0, "abc"};
	struct index *x = open_index("shared"), *other;
	struct index_id got;
	struct fault f = {0};

	(void)state;
	index_end(x); /* there is none */
	assert_int_equal(index_read(x, &f), 0);
	assert_int_equal(index_find(x, "k", 1, &got, &f), 0);
	assert_int_equal(index_begin(x, &f), 0);
	assert_int_equal(index_add(x, "k", 1, &put, &f), 0);
	assert_non_null(other = index_view(in_scratch("shared"), &f));
	assert_int_equal(index_find(other, "k", 1, &got, &f), 0);
	index_end(x);
	assert_int_equal(index_find(other, "k", 1, &got, &f), 1);
	index_close(other);
	/* And it can be taken back as a whole. */
	assert_int_equal(index_read(x, &f), 0);
	assert_int_equal(index_add(x, "l", 1, &put, &f), 0);
	index_rollback(x);
	assert_int_equal(index_find(x, "l", 1, &got, &f), 0);
	index_close(x);
}

static void
rollback_forgets(void **state)
{
	const struct index_id put = {"2026-11-23", 1, 0, "abc"};
	struct index *x = open_index("rollback");
	struct index_id got;
	struct fault f = {0};

	(void)state;
	assert_int_equal(index_begin(x, &f), 0);
	assert_int_equal(index_add(x, "k", 1, &put, &f), 0);
	index_rollback(x);
	index_rollback(x); /* of nothing: no harm */
	assert_int_equal(index_find(x, "k", 1, &got, &f), 0);
	index_close(x);
}

static void
segments_and_sheets_come_back(void **state)
{
	const struct index_segment segment = {123, 77, "boot"};
	const struct index_sheet sheet = {
	    2, 10, 20, 1, 300, 4, 500, 600, "boot", "shape"};
	struct index *x = open_index("rows");
	struct index_segment s;
	struct index_sheet h;
	struct fault f = {0};

	(void)state;
	assert_int_equal(index_segment(x, "d", 1, &s, &f), 0);
	assert_int_equal(s.size, 0);
	assert_int_equal(index_set_segment(x, "d", 1, &segment, &f), 0);
	assert_int_equal(index_segment(x, "d", 1, &s, &f), 1);
	assert_int_equal(s.size, 123);
	assert_int_equal(s.inode, 77);
	assert_string_equal(s.boot, "boot");
	assert_int_equal(index_sheet(x, "d", "leads", &h, &f), 0);
	assert_int_equal(index_set_sheet(x, "d", "leads", &sheet, &f), 0);
	assert_int_equal(index_sheet(x, "d", "test", &h, &f), 0);
	assert_int_equal(index_sheet(x, "d", "leads", &h, &f), 1);
	assert_int_equal(h.part, 2);
	assert_int_equal(h.first_row, 10);
	assert_int_equal(h.next_row, 20);
	assert_int_equal(h.segment, 1);
	assert_int_equal(h.offset, 300);
	assert_int_equal(h.inode, 4);
	assert_int_equal(h.size, 500);
	assert_int_equal(h.mtime, 600);
	assert_string_equal(h.boot, "boot");
	assert_string_equal(h.shape, "shape");
	index_close(x);
}

/* One segment of two, and the day's sheet. */
static void
distrusted_is_forgotten(void **state)
{
	const struct index_segment segment = {123, 77, "boot"};
	const struct index_sheet sheet = {
	    2, 10, 20, 1, 300, 4, 500, 600, "boot", "shape"};
	struct index_id id = {"2026-11-23", 1, 0, "abc"};
	struct index *x = open_index("distrust");
	struct index_segment s;
	struct index_sheet h;
	struct fault f = {0};

	(void)state;
	assert_int_equal(index_add(x, "one", 3, &id, &f), 0);
	assert_int_equal(index_set_segment(x, id.day, 1, &segment, &f), 0);
	id.segment = 2;
	assert_int_equal(index_add(x, "two", 3, &id, &f), 0);
	assert_int_equal(index_set_segment(x, id.day, 2, &segment, &f), 0);
	assert_int_equal(index_set_sheet(x, id.day, "leads", &sheet, &f), 0);
	assert_int_equal(index_distrust(x, id.day, 1, &f), 0);
	assert_int_equal(index_sweep(x, &f), 0);
	assert_int_equal(index_sheet(x, id.day, "leads", &h, &f), 1);
	assert_int_equal(h.first_row, 10);
	assert_int_equal(index_distrust_sheets(x, id.day, &f), 0);
	assert_int_equal(index_find(x, "one", 3, &id, &f), 0);
	assert_int_equal(index_find(x, "two", 3, &id, &f), 1);
	assert_int_equal(index_segment(x, id.day, 1, &s, &f), 0);
	assert_int_equal(index_segment(x, id.day, 2, &s, &f), 1);
	assert_int_equal(index_sheet(x, id.day, "leads", &h, &f), 1);
	assert_int_equal(h.part, 2);
	assert_int_equal(h.first_row, -1);
	assert_string_equal(h.boot, "");
	assert_int_equal(index_forget_day(x, id.day, &f), 0);
	assert_int_equal(index_segment(x, id.day, 2, &s, &f), 0);
	assert_int_equal(index_sheet(x, id.day, "leads", &h, &f), 0);
	assert_int_equal(index_find(x, "two", 3, &id, &f), 1);
	assert_int_equal(index_check(x, &f), 0);
	index_close(x);
}

static void
version_1_is_carried_over(void **state)
{
	static const char schema[] =
	    "CREATE TABLE ids(key TEXT PRIMARY KEY, day TEXT, segment INTEGER,"
	    " offset INTEGER, sha256 TEXT) WITHOUT ROWID;"
	    "CREATE TABLE segments(day TEXT, segment INTEGER, size INTEGER,"
	    " boot TEXT, PRIMARY KEY(day, segment)) WITHOUT ROWID;"
	    "CREATE TABLE sheets(day TEXT, kind TEXT, part INTEGER,"
	    " first_row INTEGER, next_row INTEGER, segment INTEGER, offset "
	    "INTEGER, inode INTEGER, size INTEGER, mtime INTEGER, boot TEXT, "
	    "shape TEXT, PRIMARY KEY(day, kind)) WITHOUT ROWID;"
	    "PRAGMA user_version=1;"
	    "INSERT INTO ids VALUES('k', '2026-11-23', 1, 5, 'abc');"
	    "INSERT INTO segments VALUES('2026-11-23', 1, 9, 'boot');";
	const struct index_segment segment = {123, 77, "boot"};
	struct index_segment s;
	struct index_id id;
	struct index *x;
	struct fault f = {0};
	char command[2048];
	int i;

	(void)state;
	(void)snprintf(command, sizeof(command), "sqlite3 '%s' \"%s\"",
	    in_scratch("one"), schema);
	assert_int_equal(system(command), 0);
	for (i = 0; i < 2; i++) {
		x = open_index("one");
		assert_int_equal(index_find(x, "k", 1, &id, &f), 1);
		assert_int_equal(id.offset, 5);
		assert_int_equal(index_segment(x, "2026-11-23", 1, &s, &f), 1);
		assert_int_equal(s.size, 9);
		assert_int_equal(s.inode, 0);
		assert_int_equal(
		    index_set_segment(x, "2026-11-24", 1, &segment, &f), 0);
		index_close(x);
	}
}

static void
replaced_is_noticed(void **state)
{
	struct index *x = open_index("gone");

	(void)state;
	assert_true(index_is_current(x));
	assert_int_equal(unlink(in_scratch("gone")), 0);
	assert_false(index_is_current(x));
	index_close(x);
}

static void
damage_is_told_and_set_aside(void **state)
{
	char zeros[8192] = "";
	struct fault f = {0};
	struct index *x;

	(void)state;
	write_file(in_scratch("bad"), "this is no database, is it?", 27);
	assert_null(index_open(in_scratch("bad"), &f));
	assert_int_equal(f.kind, FAULT_DAMAGED);
	fault_clear(&f);
	assert_int_equal(sqlitefiles_set_aside(in_scratch("bad"), &f), 0);
	assert_true(exists(in_scratch("bad.damaged-1")));
	write_file(in_scratch("bad"), zeros, sizeof(zeros));
	x = index_open(in_scratch("bad"), &f);
	if (x == NULL)
		assert_int_equal(f.kind, FAULT_DAMAGED);
	index_close(x);
	fault_clear(&f);
	assert_int_equal(sqlitefiles_set_aside(in_scratch("bad"), &f), 0);
	assert_true(exists(in_scratch("bad.damaged-2")));
	x = open_index("bad");
	index_close(x);
}

/* What no look-up comes upon: only reading all of it does. */
static void
check_reads_all_of_it(void **state)
{
	struct index_id id = {"2026-11-23", 1, 0, "abc"};
	struct index *x = open_index("checked");
	struct fault f = {0};
	char command[512], key[16];
	int i;

	(void)state;
	assert_int_equal(index_begin(x, &f), 0);
	for (i = 0; i < 1000; i++) {
		(void)snprintf(key, sizeof(key), "key %d", i);
		assert_int_equal(index_add(x, key, strlen(key), &id, &f), 0);
	}
	assert_int_equal(index_commit(x, &f), 0);
	assert_int_equal(index_check(x, &f), 0);
	index_close(x);
	(void)snprintf(command, sizeof(command),
	    "sqlite3 '%s' 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null && "
	    "head -c 3000 /dev/zero | dd of='%s' bs=1k seek=21 conv=notrunc "
	    "status=none",
	    in_scratch("checked"), in_scratch("checked"));
	assert_int_equal(system(command), 0);
	x = open_index("checked");
	assert_int_equal(index_check(x, &f), -1);
	assert_int_equal(f.kind, FAULT_DAMAGED);
	index_close(x);
}

static void
newer_schema_is_damage(void **state)
{
	struct fault f = {0};
	char command[256];

	(void)state;
	index_close(open_index("newer"));
	(void)snprintf(command, sizeof(command),
	    "sqlite3 '%s' 'PRAGMA user_version=99'", in_scratch("newer"));
	if (system(command) != 0)
		fail_msg("the program sqlite3 is needed here");
	assert_null(index_open(in_scratch("newer"), &f));
	assert_int_equal(f.kind, FAULT_DAMAGED);
	assert_non_null(strstr(f.text, "version 99"));
}

static void
who_views_it_writes_nothing(void **state)
{
	static const char *const beside[] = {"view-wal", "view-shm"};
	const struct index_id put = {"2026-11-23", 1, 4711, "abc"};
	struct index *x = open_index("view"), *v;
	struct index_id got;
	struct fault f = {0};
	struct stat before[2], now;
	size_t i;

	(void)state;
	assert_int_equal(index_begin(x, &f), 0);
	assert_int_equal(index_add(x, "k", 1, &put, &f), 0);
	assert_int_equal(index_commit(x, &f), 0);
	/* What stands in the -wal only is seen, with a writer and without. */
	for (i = 0; i < 2; i++)
		assert_int_equal(stat(in_scratch(beside[i]), &before[i]), 0);
	v = index_view(in_scratch("view"), &f);
	assert_non_null(v);
	assert_int_equal(index_find(v, "k", 1, &got, &f), 1);
	assert_int_equal(index_add(v, "l", 1, &put, &f), -1);
	fault_clear(&f);
	assert_int_equal(index_add(x, "m", 1, &put, &f), 0);
	assert_int_equal(index_find(v, "m", 1, &got, &f), 1);
	index_close(v);
	index_close(x);
	v = index_view(in_scratch("view"), &f);
	assert_non_null(v);
	assert_int_equal(index_find(v, "m", 1, &got, &f), 1);
	index_close(v);
	for (i = 0; i < 2; i++) {
		assert_int_equal(stat(in_scratch(beside[i]), &now), 0);
		assert_int_equal(now.st_ino, before[i].st_ino);
	}
	/* Where there is no -wal none is made; where there is none, nor it. */
	for (i = 0; i < 2; i++)
		assert_int_equal(unlink(in_scratch(beside[i])), 0);
	v = index_view(in_scratch("view"), &f);
	index_close(v);
	assert_false(exists(in_scratch(beside[0])));
	assert_false(exists(in_scratch(beside[1])));
	fault_clear(&f);
	assert_null(index_view(in_scratch("no-view"), &f));
	assert_int_equal(f.err, ENOENT);
	assert_false(exists(in_scratch("no-view")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a key comes back with its place", ids_come_back),
	    TEST("a key that is known is not noted as new",
		a_known_key_keeps_its_place),
	    TEST("look-ups and changes share a transaction until its end",
		lookups_and_changes_share_a_transaction),
	    TEST("what was rolled back is not known", rollback_forgets),
	    TEST(
		"segments and sheets come back", segments_and_sheets_come_back),
	    TEST("what is distrusted is forgotten, and nothing else",
		distrusted_is_forgotten),
	    TEST("an index of version 1 is carried over",
		version_1_is_carried_over),
	    TEST("an index that was deleted is noticed", replaced_is_noticed),
	    TEST("a damaged index is told and set aside",
		damage_is_told_and_set_aside),
	    TEST("who only views it writes nothing",
		who_views_it_writes_nothing),
	    TEST("a check reads all of it", check_reads_all_of_it),
	    TEST("an index of a newer program is not touched",
		newer_schema_is_damage),
	};

	return RUN(tests);
}
