#include "unit.h"

#include "sheet/protection.h"

static void
formulas_are_known(void **state)
{
	static const char *const cases[] = {"=1+1", "+1", "-1", "@x", "-",
	    " =1", "\t=1", "\n=1", "\xc2\xa0=1" /* NBSP */,
	    "\xe3\x80\x80=1" /* U+3000 */, "\xe2\x80\x8b=1" /* ZWSP */,
	    "\xef\xbb\xbf=1" /* BOM */,
	    "\xef\xbc\x9d"
	    "1" /* full-width = */,
	    "\xef\xbc\x8b"
	    "1",
	    "\xef\xbc\x8d"
	    "1",
	    "\xef\xbc\xa0x", "x;=1+1", "x; =1+1", "x;\xc2\xa0@y", "a;b;-c"};
	static const char *const others[] = {
	    "", "a=b", "x; y", "a;b", "mail@example.org", "x,=1+1"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (!protection_is_formula(cases[i], strlen(cases[i]), ','))
			fail_msg("%s is not known", cases[i]);
	for (i = 0; i < COUNT(others); i++)
		if (protection_is_formula(others[i], strlen(others[i]), ','))
			fail_msg("%s is taken for one", others[i]);
	/* What is foreign depends on the delimiter. */
	assert_true(protection_is_formula("x,=1+1", 6, ';'));
	assert_false(protection_is_formula("x;=1+1", 6, ';'));
}

static void
changes_are_known(void **state)
{
	static const char *const changed[] = {"11-50", "1-10", "2-10", "3/4",
	    "5-12-2024", "2024-05-12", "1.5", "3.4.", "007", "1234567890123456",
	    "1e5", "1E+15", "12:30", "1,000", "50%", "(5)", "1 1/2", "May 5",
	    "5-Mar", "mar-24", "May 5, 2024", "sept 5", "SEP 5", "5december",
	    "5 pm", "10001+", "$5", "10,001+", "12:30 AM", "TRUE", "false",
	    " 007 ",
	    "11111111111111111111111111111111111111111111111111111111111111"
	    "111111111"};
	static const char *const kept[] = {"51-200", "201-500", "1001-5000",
	    "0", "7", "2500", "123456789012345", "May", "March", "Mary 5",
	    "septe 5", "septembers 5", "jul\xc3\xa9 5", "ma\x19 5",
	    "3/4 Studio", "v2", "5 apples", "e5", "", "trueish",
	    "f1e2d3c4-b5a6-4789-0123-456789abcdef", "2026-05-08T14:23:00.000Z"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(changed); i++)
		if (!protection_is_changed(changed[i], strlen(changed[i])))
			fail_msg("%s is not known", changed[i]);
	for (i = 0; i < COUNT(kept); i++)
		if (protection_is_changed(kept[i], strlen(kept[i])))
			fail_msg("%s is taken for one", kept[i]);
}

static void
first_is_what_shows(void **state)
{
	(void)state;
	assert_int_equal(protection_first("", 0), 0);
	assert_int_equal(protection_first(" \t\xc2\xa0x", 5), 'x');
	assert_int_equal(protection_first("\xe2\x80\x8b", 3), 0);
	assert_int_equal(protection_first("\xef\xbc\x9d", 3), 0xff1d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a formula is known, wherever it hides", formulas_are_known),
	    TEST("what a spreadsheet would change is known", changes_are_known),
	    TEST("the first code point is the first that shows",
		first_is_what_shows),
	};

	return RUN(tests);
}
