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
	    {"МАЯ", 6}, {"мая 2024", 6}, {"Μαΐου", 10}, {"Ağustos", 8},
	    {"KASIM", 5}, {"Kasım", 6}, {"月12日", 3}, {"日日曜日", 3},
	    {"日曜日", 9}, {"午後3", 6}, {"五月", 6}, {"東京", 0}, {"월 12", 3},
	    {"พฤษภาคม", 21}, {"", 0}, {"x", 1}, {"zzz", 0}, {"\xff", 0},
	    {"ＭＡＹ", 9}, {"May\u00a05", 3}, {"\xf0\x9f\x91\x8f", 0},
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
	    "vrai", "FAUX", "VERDADERO", "Ложь", "ИСТИНА", "真", "참", "אמת",
	    "doğru", "DOĞRU", "yanlış", "YANLIŞ", "a si ngoho", "FAŁSZ"};
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
