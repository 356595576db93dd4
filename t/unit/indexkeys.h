/* indexkeys: keys for the tests of the index. */
#ifndef INDEXKEYS_H
#define INDEXKEYS_H

#include "unit.h"

#include "base/utc.h"
#include "index/index.h"

#define MAGIC "leadsheet index 1\n"

#define LAST ((INT64_C(1) << 40) - 1)

static const struct place here = {"2026-11-23", 1, 4711};
static const struct place later = {"2026-11-24", 2, 11};

static inline struct index *
open_index(const char *path)
{
	struct fault f = {0};
	struct index *x = index_open(path, &f);

	if (x == NULL)
		fail_msg("index_open: %s", f.text);
	return x;
}

static inline uint64_t
hash_of(int key)
{
	return (uint64_t)key * UINT64_C(0x9e3779b97f4a7c15);
}

/* The keys from..to-1, key n at byte n of the segment. */
static inline void
add_keys(struct index *x, int from, int to)
{
	struct index_entry *e = calloc((size_t)(to - from), sizeof(*e));
	struct fault f = {0};
	int i;

	assert_non_null(e);
	for (i = from; i < to; i++) {
		e[i - from].hash = hash_of(i);
		e[i - from].place = here;
		e[i - from].place.offset = i;
	}
	if (index_add(x, e, (size_t)(to - from), &f) == -1)
		fail_msg("index_add: %s", f.text);
	free(e);
}

/* How many of the keys from..to-1 have their place among their hits. */
static inline int
found_keys(struct index *x, int from, int to)
{
	struct place places[INDEX_HITS_MAX];
	struct fault f = {0};
	int i, n, found = 0;

	for (i = from; i < to; i++) {
		n = index_find(x, hash_of(i), places, &f);
		assert_in_range(n, 0, INDEX_HITS_MAX);
		while (n-- > 0) {
			assert_true(utc_is_day(places[n].day));
			assert_in_range(places[n].segment, 1, 255);
			assert_in_range(places[n].offset, 0, LAST);
			if (places[n].offset == i)
				break;
		}
		found += n >= 0;
	}
	return found;
}

static inline void
assert_synced(struct index *x, const struct place *expected)
{
	struct fault f = {0};
	struct place p;

	assert_int_equal(index_synced(x, &p, &f), expected != NULL);
	if (expected == NULL)
		return;
	assert_string_equal(p.day, expected->day);
	assert_int_equal(p.segment, expected->segment);
	assert_int_equal(p.offset, expected->offset);
}

/* A synced index of 100 keys; what the file has, to be freed. */
static inline char *
make_index(const char *path, size_t *len)
{
	struct index *x = open_index(path);
	struct fault f = {0};

	add_keys(x, 0, 100);
	assert_int_equal(index_sync(x, &here, &f), 0);
	index_close(x);
	return read_file(path, len);
}

#endif
