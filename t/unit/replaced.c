#include "unit.h"

#include "sheet/replaced.h"

static void
names_are_counted(void **state)
{
	char name[REPLACED_NAME_SIZE], expected[32], *text;
	struct fault f = {0};
	int i;

	(void)state;
	for (i = 1; i <= 3; i++) {
		write_file(
		    in_scratch("leads-2026-11-23.csv"), "123" + i - 1, 1);
		assert_int_equal(
		    replaced_move(
			scratch, in_scratch("leads-2026-11-23.csv"), name, &f),
		    0);
		(void)snprintf(
		    expected, sizeof(expected), "leads-2026-11-23.csv.%d", i);
		assert_string_equal(name, expected);
	}
	assert_false(exists(in_scratch("leads-2026-11-23.csv")));
	text = read_file(in_scratch("replaced/leads-2026-11-23.csv.2"), NULL);
	assert_string_equal(text, "2");
	free(text);
}

static void
nothing_to_move_is_a_fault(void **state)
{
	char name[REPLACED_NAME_SIZE];
	struct fault f = {0};

	(void)state;
	assert_int_equal(
	    replaced_move(scratch, in_scratch("none"), name, &f), -1);
	assert_int_equal(f.kind, FAULT_STORAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each goes to a name of its own", names_are_counted),
	    TEST("what isn't there can't be moved", nothing_to_move_is_a_fault),
	};

	return RUN(tests);
}
