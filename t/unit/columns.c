#include "unit.h"

#include "config/columns.h"

static void
columns_are_found(void **state)
{
	const char *name;
	int i;

	(void)state;
	for (i = 0; i < COLUMNS; i++) {
		name = columns_name(i);
		assert_int_equal(columns_find(name, strlen(name)), i);
	}
	assert_int_equal(columns_find("received_at", 11), 0);
	assert_int_equal(columns_find("extra", 5), COLUMNS - 1);
	assert_int_equal(columns_find("extra ", 6), -1);
	assert_int_equal(columns_find("ext", 3), -1);
	assert_int_equal(columns_find("", 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each column is found by its whole name", columns_are_found),
	};

	return RUN(tests);
}
