#include "unit.h"

#include "base/bytes.h"

static void
appends_add_up(void **state)
{
	struct bytes b = {0};
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		bytes_adds(&b, "ab");
		bytes_addc(&b, 'c');
		bytes_printf(&b, "%03d", i);
	}
	assert_int_equal(b.len, 6000);
	assert_memory_equal(b.data + 5994, "abc999", 6);
	assert_true(b.cap >= b.len);
	bytes_free(&b);
	assert_null(b.data);
}

static void
nul_counts(void **state)
{
	struct bytes b = {0};

	(void)state;
	bytes_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 3);
	bytes_free(&b);
}

static void
drop_takes_the_front(void **state)
{
	struct bytes b = {0};

	(void)state;
	bytes_adds(&b, "abcdef");
	assert_false(b.failed);
	bytes_drop(&b, 0);
	bytes_drop(&b, 2);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "cdef", 4);
	bytes_drop(&b, 99);
	assert_int_equal(b.len, 0);
	bytes_free(&b);
}

static void
failure_sticks(void **state)
{
	struct bytes b = {0};
	struct fault f = {0};

	(void)state;
	bytes_adds(&b, "kept");
	assert_int_equal(bytes_check(&b, &f), 0);
	assert_int_equal(bytes_reserve(&b, SIZE_MAX), -1);
	bytes_adds(&b, "dropped");
	assert_int_equal(b.len, 4);
	assert_int_equal(bytes_check(&b, &f), -1);
	assert_int_equal(f.kind, FAULT_MEMORY);
	bytes_reset(&b);
	bytes_adds(&b, "again");
	assert_int_equal(b.len, 5);
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a thousand appends add up", appends_add_up),
	    TEST("a NUL byte counts like any other", nul_counts),
	    TEST("dropping takes bytes off the front", drop_takes_the_front),
	    TEST("a failure sticks until the buffer is reset", failure_sticks),
	};

	return RUN(tests);
}
