#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "index/tables.h"

#define SLOTS (TABLES_BLOCK / sizeof(struct table_entry))

/* Where table 1 and table 2 begin and end, in bytes. */
static const size_t begins[] = {
    512, 512 * 129, 512 * (129 + 1024), 512 * (129 + 1024 + 8192)};

/* pread(2) and pwrite(2) of a few bytes, interrupted every other time. */
static int hampered;

static size_t
hamper(size_t n)
{
	static int turn;

	if (!hampered)
		return n;
	errno = EINTR;
	return ++turn % 2 == 0 ? 0 : n < 7 ? n : 7;
}

ssize_t
pread(int fd, void *out, size_t n, off_t at)
{
	return (n = hamper(n)) == 0 ? -1 : syscall(SYS_pread64, fd, out, n, at);
}

ssize_t
pwrite(int fd, const void *data, size_t n, off_t at)
{
	return (n = hamper(n)) == 0 ? -1
	                            : syscall(SYS_pwrite64, fd, data, n, at);
}

/* The hash of key n: SplitMix64. */
static uint64_t
hash_of(uint64_t n)
{
	uint64_t z = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static struct tables
open_tables(const char *name)
{
	struct tables t = {.path = name};

	t.fd = open(in_scratch(name), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(t.fd != -1);
	return t;
}

/* Add the keys from..to-1, their places the number behind their own. */
static void
add_keys(struct tables *t, uint64_t from, uint64_t to)
{
	struct table_entry *e = calloc(to - from, sizeof(*e));
	struct fault f = {0};
	uint64_t i;

	assert_non_null(e);
	for (i = from; i < to; i++)
		e[i - from] = (struct table_entry){hash_of(i), i + 1};
	assert_int_equal(tables_add(t, e, to - from, &f), 0);
	free(e);
}

/* How many of the keys from..to-1 are found, each with its own place only. */
static uint64_t
found_keys(struct tables *t, uint64_t from, uint64_t to)
{
	uint64_t places[TABLES_HITS_MAX], i, found = 0;
	struct fault f = {0};
	int n;

	for (i = from; i < to; i++) {
		n = tables_find(t, hash_of(i), places, &f);
		assert_true(n >= 0);
		found += n > 0;
		/* Twice, where a full block was emptied by a power cut. */
		while (n-- > 0)
			assert_int_equal(places[n], i + 1);
	}
	return found;
}

/* How many entries are in the bytes from..to-1, each in its own block. */
static size_t
count_entries(const char *name, size_t from, size_t to, int bits)
{
	size_t len, at, n = 0;
	char *data = read_file(in_scratch(name), &len);
	struct table_entry e;

	for (at = from; at < to && at < len; at += sizeof(e)) {
		memcpy(&e, data + at, sizeof(e));
		if (e.place == 0)
			continue;
		assert_int_equal(
		    e.hash >> (64 - bits), (at - from) / TABLES_BLOCK);
		n++;
	}
	free(data);
	return n;
}

static void
found_when_added(void **state)
{
	struct tables t = open_tables("found");

	(void)state;
	assert_int_equal(found_keys(&t, 0, 100), 0);
	add_keys(&t, 0, 50);
	assert_int_equal(found_keys(&t, 0, 50), 50);
	assert_int_equal(found_keys(&t, 50, 100), 0);
	(void)close(t.fd);
}

static void
short_transfers_go_on(void **state)
{
	hampered = 1;
	found_when_added(state);
	hampered = 0;
}

static void
twice_stands_once(void **state)
{
	struct tables t = open_tables("twice");
	struct table_entry e[2] = {{7, 8}, {7, 8}};
	struct fault f = {0};

	(void)state;
	assert_int_equal(tables_add(&t, e, 2, &f), 0);
	assert_int_equal(tables_add(&t, e, 1, &f), 0);
	add_keys(&t, 0, 4500);
	assert_int_equal(found_keys(&t, 0, 4500), 4500);
	add_keys(&t, 0, 4500);
	assert_int_equal(count_entries("twice", begins[0], begins[1], 7) +
			     count_entries("twice", begins[1], begins[2], 10),
	    4501);
	(void)close(t.fd);
}

static void
tables_fill_in_turn(void **state)
{
	static const char *const names[] = {"one by one", "at once"};
	size_t n[3], i;
	struct tables t;
	uint64_t key;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		t = open_tables(names[i]);
		if (i == 1)
			add_keys(&t, 0, 50000);
		for (key = 0; i == 0 && key < 50000; key++)
			add_keys(&t, key, key + 1);
		n[0] = count_entries(names[i], begins[0], begins[1], 7);
		n[1] = count_entries(names[i], begins[1], begins[2], 10);
		n[2] = count_entries(names[i], begins[2], begins[3], 13);
		assert_int_equal(n[0], 128 * SLOTS);
		assert_in_range(n[1], 900 * SLOTS, 1024 * SLOTS);
		assert_int_equal(n[0] + n[1] + n[2], 50000);
		assert_int_equal(found_keys(&t, 0, 50000), 50000);
		(void)close(t.fd);
	}
}

static void
colliding_are_all_found(void **state)
{
	struct tables t = open_tables("colliding");
	uint64_t places[TABLES_HITS_MAX], i;
	struct table_entry e;
	struct fault f = {0};

	(void)state;
	for (i = 1; i <= 40; i++) {
		e = (struct table_entry){UINT64_MAX, i};
		assert_int_equal(tables_add(&t, &e, 1, &f), 0);
		assert_int_equal(tables_find(&t, UINT64_MAX, places, &f),
		    i < TABLES_HITS_MAX ? i : TABLES_HITS_MAX);
		assert_int_equal(places[0], i);
		assert_int_equal(
		    places[i < TABLES_HITS_MAX ? i - 1 : TABLES_HITS_MAX - 1],
		    i < TABLES_HITS_MAX ? 1 : i - TABLES_HITS_MAX + 1);
	}
	(void)close(t.fd);
}

static void
there_is_an_end(void **state)
{
	struct tables t = open_tables("full");
	struct fault f = {0};
	struct table_entry e;
	uint64_t i;

	(void)state;
	for (i = 1; i <= TABLES_MAX * SLOTS; i++) {
		e = (struct table_entry){UINT64_MAX, i};
		assert_int_equal(tables_add(&t, &e, 1, &f), 0);
	}
	e = (struct table_entry){UINT64_MAX, i};
	assert_int_equal(tables_add(&t, &e, 1, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_non_null(strstr(f.text, "is full"));
	(void)close(t.fd);
}

/*
 * Of what was written since the bytes in before, some didn't reach the disk:
 * pages of 4096 bytes, blocks, and single entries.
 */
static void
lose_some(struct tables *t, const char *before, size_t before_len, size_t len,
    uint64_t *seed)
{
	static const size_t sizes[] = {4096, TABLES_BLOCK, 16};
	size_t size = sizes[hash_of((*seed)++) % COUNT(sizes)];
	char old[4096];
	struct fault f = {0};
	size_t at, n;

	for (at = TABLES_BLOCK / size * size; at < len; at += size) {
		if (hash_of((*seed)++) % 3 == 0)
			continue;
		memset(old, 0, sizeof(old));
		n = at >= before_len         ? 0
		    : before_len - at < size ? before_len - at
		                             : size;
		memcpy(old, before + at, n);
		assert_int_equal(
		    tables_write(t, old, size, (int64_t)at, &f), 0);
	}
}

static void
lost_are_added_again(void **state)
{
	uint64_t seed = 1000000, some;
	struct tables t;
	char *before, *after;
	size_t len, before_len;
	int round;

	(void)state;
	for (round = 0; round < 12; round++) {
		t = open_tables("lost");
		some = 2000 + hash_of(seed++) % 20000;
		add_keys(&t, 0, some);
		before = read_file(in_scratch("lost"), &before_len);
		add_keys(&t, some, some + 100);
		add_keys(&t, some + 100, 40000);
		after = read_file(in_scratch("lost"), &len);
		lose_some(&t, before, before_len, len, &seed);
		assert_int_equal(found_keys(&t, 0, some), some);
		assert_true(found_keys(&t, some, 40000) < 40000 - some);
		tables_forget_spots(&t);
		add_keys(&t, some, 40000);
		assert_int_equal(found_keys(&t, 0, 40000), 40000);
		free(before);
		free(after);
		(void)close(t.fd);
	}
}

/* Two processes, one after the other under the lock. */
static void
others_fill_what_was_free(void **state)
{
	struct tables a = open_tables("others"), b = {.path = "others"};
	uint64_t places[TABLES_HITS_MAX], i;
	struct fault f = {0};
	struct table_entry e;

	(void)state;
	b.fd = a.fd;
	assert_int_equal(tables_find(&a, 1, places, &f), 0);
	for (i = 2; i < 60; i++) {
		e = (struct table_entry){i, i};
		assert_int_equal(tables_add(&b, &e, 1, &f), 0);
	}
	/* The lock is taken anew. */
	tables_forget_block(&a);
	e = (struct table_entry){1, 1};
	assert_int_equal(tables_add(&a, &e, 1, &f), 0);
	for (i = 1; i < 60; i++) {
		assert_int_equal(tables_find(&b, i, places, &f), 1);
		assert_int_equal(places[0], i);
	}
	(void)close(a.fd);
}

/* What the look-up has found full is zeroed: who looks again puts it there. */
static void
full_tables_are_read_once(void **state)
{
	static const char zeros[TABLES_BLOCK];
	struct tables t = open_tables("once");
	uint64_t places[TABLES_HITS_MAX], i;
	struct fault f = {0};
	struct table_entry e;

	(void)state;
	for (i = 1; i <= 33; i++) {
		e = (struct table_entry){i, i};
		assert_int_equal(tables_add(&t, &e, 1, &f), 0);
	}
	for (i = 100; i < 102; i++) {
		assert_int_equal(tables_find(&t, i, places, &f), 0);
		assert_int_equal(
		    tables_write(&t, zeros, sizeof(zeros), TABLES_BLOCK, &f),
		    0);
		if (i == 101)
			tables_forget_spots(&t);
		e = (struct table_entry){i, i};
		assert_int_equal(tables_add(&t, &e, 1, &f), 0);
		assert_int_equal(
		    tables_find(&t, i, places, &f), i == 100 ? 0 : 1);
		for (e.place = 1; e.place <= 32; e.place++) {
			struct table_entry again = {e.place, e.place};

			assert_int_equal(tables_add(&t, &again, 1, &f), 0);
		}
	}
	(void)close(t.fd);
}

static void
failing_write_is_told(void **state)
{
	struct tables t = open_tables("limited");
	struct table_entry e = {UINT64_MAX, 1};
	struct rlimit limit = {1000, 1000};
	struct fault f = {0};
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0) {
		(void)signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) == -1 ||
		    tables_add(&t, &e, 1, &f) != -1 || f.err != EFBIG ||
		    f.kind != FAULT_STORAGE)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	(void)close(t.fd);
	assert_int_equal(tables_add(&t, &e, 1, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("what was added is found, and nothing else", found_when_added),
	    TEST("a transfer that is cut short or interrupted goes on",
		short_transfers_go_on),
	    TEST("what is added twice stands once", twice_stands_once),
	    TEST("a table takes what the one before has no room for",
		tables_fill_in_turn),
	    TEST("the last 16 places of one hash are found, the latest first",
		colliding_are_all_found),
	    TEST("an entry without room in the last table is refused",
		there_is_an_end),
	    TEST("what a power cut took away is found when added again",
		lost_are_added_again),
	    TEST("a slot that another filled after the look-up stays its own",
		others_fill_what_was_free),
	    TEST("an entry that was looked up skips the tables found full",
		full_tables_are_read_once),
	    TEST("a write that fails is told", failing_write_is_told),
	};

	return RUN(tests);
}
