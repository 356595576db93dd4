#include "unit.h"

#include "store/control.h"

/* A record in which no field is as another. */
static void
fill_in(struct control *c)
{
	struct part *p;
	int kind;

	memset(c, 0, sizeof(*c));
	(void)strcpy(c->boot, "0f3c1b7e-8a55-4a0e-9d5a-2f1c0e9b7a11xyz");
	(void)strcpy(c->day, "2026-11-23");
	(void)strcpy(c->owed, "2026-11-20");
	c->segment = 255;
	c->inode = INT64_C(0x123456789abcdef);
	c->size = (INT64_C(1) << 40) - 1;
	c->failed = 1;
	c->copied = 1;
	c->index = INT64_MAX;
	c->index_ctime = INT64_C(1795435200555555555);
	c->index_behind = 1;
	for (kind = 0; kind < SHEET_KINDS; kind++) {
		p = &c->sheets[kind];
		p->state = kind == SHEET_LEADS ? PART_MADE : PART_BEHIND;
		p->number = NAMES_NUMBER_MAX - kind;
		p->format = kind == SHEET_LEADS ? SHEET_CSV : SHEET_TSV;
		p->shape = UINT64_C(0xfedcba9876543210) + (uint64_t)kind;
		p->inode = 101 + kind;
		p->size = INT64_C(5000000000) + kind;
		p->mtime = INT64_C(1795435200123456789) + kind;
		p->ctime = INT64_C(1795435200987654321) + kind;
	}
}

static void
assert_same(const struct control *a, const struct control *b)
{
	int kind;

	assert_string_equal(a->boot, b->boot);
	assert_string_equal(a->day, b->day);
	assert_string_equal(a->owed, b->owed);
	assert_int_equal(a->segment, b->segment);
	assert_int_equal(a->inode, b->inode);
	assert_int_equal(a->size, b->size);
	assert_int_equal(a->failed, b->failed);
	assert_int_equal(a->copied, b->copied);
	assert_int_equal(a->index, b->index);
	assert_int_equal(a->index_ctime, b->index_ctime);
	assert_int_equal(a->index_behind, b->index_behind);
	for (kind = 0; kind < SHEET_KINDS; kind++) {
		const struct part *p = &a->sheets[kind], *q = &b->sheets[kind];

		assert_int_equal(p->state, q->state);
		assert_int_equal(p->number, q->number);
		assert_int_equal(p->format, q->format);
		assert_true(p->shape == q->shape);
		assert_int_equal(p->inode, q->inode);
		assert_int_equal(p->size, q->size);
		assert_int_equal(p->mtime, q->mtime);
		assert_int_equal(p->ctime, q->ctime);
	}
}

static void
every_field_comes_back(void **state)
{
	unsigned char block[CONTROL_SIZE], again[CONTROL_SIZE];
	struct control c, out;

	(void)state;
	fill_in(&c);
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 1);
	assert_same(&out, &c);
	/* The same record is the same block, whatever lies behind a text. */
	memset(c.boot + 5, 0, 1);
	control_pack(&c, block);
	memset(c.boot + 6, 'z', 10);
	control_pack(&c, again);
	assert_memory_equal(block, again, CONTROL_SIZE);
	/* One that says nothing. */
	memset(&c, 0, sizeof(c));
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 1);
	assert_same(&out, &c);
}

/* Put the checksum of what stands before it into a block. */
static void
seal(unsigned char block[CONTROL_SIZE])
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325), word; /* FNV-1a's */
	size_t i;
	int k;

	for (i = 0; i < CONTROL_SIZE - 8; i += 8) {
		for (word = 0, k = 7; k >= 0; k--)
			word = word << 8 | block[i + (size_t)k];
		hash = (hash ^ word) * UINT64_C(0x100000001b3);
		hash ^= hash >> 32;
	}
	for (i = 0; i < 8; i++)
		block[CONTROL_SIZE - 8 + i] = (unsigned char)(hash >> 8 * i);
}

/* What lies on disks already: another form is another version. */
static void
block_is_as_it_always_was(void **state)
{
	unsigned char block[CONTROL_SIZE], expected[CONTROL_SIZE] = {0};
	unsigned char *at = expected + 8 + 40 + 2 * UTC_DAY_SIZE;
	static const uint64_t numbers[] = {255, UINT64_C(0x123456789abcdef),
	    (UINT64_C(1) << 40) - 1, 1, 1,
	    /* Of leads, and of tests. */
	    3, 1000000, 0, UINT64_C(0xfedcba9876543210), 101,
	    UINT64_C(5000000000), UINT64_C(1795435200123456789),
	    UINT64_C(1795435200987654321), 4, 999999, 1,
	    UINT64_C(0xfedcba9876543211), 102, UINT64_C(5000000001),
	    UINT64_C(1795435200123456790), UINT64_C(1795435200987654322),
	    /* The index. */
	    INT64_MAX, UINT64_C(1795435200555555555), 1};
	struct control c;
	size_t i;
	int k;

	(void)state;
	fill_in(&c);
	control_pack(&c, block);
	memcpy(expected, "lscontr1", 8);
	memcpy(expected + 8, "0f3c1b7e-8a55-4a0e-9d5a-2f1c0e9b7a11xyz", 39);
	memcpy(expected + 48, "2026-11-23", 10);
	memcpy(expected + 59, "2026-11-20", 10);
	for (i = 0; i < COUNT(numbers); i++)
		for (k = 0; k < 8; k++)
			*at++ = (unsigned char)(numbers[i] >> 8 * k);
	seal(expected);
	assert_memory_equal(block, expected, CONTROL_SIZE);
}

/* A text without an end, in a struct and in a block. */
static void
text_has_an_end(void **state)
{
	unsigned char block[CONTROL_SIZE];
	struct control c, out;

	(void)state;
	fill_in(&c);
	memset(c.boot, 'b', sizeof(c.boot));
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 1);
	assert_int_equal(strlen(out.boot), sizeof(out.boot) - 1);
	assert_int_equal(block[8 + sizeof(c.boot) - 1], 0);
	memset(block + 8, 'b', sizeof(c.boot));
	seal(block);
	assert_int_equal(control_unpack(&out, block), 1);
	assert_int_equal(strlen(out.boot), sizeof(out.boot) - 1);
}

static void
flipped_bit_is_seen(void **state)
{
	unsigned char block[CONTROL_SIZE];
	struct control c, out, zero;
	size_t i;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	fill_in(&c);
	control_pack(&c, block);
	for (i = 0; i < (size_t)CONTROL_SIZE * 8; i++) {
		block[i / 8] ^= (unsigned char)(1 << i % 8);
		memset(&out, 'x', sizeof(out));
		assert_int_equal(control_unpack(&out, block), 0);
		assert_memory_equal(&out, &zero, sizeof(out));
		block[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	/* An empty file, and one that was cut. */
	memset(block + 300, 0, sizeof(block) - 300);
	assert_int_equal(control_unpack(&out, block), 0);
	memset(block, 0, sizeof(block));
	assert_int_equal(control_unpack(&out, block), 0);
}

static void
assert_refused(const struct control *c)
{
	static const struct control zero;
	unsigned char block[CONTROL_SIZE];
	struct control out;

	control_pack(c, block);
	memset(&out, 'x', sizeof(out));
	assert_int_equal(control_unpack(&out, block), 0);
	assert_memory_equal(&out, &zero, sizeof(out));
}

/* The highest bits of any two bytes, which a plain product leaves alone. */
static void
two_flipped_bits_are_seen(void **state)
{
	unsigned char block[CONTROL_SIZE];
	struct control c, out;
	size_t i, k;

	(void)state;
	fill_in(&c);
	control_pack(&c, block);
	for (i = 0; i < CONTROL_SIZE; i++)
		for (k = 0; k < i; k++) {
			block[i] ^= 0x80;
			block[k] ^= 0x80;
			assert_int_equal(control_unpack(&out, block), 0);
			block[i] ^= 0x80;
			block[k] ^= 0x80;
		}
	assert_int_equal(control_unpack(&out, block), 1);
}

/* By a program that means something else by it. */
static void
what_none_would_write_is_refused(void **state)
{
	unsigned char block[CONTROL_SIZE];
	struct control c, out;

	(void)state;
	fill_in(&c);
	c.segment = 1;
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 1);
	c.segment = NAMES_SEGMENT_MAX + 1;
	assert_refused(&c);
	fill_in(&c);
	(void)strcpy(c.day, "x");
	assert_refused(&c);
	fill_in(&c);
	(void)strcpy(c.owed, "x");
	assert_refused(&c);
	fill_in(&c);
	c.sheets[SHEET_TEST].state = (enum part_state)(PART_BEHIND + 1);
	assert_refused(&c);
	fill_in(&c);
	c.sheets[SHEET_LEADS].format = (enum sheet_format)(SHEET_TSV + 1);
	assert_refused(&c);
	fill_in(&c);
	(void)strcpy(c.day, "2026-02-30");
	assert_refused(&c);
	fill_in(&c);
	(void)strcpy(c.owed, "../../x");
	assert_refused(&c);
	fill_in(&c);
	c.segment = 0;
	assert_refused(&c);
}

static int
view(struct control *c, const char *name, int64_t *written)
{
	struct fault f = {0};
	int rc = control_view(c, in_scratch(name), written, &f);

	assert_int_equal(rc == -1, f.kind != FAULT_NONE);
	return rc;
}

static void
reader_sees_the_record_in_its_file(void **state)
{
	static const struct control zero;
	unsigned char block[CONTROL_SIZE];
	struct control c, out;
	struct fault f = {0};
	int64_t written;
	struct stat st;

	(void)state;
	fill_in(&c);
	control_pack(&c, block);
	write_file(in_scratch("good"), block, sizeof(block));
	assert_int_equal(view(&out, "good", &written), 1);
	assert_same(&out, &c);
	assert_int_equal(stat(in_scratch("good"), &st), 0);
	assert_int_equal(written,
	    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
	assert_int_equal(view(&out, "good", NULL), 1);
	/* None, one that was cut, one that doesn't hold, and no file at all. */
	memset(&out, 'x', sizeof(out));
	assert_int_equal(view(&out, "none", &written), 0);
	assert_memory_equal(&out, &zero, sizeof(out));
	write_file(in_scratch("cut"), block, sizeof(block) - 1);
	assert_int_equal(view(&out, "cut", NULL), 0);
	write_file(in_scratch("empty"), block, 0);
	assert_int_equal(view(&out, "empty", NULL), 0);
	block[100] ^= 1;
	write_file(in_scratch("bad"), block, sizeof(block));
	assert_int_equal(view(&out, "bad", NULL), 0);
	assert_memory_equal(&out, &zero, sizeof(out));
	assert_int_equal(mkdir(in_scratch("folder"), 0700), 0);
	assert_int_equal(view(&out, "folder", NULL), -1);
	/* A plain file whose first bytes can't be read. */
	assert_int_equal(control_view(&out, "/proc/self/mem", NULL, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
}

static void
assert_words(const struct control *c, const char *expected)
{
	struct bytes b = {0};

	control_print(&b, c);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, expected);
	bytes_free(&b);
}

static void
words_are_for_people(void **state)
{
	struct control c;

	(void)state;
	memset(&c, 0, sizeof(c));
	(void)strcpy(c.boot, "a-boot");
	assert_words(
	    &c, "version: 1\nboot: a-boot\nsegment: none is written\n");
	(void)strcpy(c.day, "2026-11-23");
	c.segment = 2;
	c.size = 48213;
	c.inode = 7;
	c.index = 9;
	c.sheets[SHEET_LEADS] = (struct part){
	    .state = PART_MADE, .number = 3, .size = 500, .inode = 8};
	assert_words(&c,
	    "version: 1\nboot: a-boot\n"
	    "segment: 2026-11-23, number 2, 48213 bytes, inode 7\n"
	    "sheet of leads: leads-2026-11-23-3.csv, whole, 500 bytes, inode 8"
	    "\nsheet of test: not known\nindex: inode 9\n");
	c.failed = 1;
	c.sheets[SHEET_LEADS].state = PART_BEHIND;
	c.sheets[SHEET_TEST] = (struct part){
	    .state = PART_NAMED, .number = 1, .format = SHEET_TSV};
	(void)strcpy(c.owed, "2026-11-20");
	c.index = 0;
	assert_words(&c,
	    "version: 1\nboot: a-boot\n"
	    "segment: 2026-11-23, number 2, 48213 bytes, inode 7; a sync of it "
	    "failed, the next one is to be made\n"
	    "sheet of leads: leads-2026-11-23-3.csv, lacks rows that couldn't "
	    "be written, 500 bytes, inode 8\n"
	    "sheet of test: test-2026-11-23.tsv, named, perhaps not made, 0 "
	    "bytes, inode 0\n"
	    "index: is to be caught up\n"
	    "sheets not brought up yet: from 2026-11-20 on\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("every field comes back", every_field_comes_back),
	    TEST("its block is as it always was", block_is_as_it_always_was),
	    TEST("a text has an end", text_has_an_end),
	    TEST("a reader sees the record in its file",
		reader_sees_the_record_in_its_file),
	    TEST("a flipped bit is seen, wherever it is", flipped_bit_is_seen),
	    TEST("two flipped bits are seen", two_flipped_bits_are_seen),
	    TEST("what no program of ours would write is refused",
		what_none_would_write_is_refused),
	    TEST("its words are for people", words_are_for_people),
	};

	return RUN(tests);
}
