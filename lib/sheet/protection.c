/* protection: what a spreadsheet makes of text; see protection.h. */
#include <string.h>

#include "base/text.h"
#include "sheet/characters.h"
#include "sheet/protection.h"
#include "sheet/words.h"

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
		if (!characters_is_blank(c))
			return c;
	}
	return 0;
}

/* Is c a character at which a spreadsheet elsewhere would cut the cell? */
int
protection_is_foreign(char c, char delimiter)
{
	return (c == ';' || c == ',' || c == '|') && c != delimiter;
}

/*
 * A spreadsheet that cuts at a separator may take a quote behind it for its
 * own: of x;"=1 it runs =1.
 */
int
protection_runs_piece(const char *s, size_t n)
{
	uint32_t c;
	size_t i = 0;

	while (i < n) {
		i += text_next(s + i, n - i, &c, NULL);
		if (c != '"' && !characters_is_blank(c))
			return protection_is_trigger(c);
	}
	return 0;
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
		    protection_runs_piece(s + i + 1, n - i - 1))
			return 1;
	return 0;
}

static inline int
is_digit(char c)
{
	return c >= '0' && c <= '9';
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

/*
 * Of n bytes, how many letters of ASCII are at s[i] before one that is none; 0
 * where more than two are, or a letter that is not ASCII.
 */
static size_t
few_letters(const char *s, size_t n, size_t i)
{
	size_t letters = 0;

	while (
	    letters < 3 && i + letters < n && words_letter(s[i + letters]) < 26)
		letters++;
	return letters < 3 && (i + letters == n || s[i + letters] >= 0)
	           ? letters
	           : 0;
}

/* Is there a digit beside s[i], or behind a hyphen or slash that is? */
static int
is_tied(const char *s, size_t n, size_t i)
{
	return (i + 2 < n && (s[i + 1] == '-' || s[i + 1] == '/') &&
		   is_digit(s[i + 2])) ||
	       (i >= 2 && (s[i - 1] == '-' || s[i - 1] == '/') &&
		   is_digit(s[i - 2]));
}

/* Is all of it a time of day, as behind the T of ISO 8601, without a zone? */
static int
is_time(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!is_digit(s[i]) && s[i] != ':' && s[i] != '.' &&
		    s[i] != ',')
			return 0;
	return 1;
}

/*
 * May a letter stand alone among numbers?  Currencies do anywhere (R5, 5 k);
 * Roman months not beside a digit (5-V); a p for pm, and names of days, where a
 * blank or a point is between.  So v2 and B2B are none, and 1e5 is one.
 */
static size_t
letter(const char *s, size_t n, size_t i, int seen_digit)
{
	const char c = (char)(s[i] | 0x20);
	int before = i > 0 && is_digit(s[i - 1]);
	int after = i + 1 < n && is_digit(s[i + 1]);

	if (seen_digit && c == 'e')
		return 1;
	if (before && after)
		return c == 't' && is_time(s + i + 1, n - i - 1);
	if (memchr("cdfgklmpqr", c, 10) != NULL || (seen_digit && c == 'a'))
		return 1;
	if (before || after)
		return 0;
	return memchr("ivx", c, 3) != NULL || !is_tied(s, n, i);
}

/*
 * How many bytes the word at s[i] has, 0 where it is none that is known.  Two
 * letters between digits are none.
 */
static size_t
word(const char *s, size_t n, size_t i, int seen_digit)
{
	size_t letters = few_letters(s, n, i);

	if (letters == 1)
		return letter(s, n, i, seen_digit);
	if (letters == 2 && i > 0 && is_digit(s[i - 1]) && i + 2 < n &&
	    is_digit(s[i + 2]))
		return 0;
	return words_match(s + i, n - i);
}

/*
 * Numbers with known words and signs among them and nothing else: 5-Mar, 5. Mai
 * 2024, 3 pm, 1e5, (7), 1,000, 12:30, 50 %, $5, 5 kr, 500+.
 */
static int
is_numbers(const char *s, size_t n)
{
	enum { WORDS_MAX = 8 }; /* sunday, 5 de mayo de 2024, 3:00 p. m. */
	int seen_digit = 0, words = 0, kind;
	size_t i, used;
	uint32_t c;

	for (i = 0; i < n; i += used) {
		used = 1;
		kind = s[i] >= 0 ? characters_ascii[(unsigned char)s[i]] : -1;
		if (kind == -1) {
			used = text_next(s + i, n - i, &c, NULL);
			kind = (int)characters_kind(characters_fold(c));
		}
		if (kind == CHARACTERS_OTHER)
			return 0;
		if (kind == CHARACTERS_DIGIT)
			seen_digit = 1;
		else if (kind == CHARACTERS_LETTER &&
			 (++words > WORDS_MAX ||
			     (used = word(s, n, i, seen_digit)) == 0))
			return 0;
	}
	return seen_digit;
}

/*
 * What most cells with digits are: a UUID, or a time of ISO 8601 that ends in
 * Z. No spreadsheet takes either for a number, though the letters of a UUID may
 * look like exponents and currencies.
 */
static int
is_id_or_time(const char *s, size_t n)
{
	return (n == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' &&
		   s[23] == '-') ||
	       (n >= 20 && s[n - 1] == 'Z' && s[10] == 'T' && s[7] == '-' &&
		   s[4] == '-');
}

int
protection_is_number(const char *s, size_t n)
{
	return !is_id_or_time(s, n) && is_numbers(s, n) &&
	       !is_exact_number(s, n) && !is_harmless_range(s, n);
}

int
protection_is_boolean(const char *s, size_t n)
{
	size_t i, from = n, end = n, step;
	uint32_t c;

	/* Blanks before it and behind it don't count. */
	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, NULL);
		if (characters_is_blank(c))
			continue;
		if (from == n)
			from = i;
		end = i + step;
		if (end - from >= WORDS_BOOLEAN_MAX)
			return 0;
	}
	return from < end && words_is_boolean(s + from, end - from);
}

int
protection_is_changed(const char *s, size_t n)
{
	return protection_is_number(s, n) || protection_is_boolean(s, n);
}
