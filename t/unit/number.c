#include "unit.h"

#include "select/number.h"

static int
is_number(const char *s)
{
	struct number x;

	return number_read(&x, s, strlen(s));
}

static void
numbers_are_told_from_text(void **state)
{
	static const char *const numbers[] = {"0", "7", "-7", "+7", "007",
	    "1.5", "-0.0", "1e3", "1E-3", "2.50e+10",
	    "123456789012345678901234567890", "1e99999999999999999999999"};
	static const char *const others[] = {"", "-", ".", ".5", "5.", "1.2.3",
	    "1,000", "0x10", "1e", "1e+", "1e5.5", "five", "5 ", " 5", "--5",
	    "5e-x", "NaN", "inf", "5.e1"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++)
		if (!is_number(numbers[i]))
			fail_msg("%s is no number", numbers[i]);
	for (i = 0; i < COUNT(others); i++)
		if (is_number(others[i]))
			fail_msg("%s is a number", others[i]);
}

static void
numbers_have_an_order(void **state)
{
	/* Those in a line are worth the same. */
	static const char *const order[][4] = {{"-1e99999999999999999"},
	    {"-2500.5", "-2.5005e3"}, {"-2500", "-2500.0"}, {"-0.1"},
	    {"0", "-0", "0.000", "0e9"}, {"1e-99999999999999999"},
	    {"0.001", "1e-3", "0.1e-2"}, {"0.01"}, {"0.999"},
	    {"1", "01", "1.0", "10e-1"}, {"1.0001"}, {"9"}, {"10"},
	    {"99", "9.9e1", "0.99e2"}, {"500"}, {"2500", "2.5E3", "25e+2"},
	    {"9007199254740992"}, {"9007199254740993"},
	    {"123456789012345678901234567890"}, {"1e9999999999"}};
	struct number a, b;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < COUNT(order); i++)
		for (j = 0; j < COUNT(order); j++)
			for (k = 0; k < 4 && order[j][k] != NULL; k++) {
				assert_true(number_read(
				    &a, order[i][0], strlen(order[i][0])));
				assert_true(number_read(
				    &b, order[j][k], strlen(order[j][k])));
				if (number_compare(&a, &b) != (i > j) - (i < j))
					fail_msg("%s and %s: %d", order[i][0],
					    order[j][k],
					    number_compare(&a, &b));
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("numbers are told from text", numbers_are_told_from_text),
	    TEST("numbers have an order", numbers_have_an_order),
	};

	return RUN(tests);
}
