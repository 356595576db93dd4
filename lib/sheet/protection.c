/* protection: what a spreadsheet makes of text; see protection.h. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sheet/protection.h"

/*
 * Code points that don't show: a spreadsheet, or the person who looks at it,
 * sees the cell begin behind them.
 */
static int
is_blank(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} blanks[] = {{0x00, 0x20}, {0x7f, 0xa0}, {0xad, 0xad}, {0x34f, 0x34f},
	    {0x61c, 0x61c}, {0x115f, 0x1160}, {0x1680, 0x1680},
	    {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2000, 0x200f},
	    {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},
	    {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
	    {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};
	size_t i;

	if (c > 0x20 && c < 0x7f)
		return 0;
	for (i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (c >= blanks[i].first && c <= blanks[i].last)
			return 1;
	return 0;
}

/* What begins a formula: the ASCII four and their full-width twins. */
int
protection_is_trigger(uint32_t c)
{
	return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d ||
	       c == 0xff0b || c == 0xff0d || c == 0xff20;
}

/* The first code point that shows, or 0. */
uint32_t
protection_first(const char *s, size_t n)
{
	uint32_t c;
	size_t i = 0;

	/* So do most cells begin, and there are many. */
	if (n > 0 && s[0] > ' ' && s[0] < 0x7f)
		return (uint32_t)s[0];
	while (i < n) {
		i += text_next(s + i, n - i, &c, NULL);
		if (!is_blank(c))
			return c;
	}
	return 0;
}

/* Is c a character at which a spreadsheet elsewhere would cut the cell? */
int
protection_is_foreign(char c, char delimiter)
{
	return (c == ';' && delimiter != ';') || (c == ',' && delimiter != ',');
}

/* Does a formula begin the cell, or a piece of it behind a separator? */
int
protection_is_formula(const char *s, size_t n, char delimiter)
{
	size_t i;

	if (protection_is_trigger(protection_first(s, n)))
		return 1;
	for (i = 0; i < n; i++)
		if (protection_is_foreign(s[i], delimiter) &&
		    protection_is_trigger(
			protection_first(s + i + 1, n - i - 1)))
			return 1;
	return 0;
}

/* Of ASCII: a locale has no say here. */
static inline int
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline int
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The number that s begins with, and its digits; -1 where it has none. */
static long
digits(const char *s, size_t n, size_t *used)
{
	long v = 0;
	size_t i;

	for (i = 0; i < n && is_digit(s[i]); i++)
		v = v > 99999 ? v : v * 10 + (s[i] - '0');
	*used = i;
	return i == 0 ? -1 : v;
}

/*
 * A range like 201-500 that can be no date, because neither side can be a
 * month.
 */
static int
is_harmless_range(const char *s, size_t n)
{
	size_t a, b;
	long from = digits(s, n, &a), to;

	if (from == -1 || a == n)
		return 0;
	to = digits(s + a + 1, n - a - 1, &b);
	return s[a] == '-' && a + 1 + b == n && from > 12 && to > 12;
}

/* A whole number that comes out of a spreadsheet as it went in. */
static int
is_exact_number(const char *s, size_t n)
{
	size_t used;

	if (digits(s, n, &used) == -1 || used != n)
		return 0;
	return n <= 15 && (s[0] != '0' || n == 1);
}

/* How many letters of s make an English month's name, 0 for none. */
static size_t
month(const char *s, size_t n)
{
	static const char names[][10] = {"january", "february", "march",
	    "april", "may", "june", "july", "august", "september", "october",
	    "november", "december", "sept"};
	size_t i, letters = 3;

	if (n < 3)
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((s[0] | 0x20) == names[i][0] &&
		    (s[1] | 0x20) == names[i][1] &&
		    (s[2] | 0x20) == names[i][2])
			break;
	if (i == sizeof(names) / sizeof(names[0]))
		return 0;
	/* Their first three letters, or all of them. */
	while (
	    letters < n && letters < sizeof(names[0]) && is_letter(s[letters]))
		letters++;
	for (; i < sizeof(names) / sizeof(names[0]) && letters > 3; i++)
		if (letters == strlen(names[i]) &&
		    strncasecmp(s, names[i], letters) == 0)
			return letters;
	return letters == 3 ? 3 : 0;
}

/* What a character may be among numbers; most words end at their first. */
enum { DIGIT = 1, SIGN, LETTER };

/* clang-format off */
static const unsigned char among_numbers[256] = {
	['0'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
	DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
	['-'] = SIGN, ['/'] = SIGN, ['.'] = SIGN, [','] = SIGN, [':'] = SIGN,
	['\''] = SIGN, [' '] = SIGN, ['('] = SIGN, [')'] = SIGN, ['%'] = SIGN,
	['$'] = SIGN, ['+'] = SIGN,
	/* Of a month's name, am, pm, or 1e5. */
	['a'] = LETTER, ['d'] = LETTER, ['e'] = LETTER, ['f'] = LETTER,
	['j'] = LETTER, ['m'] = LETTER, ['n'] = LETTER, ['o'] = LETTER,
	['p'] = LETTER, ['s'] = LETTER,
	['A'] = LETTER, ['D'] = LETTER, ['E'] = LETTER, ['F'] = LETTER,
	['J'] = LETTER, ['M'] = LETTER, ['N'] = LETTER, ['O'] = LETTER,
	['P'] = LETTER, ['S'] = LETTER};
/* clang-format on */

/* How many characters of s are one word of those, 0 for none. */
static size_t
word(const char *s, size_t n, int seen_digit)
{
	size_t letters = month(s, n);

	if (letters > 0)
		return letters;
	if (n >= 2 && (s[1] == 'm' || s[1] == 'M') &&
	    memchr("aApP", s[0], 4) != NULL)
		return 2;
	if (seen_digit && (s[0] == 'e' || s[0] == 'E'))
		return n >= 2 && s[1] == '+' ? 2 : 1;
	return 0;
}

/*
 * Numbers with at most one month or am/pm among them and nothing else:
 * 5-Mar, May 2024, 3 pm, 1e5, (7), 1,000, 12:30, 50%, $5, 500+.
 */
static int
is_numbers(const char *s, size_t n)
{
	int seen_digit = 0, words = 0, kind;
	size_t i, used;

	for (i = 0; i < n; i += used) {
		used = 1;
		kind = among_numbers[(unsigned char)s[i]];
		if (kind == 0)
			return 0;
		if (kind == DIGIT)
			seen_digit = 1;
		else if (kind == LETTER &&
			 ((used = word(s + i, n - i, seen_digit)) == 0 ||
			     ++words > 1))
			return 0;
	}
	return seen_digit;
}

int
protection_is_changed(const char *s, size_t n)
{
	while (n > 0 && is_space(s[0])) {
		s++;
		n--;
	}
	while (n > 0 && is_space(s[n - 1]))
		n--;
	if ((n == 4 && (s[0] | 0x20) == 't' &&
		strncasecmp(s, "true", n) == 0) ||
	    (n == 5 && (s[0] | 0x20) == 'f' && strncasecmp(s, "false", n) == 0))
		return 1;
	return is_numbers(s, n) && !is_exact_number(s, n) &&
	       !is_harmless_range(s, n);
}
