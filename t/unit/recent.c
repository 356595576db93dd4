#include "unit.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>

#include "index/recent.h"

#define DIGEST                                                                 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The file of an index of that name, as another process would have it. */
static struct recent *
open_recent(const char *name)
{
	struct fault f = {0};
	struct recent *r = recent_new(in_scratch(name), 0, &f);

	assert_non_null(r);
	recent_load(r);
	return r;
}

static const char *
file_of(const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s-recent", name);
	return in_scratch(path);
}

static struct recent_state
make_base(void)
{
	struct recent_state base;

	memset(&base, 0, sizeof(base));
	(void)snprintf(base.day, sizeof(base.day), "2026-11-23");
	base.number = 1;
	base.segment.size = 1000;
	base.segment.inode = 77;
	(void)snprintf(
	    base.segment.boot, sizeof(base.segment.boot), "this one");
	(void)snprintf(base.kind, sizeof(base.kind), "leads");
	base.sheet.part = 1;
	base.sheet.next_row = 5;
	base.sheet.segment = 1;
	base.sheet.offset = 1000;
	base.sheet.inode = 78;
	base.sheet.size = 500;
	base.sheet.mtime = 1;
	(void)snprintf(base.sheet.boot, sizeof(base.sheet.boot), "this one");
	(void)snprintf(base.sheet.shape, sizeof(base.sheet.shape), "csv");
	return base;
}

/* The n-th delivery after it, from 0 on: 100 bytes, two rows of 20 bytes. */
static struct recent_delivery
delivery(int n, const char *key)
{
	struct recent_delivery d;

	memset(&d, 0, sizeof(d));
	d.key = key;
	d.len = strlen(key);
	d.now = make_base();
	memcpy(d.id.day, d.now.day, sizeof(d.id.day));
	d.id.segment = 1;
	d.id.offset = 1000 + 100 * n;
	memcpy(d.id.sha256, DIGEST, sizeof(d.id.sha256));
	d.now.segment.size = d.id.offset + 100;
	d.now.sheet.next_row += 2 * (n + 1);
	d.now.sheet.offset = d.now.segment.size;
	d.now.sheet.size += 40 * (n + 1);
	d.now.sheet.mtime += n + 1;
	return d;
}

static const char *const keys[] = {"a", "bb", "ccc", "dddd", "eeeee"};

/* A file of these five. */
static void
make_five(const char *name)
{
	const struct recent_state base = make_base();
	struct recent *r = open_recent(name);
	struct recent_delivery d;
	int i;

	for (i = 0; i < 5; i++) {
		d = delivery(i, keys[i]);
		assert_int_equal(
		    i == 0 ? recent_begin(r, &base, &d) : recent_add(r, &d), 1);
	}
	recent_close(r);
}

/* It has the first n of them, as they are. */
static void
check_first(struct recent *r, size_t n)
{
	struct recent_delivery put;
	struct index_id id;
	size_t i, len;

	assert_int_equal(recent_count(r), n);
	for (i = 0; i < n; i++) {
		put = delivery((int)i, keys[i]);
		assert_memory_equal(
		    recent_get(r, i, &len, &id), put.key, put.len);
		assert_int_equal(len, put.len);
		assert_int_equal(recent_find(r, keys[i], put.len, &id), 1);
		assert_string_equal(id.day, put.id.day);
		assert_int_equal(id.segment, 1);
		assert_int_equal(id.offset, put.id.offset);
		assert_string_equal(id.sha256, DIGEST);
	}
	for (; i < 5; i++)
		assert_int_equal(
		    recent_find(r, keys[i], strlen(keys[i]), &id), 0);
	if (n == 0) {
		assert_null(recent_base(r));
		assert_null(recent_now(r));
		return;
	}
	assert_int_equal(recent_base(r)->segment.size, 1000);
	assert_int_equal(recent_base(r)->sheet.next_row, 5);
	put = delivery((int)n - 1, "");
	assert_memory_equal(recent_now(r), &put.now, sizeof(put.now));
}

static void
comes_back(void **state)
{
	struct recent *r = open_recent("back");
	struct stat st;

	(void)state;
	check_first(r, 0);
	make_five("back");
	recent_load(r);
	check_first(r, 5);
	recent_load(r);
	check_first(r, 5);
	recent_close(r);
	assert_int_equal(stat(file_of("back"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

/* Two workers in turn. */
static void
is_shared(void **state)
{
	const struct recent_state base = make_base();
	struct recent *r[2] = {open_recent("share"), open_recent("share")};
	struct recent_delivery d = delivery(0, keys[0]);
	int i;

	(void)state;
	assert_int_equal(recent_begin(r[0], &base, &d), 1);
	for (i = 1; i < 5; i++) {
		recent_load(r[i % 2]);
		d = delivery(i, keys[i]);
		assert_int_equal(recent_add(r[i % 2], &d), 1);
		check_first(r[i % 2], (size_t)i + 1);
	}
	/* One begins anew, and the other sees only that. */
	d = delivery(0, keys[0]);
	assert_int_equal(recent_begin(r[0], &base, &d), 1);
	recent_load(r[1]);
	check_first(r[1], 1);
	/* Another file in its place, and none. */
	assert_int_equal(unlink(file_of("share")), 0);
	make_five("share");
	recent_load(r[1]);
	check_first(r[1], 5);
	assert_int_equal(unlink(file_of("share")), 0);
	recent_load(r[1]);
	check_first(r[1], 0);
	recent_close(r[0]);
	recent_close(r[1]);
}

static void
the_last_place_of_a_key_counts(void **state)
{
	const struct recent_state base = make_base();
	struct recent *r = open_recent("again");
	struct recent_delivery d = delivery(0, "k");
	struct index_id id;

	(void)state;
	assert_int_equal(recent_begin(r, &base, &d), 1);
	d = delivery(1, "k");
	assert_int_equal(recent_add(r, &d), 1);
	assert_int_equal(recent_find(r, "k", 1, &id), 1);
	assert_int_equal(id.offset, 1100);
	/* One that has no key is found by none. */
	d = delivery(2, "");
	assert_int_equal(recent_add(r, &d), 1);
	assert_int_equal(recent_find(r, "k", 1, &id), 1);
	assert_int_equal(recent_now(r)->segment.size, 1300);
	recent_close(r);
}

static void
without_rows_the_sheet_stays(void **state)
{
	const struct recent_state base = make_base();
	struct recent *r = open_recent("rowless");
	struct recent_delivery d = delivery(0, "a");

	(void)state;
	assert_int_equal(recent_begin(r, &base, &d), 1);
	d = delivery(1, "b");
	memset(d.now.kind, 0, sizeof(d.now.kind));
	memset(&d.now.sheet, 0, sizeof(d.now.sheet));
	assert_int_equal(recent_add(r, &d), 1);
	recent_close(r);
	r = open_recent("rowless");
	d = delivery(0, "a");
	assert_int_equal(recent_now(r)->segment.size, 1200);
	assert_memory_equal(
	    &recent_now(r)->sheet, &d.now.sheet, sizeof(d.now.sheet));
	recent_close(r);
}

#define DIFFERS(member, value)                                                 \
	do {                                                                   \
		d = delivery(1, "b");                                          \
		d.member = (value);                                            \
		assert_int_equal(recent_add(r, &d), 0);                        \
	} while (0)

static void
what_does_not_go_on_is_refused(void **state)
{
	const struct recent_state base = make_base();
	struct recent *r = open_recent("refused");
	struct recent_delivery d = delivery(1, "b");

	(void)state;
	assert_int_equal(recent_add(r, &d), 0); /* there is no file */
	assert_int_equal(recent_begin(r, &base, &d), 0);
	d = delivery(0, "a");
	assert_int_equal(recent_begin(r, &base, &d), 1);
	DIFFERS(id.offset, 1099);
	DIFFERS(now.day[9], '4');
	DIFFERS(now.number, 2);
	DIFFERS(now.segment.inode, 79);
	DIFFERS(now.segment.boot[0], 'T');
	DIFFERS(now.kind[0], 't');
	DIFFERS(now.sheet.part, 2);
	DIFFERS(now.sheet.first_row, -1);
	DIFFERS(now.sheet.segment, 2);
	DIFFERS(now.sheet.inode, 79);
	DIFFERS(now.sheet.boot[0], 'T');
	DIFFERS(now.sheet.shape[0], 't');
	recent_load(r);
	check_first(r, 1);
	recent_close(r);
}

static void
a_full_file_takes_no_more(void **state)
{
	const struct recent_state base = make_base();
	struct recent *r = open_recent("full");
	struct recent_delivery d;
	struct index_id id;
	struct stat st;
	char key[40];
	int i, rc = 1, n;

	(void)state;
	for (n = 0; rc == 1; n++) {
		assert_true(n < 1000);
		(void)snprintf(key, sizeof(key), "%036d", n);
		d = delivery(n, key);
		rc = n == 0 ? recent_begin(r, &base, &d) : recent_add(r, &d);
	}
	recent_close(r);
	assert_int_equal(stat(file_of("full"), &st), 0);
	assert_in_range(st.st_size, RECENT_ROOM - 200, RECENT_ROOM);
	r = open_recent("full");
	assert_int_equal(recent_count(r), n - 1);
	for (i = 0; i < n; i++) {
		(void)snprintf(key, sizeof(key), "%036d", i);
		assert_int_equal(recent_find(r, key, 36, &id), i < n - 1);
	}
	recent_close(r);
}

/* The disk is full in the middle of a record. */
static void
what_can_not_be_written_changes_nothing(void **state)
{
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	struct recent_delivery d = delivery(5, "f");
	struct rlimit limit = none;
	struct recent *r;
	struct stat st;

	(void)state;
	make_five("limit");
	r = open_recent("limit");
	assert_int_equal(stat(file_of("limit"), &st), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	limit.rlim_cur = (rlim_t)st.st_size + 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(recent_add(r, &d), 0);
	check_first(r, 5); /* for the index to take over */
	recent_load(r);
	check_first(r, 5);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(recent_add(r, &d), 1);
	assert_int_equal(recent_count(r), 6);
	recent_close(r);
}

static size_t
read_it(const char *name, char *out, size_t size)
{
	int fd = open(file_of(name), O_RDONLY);
	ssize_t n = read(fd, out, size);

	assert_true(n > 0);
	assert_int_equal(close(fd), 0);
	return (size_t)n;
}

static void
write_it(const char *name, const char *data, size_t n)
{
	int fd = open(file_of(name), O_WRONLY | O_TRUNC);

	assert_int_equal(write(fd, data, n), n);
	assert_int_equal(close(fd), 0);
}

static void
cut_anywhere_it_has_what_is_whole(void **state)
{
	static char data[RECENT_ROOM];
	struct recent_delivery d = delivery(5, "f");
	struct recent *r;
	size_t n, i, before = 0;

	(void)state;
	make_five("cut");
	n = read_it("cut", data, sizeof(data));
	for (i = 0; i < n; i++) {
		write_it("cut", data, i);
		r = open_recent("cut");
		assert_in_range(recent_count(r), before, before + 1);
		before = recent_count(r);
		check_first(r, before);
		/* Behind half a record nobody would find it. */
		d = delivery((int)before, keys[before]);
		if (recent_add(r, &d) == 1) {
			recent_close(r);
			r = open_recent("cut");
			check_first(r, before + 1);
		}
		recent_close(r);
	}
	assert_int_equal(before, 4);
}

static void
a_changed_bit_is_noticed(void **state)
{
	static char data[RECENT_ROOM];
	struct recent *r;
	size_t n, i;

	(void)state;
	make_five("bit");
	n = read_it("bit", data, sizeof(data));
	for (i = 0; i < 8 * n; i += 3) {
		data[i / 8] = (char)(data[i / 8] ^ 1 << i % 8);
		write_it("bit", data, n);
		data[i / 8] = (char)(data[i / 8] ^ 1 << i % 8);
		r = open_recent("bit");
		assert_in_range(recent_count(r), 0, 4);
		check_first(r, recent_count(r));
		recent_close(r);
	}
}

/* What an older file left behind the end of a newer one is not of it. */
static void
old_records_do_not_come_back(void **state)
{
	static char old[RECENT_ROOM], new[RECENT_ROOM];
	struct recent_state base = make_base();
	struct recent_delivery d = delivery(0, "x");
	struct recent *r;
	size_t n, m;

	(void)state;
	make_five("old");
	n = read_it("old", old, sizeof(old));
	r = open_recent("old");
	assert_int_equal(recent_begin(r, &base, &d), 1);
	recent_close(r);
	m = read_it("old", new, sizeof(new));
	memcpy(old, new, m); /* keys of up to eight bytes take as much */
	write_it("old", old, n);
	r = open_recent("old");
	assert_int_equal(recent_count(r), 1);
	recent_close(r);
}

static void
what_is_no_file_of_ours_is_none(void **state)
{
	static const char *const obstacles[] = {"mkdir '%s'", "mkfifo '%s'",
	    "ln -s /etc/passwd '%s'", "echo text >'%s'; ln '%s' '%s.link'"};
	const struct recent_state base = make_base();
	struct recent_delivery d = delivery(0, "a");
	char command[3 * PATH_MAX], name[16];
	struct recent *r;
	const char *path;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(obstacles); i++) {
		(void)snprintf(name, sizeof(name), "obstacle%zu", i);
		path = file_of(name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(
		    command, sizeof(command), obstacles[i], path, path, path);
#pragma GCC diagnostic pop
		assert_int_equal(system(command), 0);
		r = open_recent(name);
		check_first(r, 0);
		assert_int_equal(recent_begin(r, &base, &d), 0);
		check_first(r, 0);
		recent_close(r);
	}
	r = open_recent("nowhere/index");
	assert_int_equal(recent_begin(r, &base, &d), 0);
	recent_close(r);
}

static void
a_reader_writes_nothing(void **state)
{
	const struct recent_state base = make_base();
	struct recent_delivery d = delivery(0, "a");
	struct fault f = {0};
	struct recent *r = recent_new(in_scratch("look"), 1, &f);
	struct stat st;

	(void)state;
	assert_non_null(r);
	recent_load(r);
	assert_int_equal(recent_begin(r, &base, &d), 0);
	assert_int_equal(stat(file_of("look"), &st), -1);
	make_five("look");
	recent_load(r);
	check_first(r, 5);
	d = delivery(5, "f");
	assert_int_equal(recent_add(r, &d), 0);
	assert_int_equal(recent_begin(r, &base, &d), 0);
	check_first(r, 5);
	recent_close(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what was noted comes back", comes_back),
	    TEST("two processes share it", is_shared),
	    TEST("of a key the last place counts",
		the_last_place_of_a_key_counts),
	    TEST("a delivery without rows leaves the sheet as it stands",
		without_rows_the_sheet_stays),
	    TEST("what doesn't go on where it stands is refused",
		what_does_not_go_on_is_refused),
	    TEST("a full file takes no more", a_full_file_takes_no_more),
	    TEST("what can't be written changes nothing",
		what_can_not_be_written_changes_nothing),
	    TEST("cut anywhere it has what is whole",
		cut_anywhere_it_has_what_is_whole),
	    TEST("a changed bit is noticed", a_changed_bit_is_noticed),
	    TEST("records of an older file don't come back",
		old_records_do_not_come_back),
	    TEST("what is no file of ours is none",
		what_is_no_file_of_ours_is_none),
	    TEST("a reader writes nothing", a_reader_writes_nothing),
	};

	return RUN(tests);
}
