#include "unit.h"

#include "select/fold.h"

/* Where it stands; -1: it doesn't. */
static int
find(const char *text, const char *what)
{
	const char *at = fold_find(text, strlen(text), what, strlen(what));

	return at == NULL ? -1 : (int)(at - text);
}

static void
text_is_found(void **state)
{
	static const struct {
		const char *text, *what;
		int at;
	} cases[] = {{"Acme Corp", "acme", 0}, {"The ACME Corp", "Acme", 4},
	    {"Acme", "acme corp", -1}, {"aab", "ab", 1}, {"", "", 0},
	    {"", "a", -1}, {"a", "", 0}, {"abc", "C", 2}, {"abc", "d", -1},
	    {"M\xc3\x9cLLER", "m\xc3\xbcller", 0}, {"\xc3\x9fx", "ssx", 0},
	    {"\xc3\x9fx", "sx", -1},
	    /* Of two bytes no half is found. */
	    {"\xc3\xa9\xc3\xa8", "\xa9", -1}, {"x\xa9", "\xa9", 1},
	    {"x\xa9", "\xaa", -1}, {"x\xa9", "\xef\xbf\xbd", -1}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (find(cases[i].text, cases[i].what) != cases[i].at)
			fail_msg("\"%s\" in \"%s\": %d", cases[i].what,
			    cases[i].text, find(cases[i].text, cases[i].what));
	/* A length is kept, and a NUL is a letter like others. */
	assert_null(fold_find("abc", 2, "c", 1));
	assert_non_null(fold_find("a\0B", 3, "\0b", 2));
}

static void
letters_of_many_scripts_fold(void **state)
{
	static const char *const same[][2] = {
	    {"STRASSE", "Straße"},
	    {"STRAẞE", "straße"},
	    {"ÅSE ØSTBY", "åse østby"},
	    {"ŁUKASZ ŻÓŁĆ", "łukasz żółć"},
	    {"ΝΊΚΟΣ", "νίκος"},
	    {"ἈΡΧΉ", "ἀρχή"},
	    {"ИВАН ЁЖИКОВ", "иван ёжиков"},
	    {"ԱՐԱՄ", "արամ"},
	    {"ᲒᲘᲝᲠᲒᲘ", "გიორგი"},
	    {"ⰃⰎⰀ", "ⰳⰾⰰ"},
	    {"Ꮳꮃꭹ", "ꮳꮃꭹ"},
	    {"𐐔𐐯", "𐐼𐐯"},
	    {"İSTANBUL", "istanbul"},
	    {"IŞIK", "ışık"},
	    {"ＡＣＭＥ", "acme"},
	    {"ǅ", "ǆ"},
	    {"Jane\xc2\xa0Smith", "jane smith"},
	    {"李\xe3\x80\x80明", "李 明"},
	    {"NGUYỄN THỊ", "nguyễn thị"},
	    {"", ""},
	};
	static const char *const other[][2] = {
	    {"a", "b"},
	    {"é", "e"},
	    {"山", "川"},
	    {"ana", "an"},
	    {"an", "ana"},
	    {"שלום", "שלוש"},
	    {"İ", "j"},
	    {"ß", "s"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(same); i++)
		if (!fold_equal(same[i][0], strlen(same[i][0]), same[i][1],
			strlen(same[i][1])))
			fail_msg("%s and %s differ", same[i][0], same[i][1]);
	for (i = 0; i < COUNT(other); i++)
		if (fold_equal(other[i][0], strlen(other[i][0]), other[i][1],
			strlen(other[i][1])))
			fail_msg(
			    "%s and %s are the same", other[i][0], other[i][1]);
}

static void
texts_have_an_order(void **state)
{
	static const char *const order[] = {
	    "", "a", "AB", "abc", "B", "c", "z", "Ä", "я"};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(order); i++)
		for (j = 0; j < COUNT(order); j++)
			assert_int_equal(
			    fold_compare(order[i], strlen(order[i]), order[j],
				strlen(order[j])),
			    (i > j) - (i < j));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a text is found, capitals or not", text_is_found),
	    TEST("letters of many scripts fold", letters_of_many_scripts_fold),
	    TEST("texts have an order", texts_have_an_order),
	};

	return RUN(tests);
}
