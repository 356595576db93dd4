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

/* By a program that means something else by it. */
static void
what_none_would_write_is_refused(void **state)
{
	unsigned char block[CONTROL_SIZE];
	struct control c, out;

	(void)state;
	fill_in(&c);
	c.sheets[SHEET_TEST].state = (enum part_state)(PART_BEHIND + 1);
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 0);
	fill_in(&c);
	c.sheets[SHEET_LEADS].format = (enum sheet_format)(SHEET_TSV + 1);
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 0);
	fill_in(&c);
	(void)strcpy(c.day, "2026-02-30");
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 0);
	fill_in(&c);
	(void)strcpy(c.owed, "../../x");
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 0);
	fill_in(&c);
	c.segment = 0;
	control_pack(&c, block);
	assert_int_equal(control_unpack(&out, block), 0);
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
	    TEST("a flipped bit is seen, wherever it is", flipped_bit_is_seen),
	    TEST("what no program of ours would write is refused",
		what_none_would_write_is_refused),
	    TEST("its words are for people", words_are_for_people),
	};

	return RUN(tests);
}
