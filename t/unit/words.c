#include "unit.h"

#include "sheet/words.h"

static void
words_are_known(void **state)
{
	/* A text, and how much of it is a word. */
	static const struct {
		const char *text;
		size_t bytes;
	} cases[] = {{"may", 3}, {"May 5", 3}, {"JANUARY", 7}, {"jan", 3},
	    {"janua", 0}, {"januarys", 0}, {"maybe", 0}, {"sept.", 4},
	    {"kr", 2}, {"kr5", 2}, {"chf", 3}, {"zł", 3}, {"Kč", 3},
	    {"MÄRZ 5", 5}, {"März", 5}, {"märzen", 0}, {"février", 8},
	    {"\u041c\u0410\u042f", 6}, {"\u043c\u0430\u044f 2024", 6},
	    {"\u039c\u03b1\u0390\u03bf\u03c5", 10}, {"A\u011fustos", 8},
	    {"KASIM", 5}, {"Kasım", 6}, {"月12日", 3}, {"日日曜日", 3},
	    {"\u65e5\u66dc\u65e5", 9}, {"\u5348\u5f8c3", 6},
	    {"\u4e94\u6708", 6}, {"\u6771\u4eac", 0}, {"\uc6d4 12", 3},
	    {"\u0e1e\u0e24\u0e29\u0e20\u0e32\u0e04\u0e21", 21}, {"", 0},
	    {"x", 1}, {"zzz", 0}, {"\xff", 0}, {"\uff2d\uff21\uff39", 9},
	    {"May\u00a05", 3}, {"\xf0\x9f\x91\x8f", 0},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		0}};
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		n = words_match(cases[i].text, strlen(cases[i].text));
		if (n != cases[i].bytes)
			fail_msg("%s: %zu", cases[i].text, n);
	}
}

static void
booleans_are_known(void **state)
{
	static const char *const cases[] = {"true", "FALSE", "Wahr", "FALSCH",
	    "vrai", "FAUX", "VERDADERO", "\u041b\u043e\u0436\u044c",
	    "\u0418\u0421\u0422\u0418\u041d\u0410", "\u771f", "\ucc38",
	    "\u05d0\u05de\u05ea", "doğru", "DOĞRU", "yanlış", "YANLIŞ",
	    "a si ngoho", "FAŁSZ"};
	static const char *const others[] = {"", "truu", "trues", "wah", "x",
	    "true false", "真真", "\xf0\x9f\x91\x8f", "אמ"};
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		n = strlen(cases[i]);
		if (!words_may_be_boolean(cases[i], n) ||
		    !words_is_boolean(cases[i], n))
			fail_msg("%s is not known", cases[i]);
	}
	for (i = 0; i < COUNT(others); i++)
		if (words_is_boolean(others[i], strlen(others[i])))
			fail_msg("%s is taken for one", others[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("words are known, all of them and no part", words_are_known),
	    TEST("words for true and false are known", booleans_are_known),
	};

	return RUN(tests);
}
