/*
 * The index: whatever bytes its file has, a look-up ends and says only what
 * stands there; what is added is found; the file grows by what was added.
 */
#include <endian.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "fuzz.h"

#include "index/head.h"
#include "index/tables.h"

#define SLOT 16

static int
open_file(const struct input *in)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	HOLDS(fd != -1);
	HOLDS(pwrite(fd, in->s, in->n, 0) == (ssize_t)in->n);
	return fd;
}

/* Does an entry stand anywhere in the bytes of the file? */
static int
stands(const struct input *file, uint64_t hash, uint64_t place)
{
	uint64_t entry[2];
	size_t at, n;

	for (at = TABLES_BLOCK; at < file->n; at += SLOT) {
		memset(entry, 0, sizeof(entry));
		n = file->n - at < SLOT ? file->n - at : SLOT;
		memcpy(entry, file->s + at, n);
		if (le64toh(entry[0]) == hash && le64toh(entry[1]) == place)
			return 1;
	}
	return 0;
}

static int
find(struct tables *t, uint64_t hash, const struct input *file)
{
	uint64_t places[TABLES_HITS_MAX];
	struct fault f = {0};
	int i, n = tables_find(t, hash, places, &f);

	HOLDS(n >= 0 && n <= TABLES_HITS_MAX);
	for (i = 0; i < n; i++) {
		HOLDS(places[i] != 0);
		HOLDS(stands(file, hash, places[i]));
	}
	return n;
}

/* Is that place among those of the hash? */
static int
has(struct tables *t, uint64_t hash, uint64_t place)
{
	uint64_t places[TABLES_HITS_MAX];
	struct fault f = {0};
	int i, n = tables_find(t, hash, places, &f);

	for (i = 0; i < n; i++)
		if (places[i] == place)
			return 1;
	return n == TABLES_HITS_MAX;
}

/* No entry that stood in the file has moved or was taken out. */
static void
check_old(const struct tables *t, const struct input *file)
{
	uint8_t *now = malloc(file->n + 1);
	size_t at;

	HOLDS(now != NULL);
	HOLDS(pread(t->fd, now, file->n, 0) == (ssize_t)file->n);
	for (at = 0; at + SLOT <= file->n; at += SLOT)
		HOLDS(at < TABLES_BLOCK ||
		      memcmp(file->s + at, (uint8_t[SLOT]){0}, SLOT) == 0 ||
		      memcmp(file->s + at, now + at, SLOT) == 0);
	free(now);
}

/* Look up, add one, or have several added at once. */
static void
check_tables(struct tables *t, struct input script, const struct input *file)
{
	struct table_entry list[40], waiting[40];
	struct fault f = {0};
	size_t n = 0, w = 0, i;
	unsigned what;

	for (; n < 40 && script.n > 0; n++) {
		/* In one of the blocks that the bytes may have filled. */
		what = take_byte(&script);
		list[n].hash =
		    (uint64_t)(what % 9) << 57 | take_bytes(&script, 2);
		list[n].place = 1 + take_bytes(&script, 2);
		if (n == 0)
			(void)find(t, list[n].hash, file);
		waiting[w++] = list[n];
		if (what / 9 % 2 == 0) {
			HOLDS(tables_add(t, waiting, w, &f) == 0);
			w = 0;
		} else if (what / 9 % 4 == 1) {
			(void)has(t, list[n].hash, 0);
		}
	}
	HOLDS(tables_add(t, waiting, w, &f) == 0);
	for (i = 0; i < n; i++)
		HOLDS(has(t, list[i].hash, list[i].place));
	tables_forget_spots(t);
	for (i = 0; i < n; i++)
		HOLDS(has(t, list[i].hash, list[i].place));
	check_old(t, file);
}

/* Put the checksum of what stands before it there. */
static void
seal(const struct tables *t)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	unsigned char head[40] = {0};
	int i;

	HOLDS(pread(t->fd, head, sizeof(head), 0) >= 0);
	for (i = 0; i < 32; i++)
		hash = (hash ^ head[i]) * UINT64_C(1099511628211);
	hash = htole64(hash);
	HOLDS(pwrite(t->fd, &hash, sizeof(hash), 32) == sizeof(hash));
}

static void
check_head(const struct tables *t, const struct input *in)
{
	struct fault f = {0};
	struct place p, back;
	uint64_t number;
	int rc = head_read(t, &p, &f), ours = head_is_ours(t);

	HOLDS(rc == 0 || rc == 1);
	HOLDS(rc == 0 || ours);
	if (rc == 0)
		return;
	HOLDS(in->n >= 18 && memcmp(in->s, "leadsheet index 1\n", 18) == 0);
	HOLDS(head_pack(&p, &number, &f) == 0 && number != 0);
	HOLDS(head_unpack(number, &back) == 1);
	HOLDS(strcmp(p.day, back.day) == 0 && p.segment == back.segment &&
	      p.offset == back.offset);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tables t = {.path = "fuzz"};
	struct input in = {data, n}, script = {data, 0};

	/* A first part says what is done with the rest, which is the file. */
	script.n = take_byte(&in);
	script.s = in.s;
	if (script.n > in.n)
		script.n = in.n;
	in.s += script.n;
	in.n -= script.n;
	t.fd = open_file(&in);
	check_head(&t, &in);
	seal(&t);
	check_head(&t, &in);
	check_tables(&t, script, &in);
	(void)close(t.fd);
	return 0;
}
