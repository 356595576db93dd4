/* characters: what a spreadsheet takes a character for; see characters.h. */
#include <stddef.h>

#include "sheet/characters.h"

#define COUNT(a) (sizeof(a) / sizeof(a[0]))

struct range {
	uint32_t first, last;
};

/* clang-format off */
#define B CHARACTERS_BLANK
#define D CHARACTERS_DIGIT
#define S CHARACTERS_SIGN
#define L CHARACTERS_LETTER
const unsigned char characters_ascii[128] = {
	B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	[' '] = B, [0x7f] = B,
	['0'] = D, D, D, D, D, D, D, D, D, D,
	['-'] = S, ['/'] = S, ['.'] = S, [','] = S, [':'] = S, ['\''] = S,
	['('] = S, [')'] = S, ['%'] = S, ['$'] = S, ['+'] = S,
	['A'] = L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, L, L,
	['a'] = L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, L, L};
#undef B
#undef D
#undef S
#undef L
/* clang-format on */

static int
is_in(uint32_t c, const struct range *ranges, size_t n)
{
	size_t i;

	for (i = 0; i < n && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return 1;
	return 0;
}

int
characters_is_blank(uint32_t c)
{
	static const struct range blanks[] = {{0x7f, 0xa0}, {0xad, 0xad},
	    {0x34f, 0x34f}, {0x61c, 0x61c}, {0x115f, 0x1160}, {0x1680, 0x1680},
	    {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2000, 0x200f},
	    {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},
	    {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
	    {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};

	return c <= 0x20 || is_in(c, blanks, COUNT(blanks));
}

/* Of each script ten, from its zero on. */
int
characters_is_digit(uint32_t c)
{
	static const uint16_t zeros[] = {0x660, 0x6f0, 0x7c0, 0x966, 0x9e6,
	    0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
	    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0,
	    0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
	    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10};
	size_t i;

	for (i = 0; i < COUNT(zeros) && c >= zeros[i]; i++)
		if (c - zeros[i] < 10)
			return 1;
	return 0;
}

/*
 * Unicode's currency signs; quotes and a prime between thousands; the points
 * that are decimal ones in Japanese; the Arabic comma, percent, decimal and
 * thousands signs; what is between Tibetan words; the minus.
 */
static int
is_sign(uint32_t c)
{
	static const struct range signs[] = {{0xa2, 0xa5}, {0xb4, 0xb4},
	    {0xb7, 0xb7}, {0x58f, 0x58f}, {0x60b, 0x60c}, {0x66a, 0x66c},
	    {0x7fe, 0x7ff}, {0x9f2, 0x9f3}, {0x9fb, 0x9fb}, {0xaf1, 0xaf1},
	    {0xbf9, 0xbf9}, {0xe3f, 0xe3f}, {0xf0b, 0xf0d}, {0x17db, 0x17db},
	    {0x2018, 0x2019}, {0x2032, 0x2032}, {0x20a0, 0x20cf},
	    {0x2212, 0x2212}, {0x30fb, 0x30fb}, {0xa838, 0xa838},
	    {0xfdfc, 0xfdfc}, {0xfe69, 0xfe6a}, {0xff65, 0xff65},
	    {0xffe0, 0xffe1}, {0xffe5, 0xffe6}};

	return is_in(c, signs, COUNT(signs));
}

enum characters_kind
characters_kind(uint32_t c)
{
	if (c < 0x80)
		return characters_ascii[c];
	return characters_is_blank(c)   ? CHARACTERS_BLANK
	       : characters_is_digit(c) ? CHARACTERS_DIGIT
	       : is_sign(c)             ? CHARACTERS_SIGN
	                                : CHARACTERS_LETTER;
}

uint32_t
characters_fold(uint32_t c)
{
	/* Capitals, and how far behind each its small letter is. */
	static const struct {
		uint32_t first, last, step;
		int32_t add;
	} capitals[] = {{'A', 'Z', 1, 32}, {0xc0, 0xd6, 1, 32},
	    {0xd8, 0xde, 1, 32}, {0x130, 0x130, 1, 'i' - 0x130},
	    {0x131, 0x131, 1, 'i' - 0x131}, {0x100, 0x136, 2, 1},
	    {0x139, 0x147, 2, 1}, {0x14a, 0x176, 2, 1}, {0x179, 0x17d, 2, 1},
	    {0x186, 0x186, 1, 206}, {0x189, 0x189, 1, 205},
	    {0x18f, 0x18f, 1, 202}, {0x190, 0x190, 1, 203},
	    {0x194, 0x194, 1, 207}, {0x196, 0x196, 1, 211},
	    {0x19d, 0x19d, 1, 213}, {0x1af, 0x1af, 1, 1},
	    {0x1b2, 0x1b2, 1, 217}, {0x1e6, 0x1e6, 1, 1}, {0x200, 0x232, 2, 1},
	    {0x386, 0x386, 1, 38}, {0x388, 0x38a, 1, 37}, {0x38c, 0x38c, 1, 64},
	    {0x38e, 0x38f, 1, 63}, {0x391, 0x3ab, 1, 32}, {0x3c2, 0x3c2, 1, 1},
	    {0x400, 0x40f, 1, 80}, {0x410, 0x42f, 1, 32}, {0x460, 0x480, 2, 1},
	    {0x48a, 0x4be, 2, 1}, {0x4c1, 0x4cd, 2, 1}, {0x4d0, 0x52e, 2, 1},
	    {0x531, 0x556, 1, 48}, {0x1c90, 0x1cbf, 1, -3008},
	    {0x1e00, 0x1e94, 2, 1}, {0x1ea0, 0x1efe, 2, 1},
	    {0xa640, 0xa66c, 2, 1}, {0xff01, 0xff5e, 1, '!' - 0xff01}};
	size_t i;

	/* Most letters are small ones of ASCII. */
	if (c < 'A' || (c > 'Z' && c < 0xc0))
		return c;
	for (i = 0; i < COUNT(capitals); i++)
		if (c >= capitals[i].first && c <= capitals[i].last &&
		    (c - capitals[i].first) % capitals[i].step == 0) {
			c = (uint32_t)((int32_t)c + capitals[i].add);
			return c >= 'A' && c <= 'Z' ? c + 32 : c;
		}
	return c;
}
