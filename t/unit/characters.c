#include "unit.h"

#include "sheet/characters.h"

static void
kinds_are_known(void **state)
{
	static const struct {
		uint32_t c;
		enum characters_kind kind;
	} cases[] = {{'5', CHARACTERS_DIGIT}, {0x661, CHARACTERS_DIGIT},
	    {0x96f, CHARACTERS_DIGIT}, {0xff10, CHARACTERS_DIGIT},
	    {'.', CHARACTERS_SIGN}, {0x20ac, CHARACTERS_SIGN},
	    {0xa3, CHARACTERS_SIGN}, {0x66a, CHARACTERS_SIGN},
	    {0x2212, CHARACTERS_SIGN}, {0x2019, CHARACTERS_SIGN},
	    {0, CHARACTERS_BLANK}, {' ', CHARACTERS_BLANK},
	    {0xa0, CHARACTERS_BLANK}, {0x202f, CHARACTERS_BLANK},
	    {0x3000, CHARACTERS_BLANK}, {0x200b, CHARACTERS_BLANK},
	    {0x2028, CHARACTERS_BLANK}, {0x202e, CHARACTERS_BLANK},
	    {'a', CHARACTERS_LETTER}, {'Z', CHARACTERS_LETTER},
	    {0xe9, CHARACTERS_LETTER}, {0x660 - 1, CHARACTERS_LETTER},
	    {0x6708, CHARACTERS_LETTER}, {0x1f44f, CHARACTERS_LETTER},
	    {'@', CHARACTERS_OTHER}, {'#', CHARACTERS_OTHER},
	    {'=', CHARACTERS_OTHER}, {';', CHARACTERS_OTHER}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (characters_kind(cases[i].c) != cases[i].kind)
			fail_msg("U+%04X", (unsigned)cases[i].c);
}

static void
letters_fold(void **state)
{
	/* Capital and small. */
	static const uint32_t pairs[][2] = {{'A', 'a'}, {'Z', 'z'}, {'a', 'a'},
	    {0xc4, 0xe4}, {0xde, 0xfe}, {0xd7, 0xd7}, {0xdf, 0xdf},
	    {0x141, 0x142}, {0x142, 0x142}, {0x17d, 0x17e}, {0x160, 0x161},
	    {0x130, 'i'}, {0x131, 'i'}, {0x218, 0x219}, {0x386, 0x3ac},
	    {0x3a3, 0x3c3}, {0x3c2, 0x3c3}, {0x401, 0x451}, {0x418, 0x438},
	    {0x490, 0x491}, {0x531, 0x561}, {0x1ea4, 0x1ea5}, {0x10d0, 0x10d0},
	    {0xff21, 'a'}, {0xff11, '1'}, {0xff0f, '/'}, {'5', '5'}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++)
		if (characters_fold(pairs[i][0]) != pairs[i][1])
			fail_msg("U+%04X", (unsigned)pairs[i][0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a character's kind is known", kinds_are_known),
	    TEST("capitals fold to small letters", letters_fold),
	};

	return RUN(tests);
}
