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
	    "\xef\xbc\xa0x", "x;=1+1", "x; =1+1", "x;\xc2\xa0@y", "a;b;-c",
	    "x|=1+1", "x;\"=1+1;y", "x; \" \"=1"};
	static const char *const others[] = {"", "a=b", "x; y", "a;b",
	    "mail@example.org", "x,=1+1", "\"=1+1", "a|b", "x;\"y\""};
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

/* What some spreadsheet makes a number, a date, or true or false of. */
static const char *const changed[] = {"11-50", "1-10", "2-10", "3/4",
    "5-12-2024", "2024-05-12", "1.5", "3.4.", "007", "1234567890123456", "1e5",
    "1E+15", "11 E5", "2024-05-05T12:30", "2026-05-08T14:23:00",
    "2026-05-08T14:23:00.000", "12:30", "1,000", "50%", "(5)", "1 1/2", "May 5",
    "5-Mar", "mar-24", "May 5, 2024", "sept 5", "SEP 5", "5december", "5 pm",
    "5p", "10001+", "$5", "10,001+", "12:30 AM", "TRUE", "false", " 007 ",
    " 7 ",
    "11111111111111111111111111111111111111111111111111111111111111111111",
    /* Blanks of other kinds. */
    "\u00a0007", "0123456789\u00a0", "50\u00a0%", "1\u202f234", "\u202f5",
    "May\u00a05", "3\u20284", "\u3000TRUE\u200b",
    /* Currencies before and behind. */
    "\u20ac5", "5 \u20ac", "5\u00a0\u20ac", "\u00a35", "5 kr", "5 kr.", "CHF 5",
    "5,00 z\u0142", "5 K\u010d", "5 Ft", "R$ 5", "R5", "5 \u20bd", "\uffe55",
    "5 \u0433\u0440\u043d.", "B/. 5", "S/ 5",
    /* Digits of other scripts. */
    "\uff11\uff12", "\uff11-\uff12", "\uff11\uff0f\uff12", "\u0661\u0662",
    "\u0e51\u0e52", "\u0967", "99\u30fb\u0661", "\uff15E100", "\uff15\uff05",
    "CHF \uff15",
    /* Dates of other languages. */
    "5. Mai", "5 mai 2024", "Mai 24", "5 de mayo de 2024", "5.V.2024", "5-V",
    "5 \u043c\u0430\u044f 2024 \u0433.", "5 \u041c\u0410\u0419",
    "5 \u039c\u03b1\u0390\u03bf\u03c5", "12 z\u00e1\u0159\u00ed 2024",
    "2024\u5e745\u670812\u65e5", "5\u670812\u65e5", "\u5348\u5f8c3\u6642",
    "2024\ub144 5\uc6d4 12\uc77c", "\u4ee4\u548c6\u5e745\u670812\u65e5",
    "5 \u0e1e.\u0e04. 2567", "5 \u05de\u05d0\u05d9 2024",
    "\u0665 \u0645\u0627\u064a\u0648", "5 \u092e\u0908", "May 5, 2024 3:00 PM",
    "Sunday, May 5, 2024", "Sonntag, 5. Mai 2024", "3:00 p. m.", "11-a.m.",
    "E 5.5.2024", "2024 m. gegu\u017e\u0117s 5 d.",
    /* True and false. */
    "WAHR", "falsch", "VRAI", "Faux", "VERO", "SANT", "Falskt", "IGAZ",
    "PRAWDA", "FA\u0141SZ", "\u0418\u0421\u0422\u0418\u041d\u0410",
    "DO\u011eRU", "YANLI\u015e", "yanl\u0131\u015f", "\u771f", "no berdat",
    "\u03a3\u03a9\u03a3\u03a4\u038c", " \u00a0wahr\t"};

/* And what all leave as it is. */
static const char *const kept[] = {"51-200", "201-500", "1001-5000", "0", "7",
    "2500", "123456789012345", "May", "March", "Mai", "Jan", "Mary 5",
    "septe 5", "septembers 5", "jul\u00e9 5", "mq\x19 5", "3/4 Studio", "v2",
    "B2B", "A16z", "a-0", "5-b", "T-1", "5 apples", "e5", "", " ", "trueish",
    "true story", "K", "f1e2d3c4-b5a6-4789-0123-456789abcdef",
    "2026-05-08T14:23:00.000Z", "2026-04-09T12:34:56.000000+00:00",
    "2026-04-09T12:34:56+00:00", "5T5Z", "8074707c-7e72-4e20-8e2a-c90757476803",
    "5 things I learned in May", "Top 10", "\u738b\u82b3", "\u4e09",
    "\u6771\u4eac", "5\u6771", "\u0645\u062d\u0645\u062f",
    "5 \u0645\u062d\u0645\u062f", "5 may may may may may may may may may", "Kr",
    "\u20ac", "%"};

static void
changes_are_known(void **state)
{
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
