#include "indexkeys.h"

#include <errno.h>
#include <fcntl.h>

/* fdatasync(2) as the index calls it: how often, and what it found. */
static int syncs, fail_syncs;
static uint64_t synced_places[2]; /* the head's, at the first two */

int
fdatasync(int fd)
{
	if (fail_syncs) {
		errno = EIO;
		return -1;
	}
	if (syncs < 2 && pread(fd, &synced_places[syncs], 8, 24) != 8)
		return -1;
	syncs++;
	return 0;
}

static void
places_have_a_range(void **state)
{
	static const struct place good[] = {{"1970-01-01", 1, 0},
	    {"2149-06-06", 255, LAST}, {"2026-11-23", 17, 123456789}};
	static const struct place bad[] = {{"1969-12-31", 1, 0},
	    {"2149-06-07", 1, 0}, {"2026-02-30", 1, 0}, {"", 1, 0},
	    {"2026-11-23", 0, 0}, {"2026-11-23", 256, 0}, {"2026-11-23", 1, -1},
	    {"2026-11-23", 1, LAST + 1}};
	struct index *x = open_index(in_scratch("range"));
	struct place places[INDEX_HITS_MAX];
	struct index_entry e[2];
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		e[0] = (struct index_entry){i, good[i]};
		assert_int_equal(index_add(x, e, 1, &f), 0);
		assert_int_equal(index_find(x, i, places, &f), 1);
		assert_string_equal(places[0].day, good[i].day);
		assert_int_equal(places[0].segment, good[i].segment);
		assert_int_equal(places[0].offset, good[i].offset);
	}
	for (i = 0; i < COUNT(bad); i++) {
		e[0] = (struct index_entry){77, here};
		e[1] = (struct index_entry){78, bad[i]};
		fault_clear(&f);
		assert_int_equal(index_add(x, e, 2, &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		fault_clear(&f);
		assert_int_equal(index_sync(x, &bad[i], &f), -1);
		assert_int_equal(f.kind, FAULT_SETUP);
		assert_int_equal(index_find(x, 77, places, &f), 0);
	}
	assert_synced(x, NULL);
	index_close(x);
}

static void
hash_is_of_sha256(void **state)
{
	struct signature_digest d = {NULL};
	struct fault f = {0};
	uint64_t hash;

	(void)state;
	assert_int_equal(index_hash(&d, "abc", 3, &hash, &f), 0);
	assert_true(hash == UINT64_C(0xba7816bf8f01cfea));
	signature_digest_free(&d);
}

static void
entries_are_synced_first(void **state)
{
	const char *path = in_scratch("order");
	struct index *x = open_index(path);
	struct fault f = {0};

	(void)state;
	assert_synced(x, NULL);
	add_keys(x, 0, 10);
	syncs = 0;
	assert_int_equal(index_sync(x, &here, &f), 0);
	assert_int_equal(syncs, 2);
	assert_true(synced_places[0] == 0);
	assert_true(synced_places[1] != 0);
	assert_synced(x, &here);
	assert_int_equal(index_sync(x, &later, &f), 0);
	index_close(x);
	x = open_index(path);
	assert_synced(x, &later);
	assert_int_equal(found_keys(x, 0, 20), 10);
	index_close(x);
}

static void
failed_sync_removes_it(void **state)
{
	const char *path = in_scratch("failed");
	struct index_state at;
	struct fault f = {0};
	struct index *x;

	(void)state;
	free(make_index(path, NULL));
	x = open_index(path);
	fail_syncs = 1;
	assert_int_equal(index_sync(x, &later, &f), -1);
	fail_syncs = 0;
	assert_int_equal(f.kind, FAULT_STORAGE);
	assert_false(exists(path));
	assert_false(index_is_current(x, &at));
	assert_int_equal(index_sync(x, &later, &f), -1);
	assert_synced(x, &here);
	index_close(x);
}

static void
bad_head_knows_nothing(void **state)
{
	const char *path = in_scratch("head");
	struct index *x;
	size_t len, i;
	char *data = make_index(path, &len);

	(void)state;
	for (i = strlen(MAGIC); i < 40; i++) {
		data[i] ^= 4;
		write_file(path, data, len);
		data[i] ^= 4;
		x = open_index(path);
		assert_synced(x, NULL);
		assert_int_equal(found_keys(x, 0, 100), 100);
		index_close(x);
	}
	memset(data, 0, 512);
	write_file(path, data, len);
	x = open_index(path);
	assert_synced(x, NULL);
	assert_int_equal(found_keys(x, 0, 100), 100);
	index_close(x);
	assert_false(exists(in_scratch("head.damaged-1")));
	free(data);
}

static void
cut_and_scrambled(void **state)
{
	const char *path = in_scratch("scrambled");
	struct index *x = open_index(path);
	char *data, *copy;
	size_t len, n, at;
	int round;

	(void)state;
	add_keys(x, 0, 20000);
	index_close(x);
	data = read_file(path, &len);
	copy = malloc(len);
	assert_non_null(copy);
	srandom(1);
	for (round = 0; round < 20; round++) {
		memcpy(copy, data, len);
		n = round % 2 == 0 ? len : (size_t)random() % len;
		for (at = 512; at < n; at += 1 + (size_t)random() % 400)
			copy[at] = (char)random();
		write_file(path, copy, n);
		x = open_index(path);
		(void)found_keys(x, 0, 20000);
		add_keys(x, 0, 20000);
		assert_int_equal(found_keys(x, 0, 20000), 20000);
		index_close(x);
	}
	free(copy);
	free(data);
}

static void
older_copy_lacks_the_rest(void **state)
{
	const char *path = in_scratch("older");
	struct fault f = {0};
	struct index_state at;
	struct index *x, *y;
	size_t len;
	char *data = make_index(path, &len);

	(void)state;
	x = open_index(path);
	add_keys(x, 100, 30000);
	assert_int_equal(index_sync(x, &later, &f), 0);
	/* In the same file, while a process has it open... */
	assert_int_equal(found_keys(x, 30000, 30064), 0);
	assert_int_equal(truncate(path, (off_t)len), 0);
	y = open_index(path);
	index_close(y);
	write_file(path, data, len);
	assert_true(index_is_current(x, &at));
	assert_synced(x, &here);
	add_keys(x, 30000, 30064);
	assert_int_equal(found_keys(x, 30000, 30064), 64);
	add_keys(x, 100, 30000);
	assert_int_equal(found_keys(x, 0, 30064), 30064);
	/* ...and in another. */
	write_file(in_scratch("copy"), data, len);
	assert_int_equal(rename(in_scratch("copy"), path), 0);
	assert_false(index_is_current(x, &at));
	index_close(x);
	x = open_index(path);
	assert_synced(x, &here);
	assert_int_equal(found_keys(x, 0, 30064), 100);
	index_close(x);
	free(data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a place out of range is refused, and nothing added",
		places_have_a_range),
	    TEST("a hash is the first 64 bits of SHA-256", hash_is_of_sha256),
	    TEST("the head is written when the entries are synced",
		entries_are_synced_first),
	    TEST("an index that can't be synced is removed",
		failed_sync_removes_it),
	    TEST("of a torn or zeroed head nothing is known to be synced",
		bad_head_knows_nothing),
	    TEST("a file cut short or scrambled gives places, and takes more",
		cut_and_scrambled),
	    TEST("an older copy says how far it was synced",
		older_copy_lacks_the_rest),
	};

	return RUN(tests);
}
