/*
 * csv: cells and rows of a spreadsheet file, quoted (RFC 4180 section 2) and
 * protected against what a spreadsheet makes of text when it opens one.
 *
 * Protection, and the way back.  A string that a spreadsheet would run or
 * change gets a ' before it.  So does a string that begins with ', so that
 * the way back is exact: take one leading ' off.  A spreadsheet whose list
 * separator is ; cuts the cell at each, so a cell that got one and has a
 * formula or a ' behind a ; gets one there as well: in a cell that begins with
 * ', take one ' off behind each ; too.  The same goes for , and |, and never
 * for the delimiter of the file.
 */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>

#include "base/bytes.h"

/*
 * A longer cell ends with an ellipsis.  Counted as Excel does, in UTF-16
 * units; Excel's own limit is 32,767.
 */
#define CSV_CELL_MAX 32000

/*
 * No byte of a text behind so many changes its cell: a UTF-16 unit is three
 * bytes of UTF-8 at most, and a character four.
 */
#define CSV_TEXT_MAX (3 * CSV_CELL_MAX + 4)

struct csv_dialect {
	char delimiter; /* , ; | or TAB */
	int protect;
	int always; /* where protected: not only what needs it */
};

/*
 * Append a string cell.  Control characters, line ends, U+2028, U+2029 and
 * bidi overrides each become a space: one row is one line.
 */
void csv_string(struct bytes *, const struct csv_dialect *, const char *,
    size_t) __attribute__((nonnull(1, 2)));

/*
 * How many of n bytes go into one cell: all of them, or what leaves room for
 * the ellipsis.
 */
size_t csv_cell_length(const char *, size_t n);

/* Append a number, or another cell that needs neither quotes nor protection. */
void
csv_plain(struct bytes *, const char *, size_t) __attribute__((nonnull(1)));

/* Go on to the next cell; end the row. */
static inline void __attribute__((nonnull))
csv_next(struct bytes *b, const struct csv_dialect *d)
{
	bytes_addc(b, d->delimiter);
}
void csv_end(struct bytes *) __attribute__((nonnull));

#endif
