/* head: the first block of an index; see head.h. */
#include <endian.h>
#include <stddef.h>
#include <string.h>

#include "base/utc.h"
#include "index/head.h"

#define MAGIC       "leadsheet index 1\n"
#define OFFSET_BITS 40
#define OFFSET_END  (INT64_C(1) << OFFSET_BITS)

/* As it stands in the file. */
struct head {
	char magic[24];
	uint64_t place;
	uint64_t checksum;
	char zeros[TABLES_BLOCK - 40];
};

int
head_pack(const struct place *p, uint64_t *out, struct fault *f)
{
	int day = utc_day_number(p->day);

	if (day < 0 || day > UINT16_MAX || p->segment < 1 ||
	    p->segment > UINT8_MAX || p->offset < 0 || p->offset >= OFFSET_END)
		return fault_set(f, FAULT_SETUP, 0,
		    "the index has no room for byte %lld of segment %d of the "
		    "day \"%.10s\"",
		    (long long)p->offset, p->segment, p->day);
	*out = (uint64_t)day << 48 | (uint64_t)p->segment << OFFSET_BITS |
	       (uint64_t)p->offset;
	return 0;
}

int
head_unpack(uint64_t number, struct place *p)
{
	utc_day_of_number((int)(number >> 48), p->day);
	p->segment = (int)(number >> OFFSET_BITS & UINT8_MAX);
	p->offset = (int64_t)(number & (uint64_t)(OFFSET_END - 1));
	return p->segment > 0;
}

/* FNV-1a of 64 bits. */
static uint64_t
checksum(const struct head *h)
{
	const unsigned char *p = (const unsigned char *)h;
	uint64_t sum = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < offsetof(struct head, checksum); i++)
		sum = (sum ^ p[i]) * UINT64_C(1099511628211);
	return sum;
}

int
head_write(const struct tables *t, uint64_t place, struct fault *f)
{
	struct head h = {.magic = MAGIC};

	h.place = htole64(place);
	h.checksum = htole64(checksum(&h));
	return tables_write(t, &h, sizeof(h), 0, f);
}

static int
has_magic(const struct head *h)
{
	return memcmp(h->magic, MAGIC, sizeof(MAGIC) - 1) == 0;
}

int
head_read(const struct tables *t, struct place *out, struct fault *f)
{
	struct head h;

	if (tables_read(t, &h, sizeof(h), 0, f) == -1)
		return -1;
	if (!has_magic(&h) || le64toh(h.checksum) != checksum(&h))
		return 0;
	return head_unpack(le64toh(h.place), out);
}

int
head_is_ours(const struct tables *t)
{
	static const struct head never;
	struct fault ignored = {0};
	struct head h;

	return tables_read(t, &h, sizeof(h), 0, &ignored) == 0 &&
	       (has_magic(&h) || memcmp(&h, &never, sizeof(h)) == 0);
}
