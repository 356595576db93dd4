/* csv: cells and rows of a spreadsheet file; see csv.h. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "text.h"

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

/* What becomes a space, so that a row stays one line and reads one way. */
static int
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 ||
	       c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* What begins a formula: the ASCII four and their full-width twins. */
static int
is_trigger(uint32_t c)
{
	return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d ||
	       c == 0xff0b || c == 0xff0d || c == 0xff20;
}

/* The first code point that shows, or 0. */
static uint32_t
first_visible(const char *s, size_t n)
{
	uint32_t c;
	size_t i = 0;

	while (i < n) {
		i += text_next(s + i, n - i, &c, NULL);
		if (!is_blank(c))
			return c;
	}
	return 0;
}

/* Is c a character at which a spreadsheet elsewhere would cut the cell? */
static int
is_foreign_separator(char c, char delimiter)
{
	return (c == ';' && delimiter != ';') || (c == ',' && delimiter != ',');
}

/* Does a formula begin the cell, or a piece of it behind a separator? */
static int
has_formula(const char *s, size_t n, char delimiter)
{
	size_t i;

	if (is_trigger(first_visible(s, n)))
		return 1;
	for (i = 0; i < n; i++)
		if (is_foreign_separator(s[i], delimiter) &&
		    is_trigger(first_visible(s + i + 1, n - i - 1)))
			return 1;
	return 0;
}

int
csv_is_formula(const char *s, size_t n)
{
	return has_formula(s, n, ',');
}

/* The number that s begins with, and its digits; -1 where it has none. */
static long
digits(const char *s, size_t n, size_t *used)
{
	long v = 0;
	size_t i;

	for (i = 0; i < n && isdigit((unsigned char)s[i]); i++)
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
	static const char *const names[] = {"january", "february", "march",
	    "april", "may", "june", "july", "august", "september", "october",
	    "november", "december", "sept"};
	size_t i, letters = 0;

	while (letters < n && isalpha((unsigned char)s[letters]))
		letters++;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((letters == 3 || letters == strlen(names[i])) &&
		    strncasecmp(s, names[i], letters) == 0)
			return letters;
	return 0;
}

/*
 * Numbers with at most one month or am/pm among them and nothing else:
 * 5-Mar, May 2024, 3 pm, 1e5, (7), 1,000, 12:30, 50%, $5, 500+.
 */
static int
is_numbers(const char *s, size_t n)
{
	size_t i, used;
	int seen_digit = 0, words = 0;

	for (i = 0; i < n; i++) {
		if (isdigit((unsigned char)s[i]))
			seen_digit = 1;
		else if (memchr("-/.,:' ()%$+", s[i], 12) != NULL)
			continue;
		else if ((used = month(s + i, n - i)) > 0 && ++words == 1)
			i += used - 1;
		else if (n - i >= 2 && memchr("aApP", s[i], 4) != NULL &&
			 (s[i + 1] == 'm' || s[i + 1] == 'M') && ++words == 1)
			i++;
		else if ((s[i] == 'e' || s[i] == 'E') && seen_digit &&
			 ++words == 1)
			i += i + 1 < n && s[i + 1] == '+';
		else
			return 0;
	}
	return seen_digit;
}

int
csv_is_changed(const char *s, size_t n)
{
	while (n > 0 && isspace((unsigned char)s[0])) {
		s++;
		n--;
	}
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	if ((n == 4 && strncasecmp(s, "true", n) == 0) ||
	    (n == 5 && strncasecmp(s, "false", n) == 0))
		return 1;
	return is_numbers(s, n) && !is_exact_number(s, n) &&
	       !is_harmless_range(s, n);
}

/*
 * Where the cell has to end: all of it, or what leaves room for the ellipsis
 * (and for the marks, which count as well).
 */
static size_t
cell_length(const char *s, size_t n, size_t marks, int *cut)
{
	size_t i = 0, units = marks, keep = 0;
	uint32_t c;

	*cut = 0;
	if (n + marks <= CSV_CELL_MAX)
		return n;
	while (i < n) {
		size_t step = text_next(s + i, n - i, &c, NULL);

		units += c > 0xffff ? 2 : 1;
		i += step;
		if (units <= CSV_CELL_MAX - 1)
			keep = i;
		if (units > CSV_CELL_MAX) {
			*cut = 1;
			return keep;
		}
	}
	return n;
}

/* Does this piece need a mark, in a cell that is marked at its front? */
static int
piece_needs_mark(const char *s, size_t n)
{
	return (n > 0 && s[0] == '\'') || is_trigger(first_visible(s, n));
}

static void
add_content(struct bytes *b, const struct csv_dialect *d, const char *s,
    size_t n, int marked)
{
	size_t i = 0, from = 0, step;
	uint32_t c;

	while (i < n) {
		step = 1;
		c = (unsigned char)s[i];
		if (c >= 0x80)
			step = text_next(s + i, n - i, &c, NULL);
		if (c >= ' ' && c < 0x7f && c != '"' && c != ';' && c != ',') {
			i++;
			continue;
		}
		if (is_control(c)) {
			bytes_add(b, s + from, i - from);
			bytes_addc(b, ' ');
			from = i + step;
		} else if (c == '"') {
			bytes_add(b, s + from, i + 1 - from);
			from = i; /* once more: a quote is doubled */
		} else if (marked && c < 0x80 &&
			   is_foreign_separator(s[i], d->delimiter) &&
			   piece_needs_mark(s + i + 1, n - i - 1)) {
			bytes_add(b, s + from, i + 1 - from);
			bytes_addc(b, '\'');
			from = i + 1;
		}
		i += step;
	}
	bytes_add(b, s + from, n - from);
}

/* RFC 4180: quotes where there is a delimiter, a quote or a line end. */
static int
needs_quotes(const char *s, size_t n, char delimiter)
{
	size_t i;

	/* Leading and trailing blanks are dropped by some readers. */
	if (n > 0 && (s[0] == ' ' || s[n - 1] == ' '))
		return 1;
	for (i = 0; i < n; i++)
		if (s[i] == delimiter || s[i] == '"' || s[i] == ',' ||
		    s[i] == ';' || (unsigned char)s[i] < ' ')
			return 1;
	return 0;
}

/* How many marks the cell gets, the one at its front included. */
static size_t
count_marks(const char *s, size_t n, char delimiter)
{
	size_t i, marks = 1;

	for (i = 0; i < n; i++)
		if (is_foreign_separator(s[i], delimiter) &&
		    piece_needs_mark(s + i + 1, n - i - 1))
			marks++;
	return marks;
}

void
csv_string(
    struct bytes *b, const struct csv_dialect *d, const char *s, size_t n)
{
	int marked, quoted, cut;

	if (n == 0)
		return;
	marked =
	    d->protect && (s[0] == '\'' || has_formula(s, n, d->delimiter) ||
			      csv_is_changed(s, n));
	n = cell_length(
	    s, n, marked ? count_marks(s, n, d->delimiter) : 0, &cut);
	quoted = needs_quotes(s, n, d->delimiter);
	if (quoted)
		bytes_addc(b, '"');
	if (marked)
		bytes_addc(b, '\'');
	add_content(b, d, s, n, marked);
	if (cut)
		bytes_adds(b, "\xe2\x80\xa6");
	if (quoted)
		bytes_addc(b, '"');
}

void
csv_plain(struct bytes *b, const char *s, size_t n)
{
	bytes_add(b, s, n);
}

void
csv_next(struct bytes *b, const struct csv_dialect *d)
{
	bytes_addc(b, d->delimiter);
}

void
csv_end(struct bytes *b)
{
	bytes_adds(b, "\r\n");
}
