/* csv: cells and rows of a spreadsheet file; see csv.h. */
#include <stdint.h>
#include <string.h>

#include "csv.h"
#include "protection.h"
#include "text.h"

/* What becomes a space, so that a row stays one line and reads one way. */
static int
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 ||
	       c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
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

size_t
csv_cell_length(const char *s, size_t n)
{
	int cut;

	return cell_length(s, n, 0, &cut);
}

/* Does this piece need a mark, in a cell that is marked at its front? */
static int
piece_needs_mark(const char *s, size_t n)
{
	return (n > 0 && s[0] == '\'') ||
	       protection_is_trigger(protection_first(s, n));
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
			   protection_is_foreign(s[i], d->delimiter) &&
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
		if (protection_is_foreign(s[i], delimiter) &&
		    piece_needs_mark(s + i + 1, n - i - 1))
			marks++;
	return marks;
}

/* What there is in a string, as far as it matters which way it is written. */
enum { SEEN_SPECIAL = 1, SEEN_DIGIT = 2 };

/*
 * Special is what needs quotes or a mark, or is changed: controls, ", what
 * separates, and the first bytes of U+0080 to U+00BF and of U+2000 to U+2FFF,
 * among which are more of them.
 */
/* clang-format off */
#define S SEEN_SPECIAL
#define D SEEN_DIGIT
static const unsigned char what[256] = {
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	0, 0, S, 0, 0, 0, 0, 0, 0, 0, 0, 0, S, 0, 0, 0, /* " and , */
	D, D, D, D, D, D, D, D, D, D, 0, S, 0, 0, 0, 0, /* ; */
	[0x7c] = S, [0x7f] = S, [0xc2] = S, [0xe2] = S};
#undef S
#undef D
/* clang-format on */

static unsigned
look_through(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned seen = 0, more = 0;
	size_t i;

	/* Two at a time don't wait for each other. */
	for (i = 0; i + 1 < n; i += 2) {
		seen |= what[p[i]];
		more |= what[p[i + 1]];
	}
	return i < n ? seen | more | what[p[i]] : seen | more;
}

/* Most cells: nothing in it has to be changed, or is a separator. */
static void
add_simple(struct bytes *b, const struct csv_dialect *d, const char *s,
    size_t n, unsigned seen)
{
	uint32_t first = protection_first(s, n);
	/* Without a digit only TRUE and FALSE are changed. */
	int may_change = (seen & SEEN_DIGIT) || first == 't' || first == 'T' ||
	                 first == 'f' || first == 'F';
	int quoted = s[0] == ' ' || s[n - 1] == ' ';
	int marked =
	    d->protect && (s[0] == '\'' || protection_is_trigger(first) ||
			      (may_change && protection_is_changed(s, n)));

	if (quoted)
		bytes_addc(b, '"');
	if (marked)
		bytes_addc(b, '\'');
	bytes_add(b, s, n);
	if (quoted)
		bytes_addc(b, '"');
}

void
csv_string(
    struct bytes *b, const struct csv_dialect *d, const char *s, size_t n)
{
	int marked, quoted, cut;
	unsigned seen = look_through(s, n);

	if (n == 0)
		return;
	if (!(seen & SEEN_SPECIAL) && n < CSV_CELL_MAX) {
		add_simple(b, d, s, n, seen);
		return;
	}
	marked = d->protect &&
	         (s[0] == '\'' || protection_is_formula(s, n, d->delimiter) ||
		     protection_is_changed(s, n));
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
