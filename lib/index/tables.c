/* tables: the hash tables of an index; see tables.h. */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "index/tables.h"

#define SLOTS (TABLES_BLOCK / sizeof(struct table_entry))
#define RUN   32 /* blocks */
#define GAP   2

/* Blocks of a table as they stand in the file, their numbers little-endian. */
struct run {
	int64_t offset;
	size_t blocks;    /* 0: not read yet */
	size_t low, high; /* the slots low..high-1 are to be written */
	struct table_entry slots[RUN * SLOTS];
};

int
tables_read(const struct tables *t, void *out, size_t n, int64_t offset,
    struct fault *f)
{
	char *to = out;
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		got = pread(t->fd, to + done, n - done,
		    (off_t)(offset + (int64_t)done));
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return fault_set(
			    f, FAULT_STORAGE, errno, "can't read %s", t->path);
		if (got == 0)
			break;
		done += (size_t)got;
	}
	memset(to + done, 0, n - done);
	return 0;
}

int
tables_write(const struct tables *t, const void *data, size_t n, int64_t offset,
    struct fault *f)
{
	const char *from = data;
	size_t done = 0;
	ssize_t put;

	while (done < n) {
		put = pwrite(t->fd, from + done, n - done,
		    (off_t)(offset + (int64_t)done));
		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return fault_set(f, FAULT_STORAGE,
			    put == 0 ? ENOSPC : errno, "can't write to %s",
			    t->path);
		done += (size_t)put;
	}
	return 0;
}

/* The number of a hash's block in a table, which has 2^(7 + 3 * table). */
static uint64_t
block_of(uint64_t hash, int table)
{
	return hash >> (64 - 7 - 3 * table);
}

/* Where a block of a table stands. */
static int64_t
offset_of(int table, uint64_t block)
{
	/* 128 * (1 + 8 + 64 + ...), and the head. */
	uint64_t before = ((UINT64_C(1) << 3 * table) - 1) / 7 * 128 + 1;

	return (int64_t)((before + block) * TABLES_BLOCK);
}

/* Read the blocks first..last of a table. */
static int
load(const struct tables *t, int table, uint64_t first, uint64_t last,
    struct run *r, struct fault *f)
{
	r->offset = offset_of(table, first);
	r->blocks = (size_t)(last - first) + 1;
	r->low = r->high = 0;
	return tables_read(t, r->slots, r->blocks * TABLES_BLOCK, r->offset, f);
}

static int
is_free(const struct table_entry *slot)
{
	return slot->hash == 0 && slot->place == 0;
}

static struct table_spot *
spot_of(struct tables *t, uint64_t hash)
{
	return &t->spots[hash % TABLES_SPOTS];
}

/* The first table that can have a free slot for a hash, or the hash itself. */
static int
first_table(struct tables *t, uint64_t hash)
{
	const struct table_spot *spot = spot_of(t, hash);

	return spot->hash == hash ? spot->table : 0;
}

void
tables_forget_block(struct tables *t)
{
	t->last.table = 0;
}

void
tables_forget_spots(struct tables *t)
{
	memset(t->spots, 0, sizeof(t->spots));
	t->last.table = 0;
}

int
tables_find(struct tables *t, uint64_t hash,
    uint64_t places[static TABLES_HITS_MAX], struct fault *f)
{
	struct run r;
	uint64_t block;
	int table, n = 0, room = 0;
	size_t i;

	for (table = 0; table < TABLES_MAX && !room; table++) {
		block = block_of(hash, table);
		if (load(t, table, block, block, &r, f) == -1)
			return -1;
		/* Full blocks stay as they are, whoever adds meanwhile. */
		*spot_of(t, hash) =
		    (struct table_spot){hash, n == 0 ? table : 0};
		for (i = 0; i < SLOTS; i++) {
			room |= is_free(&r.slots[i]);
			if (r.slots[i].hash != htole64(hash) ||
			    r.slots[i].place == 0)
				continue;
			n += n < TABLES_HITS_MAX;
			memmove(places + 1, places,
			    (size_t)(n - 1) * sizeof(*places));
			places[0] = le64toh(r.slots[i].place);
		}
		if (room) {
			t->last.hash = hash;
			t->last.table = table + 1;
			memcpy(t->last.slots, r.slots, TABLES_BLOCK);
		}
	}
	return n;
}

/*
 * Put an entry into a free slot of its block, which begins at slot i, unless it
 * stands there: 1; 0 when there is no room.
 */
static int
put(struct run *r, size_t i, const struct table_entry *e)
{
	struct table_entry new = {htole64(e->hash), htole64(e->place)};
	size_t end = i + SLOTS, slot = end;

	for (; i < end; i++) {
		if (r->slots[i].hash == new.hash &&
		    r->slots[i].place == new.place)
			return 1;
		if (slot == end && is_free(&r->slots[i]))
			slot = i;
	}
	if (slot == end)
		return 0;
	r->slots[slot] = new;
	/* They come in order, so this is the last of all. */
	if (r->high == 0)
		r->low = slot;
	r->high = slot + 1;
	return 1;
}

static int
save(const struct tables *t, const struct run *r, struct fault *f)
{
	return tables_write(t, r->slots + r->low,
	    (r->high - r->low) * sizeof(r->slots[0]),
	    r->offset + (int64_t)(r->low * sizeof(r->slots[0])), f);
}

/* How many of the n entries go into one run of blocks. */
static size_t
run_length(const struct table_entry *e, size_t n, int table)
{
	uint64_t first = block_of(e[0].hash, table), last = first, next;
	size_t i;

	for (i = 1; i < n; i++, last = next) {
		next = block_of(e[i].hash, table);
		if (next - last > GAP || next - first >= RUN)
			break;
	}
	return i;
}

/* The block of the one entry, if the last look-up read it: 1, or 0. */
static int
load_known(const struct tables *t, int table, const struct table_entry *e,
    size_t n, struct run *r)
{
	if (n != 1 || t->last.table != table + 1 || t->last.hash != e->hash)
		return 0;
	r->offset = offset_of(table, block_of(e->hash, table));
	r->blocks = 1;
	r->low = r->high = 0;
	memcpy(r->slots, t->last.slots, TABLES_BLOCK);
	return 1;
}

/*
 * Add the n entries of one run of blocks to it.  Those that have no room go to
 * rest, which may be where they stand.  Returns how many, or -1.
 */
static ssize_t
add_to_run(struct tables *t, int table, const struct table_entry *e, size_t n,
    struct table_entry *rest, struct fault *f)
{
	uint64_t first = block_of(e[0].hash, table), block;
	uint64_t last = block_of(e[n - 1].hash, table);
	ssize_t left = 0;
	struct run r;
	size_t i;

	for (i = r.blocks = 0; i < n; i++) {
		if (first_table(t, e[i].hash) > table) {
			rest[left++] = e[i];
			continue;
		}
		if (r.blocks == 0 && load_known(t, table, e, n, &r) == 0 &&
		    load(t, table, first, last, &r, f) == -1)
			return -1;
		block = block_of(e[i].hash, table) - first;
		if (!put(&r, block * SLOTS, &e[i]))
			rest[left++] = e[i];
	}
	return r.blocks > 0 && save(t, &r, f) == -1 ? -1 : left;
}

static int
compare(const void *a, const void *b)
{
	const struct table_entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

int
tables_add(struct tables *t, struct table_entry *e, size_t n, struct fault *f)
{
	size_t i, some, left;
	ssize_t more;
	int table;

	/* In this order the entries of a block stand together in each table. */
	qsort(e, n, sizeof(*e), compare);
	for (table = 0; table < TABLES_MAX && n > 0; table++, n = left)
		for (i = left = 0; i < n; i += some, left += (size_t)more) {
			some = run_length(e + i, n - i, table);
			more = add_to_run(t, table, e + i, some, e + left, f);
			if (more == -1)
				return -1;
		}
	t->last.table = 0;
	if (n > 0)
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is full; delete it, and it is made anew from the "
		    "journal",
		    t->path);
	return 0;
}
