/*
 * The control record: what is taken is what is written again; anything else is
 * no record.  What it says to people is a few lines of text.
 */
#include <endian.h>

#include "fuzz.h"

#include "store/control.h"

/* The checksum that ends a block, so that what is in it is looked at. */
static void
seal(unsigned char block[CONTROL_SIZE])
{
	uint64_t hash = UINT64_C(14695981039346656037), word;
	int i;

	memcpy(block, "lscontr1", 8);
	for (i = 0; i < CONTROL_SIZE - 8; i += 8) {
		memcpy(&word, block + i, 8);
		hash = (hash ^ le64toh(word)) * UINT64_C(1099511628211);
		hash ^= hash >> 32;
	}
	for (i = 0; i < 8; i++)
		block[CONTROL_SIZE - 8 + i] = (unsigned char)(hash >> 8 * i);
}

static void
check_words(const struct control *c)
{
	struct bytes words = {0};
	size_t i, lines = 0;

	control_print(&words, c);
	HOLDS(!words.failed && words.len < 4096);
	for (i = 0; i < words.len; i++)
		lines += words.data[i] == '\n';
	HOLDS(lines >= 3 && words.data[words.len - 1] == '\n');
	bytes_free(&words);
}

static void
check(const unsigned char block[CONTROL_SIZE], int is_sealed)
{
	unsigned char again[CONTROL_SIZE], third[CONTROL_SIZE];
	struct control c, zero, back;
	int rc = control_unpack(&c, block);

	memset(&zero, 0, sizeof(zero));
	if (rc == 0) {
		HOLDS(memcmp(&c, &zero, sizeof(c)) == 0);
		return;
	}
	HOLDS(rc == 1);
	HOLDS(c.day[0] == '\0' || (utc_is_day(c.day) && c.segment >= 1 &&
				      c.segment <= NAMES_SEGMENT_MAX));
	HOLDS(c.owed[0] == '\0' || utc_is_day(c.owed));
	HOLDS(memchr(c.boot, '\0', sizeof(c.boot)) != NULL);
	control_pack(&c, again);
	HOLDS(control_unpack(&back, again) == 1);
	control_pack(&back, third);
	HOLDS(memcmp(again, third, sizeof(again)) == 0);
	HOLDS(is_sealed || memcmp(again, block, 8) == 0);
	check_words(&c);
}

/* Whatever a store may have to say is taken again. */
static void
check_made(struct input *in)
{
	unsigned char block[CONTROL_SIZE], sealed[CONTROL_SIZE];
	struct control c, back;
	int kind;

	memset(&c, 0, sizeof(c));
	(void)snprintf(c.boot, sizeof(c.boot), "%u", take_byte(in));
	utc_day_of_number((int)take_bytes(in, 2), c.day);
	utc_day_of_number((int)take_bytes(in, 2), c.owed);
	c.segment = 1 + (int)take_byte(in) % NAMES_SEGMENT_MAX;
	c.inode = (int64_t)take_bytes(in, 8);
	c.size = (int64_t)take_bytes(in, 8);
	c.failed = take_byte(in) % 2;
	c.copied = take_byte(in) % 2;
	for (kind = 0; kind < SHEET_KINDS; kind++) {
		c.sheets[kind].state =
		    (enum part_state)(take_byte(in) % (PART_BEHIND + 1));
		c.sheets[kind].number = (int)take_bytes(in, 2);
		c.sheets[kind].format =
		    (enum sheet_format)(take_byte(in) % (SHEET_TSV + 1));
		c.sheets[kind].shape = take_bytes(in, 8);
		c.sheets[kind].ctime = (int64_t)take_bytes(in, 8);
	}
	c.index = (int64_t)take_bytes(in, 8);
	c.index_behind = take_byte(in) % 2;
	control_pack(&c, block);
	memcpy(sealed, block, sizeof(sealed));
	seal(sealed);
	HOLDS(memcmp(block, sealed, sizeof(block)) == 0);
	HOLDS(control_unpack(&back, block) == 1);
	HOLDS(memcmp(&back, &c, sizeof(c)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	unsigned char block[CONTROL_SIZE] = {0};
	struct input in = {data, n};

	check_made(&in);
	memcpy(block, data, n < sizeof(block) ? n : sizeof(block));
	check(block, 0);
	seal(block);
	check(block, 1);
	return 0;
}
