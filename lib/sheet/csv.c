/* csv: cells and rows of a spreadsheet file; see csv.h. */
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "json/content.h"
#include "sheet/characters.h"
#include "sheet/csv.h"
#include "sheet/protection.h"
#include "sheet/words.h"

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

/*
 * How much of a long text there is to see: a unit more than a cell has.  What
 * is behind it says nothing of the cell, and may be many times as long.
 */
static size_t
length_to_see(const char *s, size_t n)
{
	size_t i = 0, units = 0;
	uint32_t c;

	while (i < n && units <= CSV_CELL_MAX) {
		if ((unsigned char)s[i] < 0x80) {
			i++;
			units++;
		} else {
			i += text_next(s + i, n - i, &c, NULL);
			units += c > 0xffff ? 2 : 1;
		}
	}
	return i;
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
	return (n > 0 && s[0] == '\'') || protection_runs_piece(s, n);
}

static void
add_content(struct bytes *b, const struct csv_dialect *d, const char *s,
    size_t n, int marked)
{
	const unsigned stop =
	    CONTENT_CHANGED | CONTENT_COMMA | CONTENT_SEMICOLON | CONTENT_BAR;
	size_t i = 0, from = 0, step;
	uint32_t c;

	while (i < n) {
		if (!(content_byte(s[i]) & stop)) {
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

/* Does a space, or what becomes one, stand at an end of n bytes, n > 0? */
static int
has_space_end(const char *s, size_t n)
{
	size_t last = n - 1;
	uint32_t c;

	(void)text_next(s, n, &c, NULL);
	if (c == ' ' || is_control(c))
		return 1;
	while (last > 0 && ((unsigned char)s[last] & 0xc0) == 0x80)
		last--;
	(void)text_next(s + last, n - last, &c, NULL);
	return c == ' ' || is_control(c);
}

/* RFC 4180: quotes where there is a delimiter, a quote or a line end. */
static int
needs_quotes(const char *s, size_t n, char delimiter)
{
	size_t i;

	/* Leading and trailing blanks are dropped by some readers. */
	if (n > 0 && has_space_end(s, n))
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

/* Is there a digit other than ASCII's? */
static int
has_far_digit(const char *s, size_t n)
{
	size_t i, step;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = 1;
		if (!(content_byte(s[i]) & CONTENT_FAR))
			continue;
		step = text_next(s + i, n - i, &c, NULL);
		if (characters_is_digit(c))
			return 1;
	}
	return 0;
}

/* Is there a blank at an end of n bytes, n > 0? */
static int
has_blank_end(const char *s, size_t n)
{
	size_t last = n - 1;
	uint32_t c;

	/* Most text. */
	if (s[0] > ' ' && s[0] < 0x7f && s[last] > ' ' && s[last] < 0x7f)
		return 0;
	(void)text_next(s, n, &c, NULL);
	if (characters_is_blank(c))
		return 1;
	while (last > 0 && ((unsigned char)s[last] & 0xc0) == 0x80)
		last--;
	(void)text_next(s + last, n - last, &c, NULL);
	return characters_is_blank(c);
}

/*
 * protection_is_changed(), and most text is told by its content alone: there is
 * no number without a digit, and no word for true or false with one.
 */
static int
is_changed(const char *s, size_t n, unsigned content)
{
	if ((content & CONTENT_DIGIT) ||
	    ((content & CONTENT_FAR) && has_far_digit(s, n)))
		return protection_is_number(s, n);
	if (has_blank_end(s, n))
		return protection_is_boolean(s, n);
	return words_may_be_boolean(s, n) && words_is_boolean(s, n);
}

/* Most cells: what stands in it stays as it is, with no mark but in front. */
static void
add_unchanged(struct bytes *b, const struct csv_dialect *d, const char *s,
    size_t n, unsigned content)
{
	uint32_t first = protection_first(s, n);
	int quoted = (content & (CONTENT_COMMA | CONTENT_SEMICOLON)) ||
	             s[0] == ' ' || s[n - 1] == ' ' ||
	             ((content & CONTENT_BAR) && d->delimiter == '|');
	int marked = d->protect && (d->always || s[0] == '\'' ||
				       protection_is_trigger(first) ||
				       is_changed(s, n, content));

	if (quoted)
		bytes_addc(b, '"');
	if (marked)
		bytes_addc(b, '\'');
	bytes_add(b, s, n);
	if (quoted)
		bytes_addc(b, '"');
}

/* The separators at which a spreadsheet elsewhere would cut a cell. */
static unsigned
foreign_content(char delimiter)
{
	return (delimiter != ',' ? CONTENT_COMMA : 0) |
	       (delimiter != ';' ? CONTENT_SEMICOLON : 0) |
	       (delimiter != '|' ? CONTENT_BAR : 0);
}

static void
add_changed(struct bytes *b, const struct csv_dialect *d, const char *s,
    size_t n, unsigned content)
{
	int in_pieces = (content & foreign_content(d->delimiter)) != 0;
	int marked, quoted, cut;
	size_t marks = 0;

	marked =
	    d->protect &&
	    (d->always || s[0] == '\'' ||
		(in_pieces ? protection_is_formula(s, n, d->delimiter)
			   : protection_is_trigger(protection_first(s, n))) ||
		is_changed(s, n, content));
	if (marked)
		marks = in_pieces ? count_marks(s, n, d->delimiter) : 1;
	n = cell_length(s, n, marks, &cut);
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
	/* Behind a separator of others there may be more marks. */
	const unsigned change = CONTENT_CHANGED | foreign_content(d->delimiter);
	unsigned content;

	if (n > CSV_CELL_MAX)
		n = length_to_see(s, n);
	content = content_of(s, n);
	if (n > 0 && n < CSV_CELL_MAX && !(content & change))
		add_unchanged(b, d, s, n, content);
	else if (n > 0)
		add_changed(b, d, s, n, content);
}

void
csv_plain(struct bytes *b, const char *s, size_t n)
{
	bytes_add(b, s, n);
}

void
csv_end(struct bytes *b)
{
	bytes_adds(b, "\r\n");
}
