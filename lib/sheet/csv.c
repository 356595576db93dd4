/* csv: cells and rows of a spreadsheet file; see csv.h. */
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "sheet/csv.h"
#include "sheet/protection.h"

/* What becomes a space, so that a row stays one line and reads one way. */
static int
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 ||
	       c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/*
 * What there is in a string, as far as it matters which way it is written.
 * CHANGED is what may become another character, or two: controls, ", and the
 * first bytes of U+0080 to U+00BF and of U+2000 to U+2FFF, among which are more
 * controls.
 */
enum {
	SEEN_DIGIT = 1,
	SEEN_COMMA = 2,
	SEEN_SEMICOLON = 4,
	SEEN_BAR = 8,
	SEEN_CHANGED = 16
};

/* clang-format off */
#define D SEEN_DIGIT
#define C SEEN_CHANGED
static const unsigned char what[256] = {
	C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
	C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
	['"'] = C, [','] = SEEN_COMMA, [';'] = SEEN_SEMICOLON, ['|'] = SEEN_BAR,
	['0'] = D, D, D, D, D, D, D, D, D, D,
	[0x7f] = C, [0xc2] = C, [0xe2] = C};
#undef D
#undef C
/* clang-format on */

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
	const unsigned stop = SEEN_CHANGED | SEEN_COMMA | SEEN_SEMICOLON;
	size_t i = 0, from = 0, step;
	uint32_t c;

	while (i < n) {
		if (!(what[(unsigned char)s[i]] & stop)) {
			i++;
			continue;
		}
		step = text_next(s + i, n - i, &c, NULL);
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

/* Most cells: what stands in it stays as it is, with no mark but in front. */
static void
add_unchanged(struct bytes *b, const struct csv_dialect *d, const char *s,
    size_t n, unsigned seen)
{
	uint32_t first = protection_first(s, n);
	/* Without a digit only TRUE and FALSE are changed. */
	int may_change = (seen & SEEN_DIGIT) || first == 't' || first == 'T' ||
	                 first == 'f' || first == 'F';
	int quoted = (seen & (SEEN_COMMA | SEEN_SEMICOLON)) || s[0] == ' ' ||
	             s[n - 1] == ' ' ||
	             ((seen & SEEN_BAR) && d->delimiter == '|');
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

static void
add_changed(
    struct bytes *b, const struct csv_dialect *d, const char *s, size_t n)
{
	int marked, quoted, cut;

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
csv_string(
    struct bytes *b, const struct csv_dialect *d, const char *s, size_t n)
{
	unsigned seen = look_through(s, n), change = SEEN_CHANGED;

	/* Behind a separator of others there may be more marks. */
	change |= d->delimiter != ',' ? SEEN_COMMA : 0;
	change |= d->delimiter != ';' ? SEEN_SEMICOLON : 0;
	if (n > 0 && n < CSV_CELL_MAX && !(seen & change))
		add_unchanged(b, d, s, n, seen);
	else if (n > 0)
		add_changed(b, d, s, n);
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
