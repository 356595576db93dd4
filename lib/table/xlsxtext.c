/* xlsxtext: text as a workbook takes it; see xlsxtext.h. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "sheet/csv.h"
#include "table/xlsxtext.h"

#define TEXT_MAX 32767 /* characters of a cell, escapes included */

/* Is it what XML has no place for?  Line ends and TABs it has. */
static int
is_control(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') ||
	       (c >= 0x7f && c <= 0x9f) || c == 0xfffe || c == 0xffff ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Is it what Excel would take for an escape, as _x0041_ for A? */
static int
is_escape(const char *s, size_t n)
{
	return n >= 7 && s[1] == 'x' && isxdigit((unsigned char)s[2]) &&
	       isxdigit((unsigned char)s[3]) && isxdigit((unsigned char)s[4]) &&
	       isxdigit((unsigned char)s[5]) && s[6] == '_';
}

/*
 * Excel counts characters in UTF-16 units, those of escapes too; what is cut
 * leaves room for the ellipsis.
 */
void
xlsxtext_write(struct bytes *b, const char *s, size_t n)
{
	size_t i, step, from = 0, keep = csv_cell_length(s, n), units = 0;
	uint32_t c;
	int escape;

	for (i = 0; i < keep; i += step) {
		step = text_next(s + i, keep - i, &c, NULL);
		escape = c == '_' && is_escape(s + i, keep - i);
		units += c > 0xffff ? 2 : 1;
		if (escape)
			units += strlen(XLSXTEXT_ESCAPED);
		if (units > TEXT_MAX - 1) {
			keep = i;
			break;
		}
		if (!escape && !is_control(c))
			continue;
		bytes_add(b, s + from, i - from);
		/* A CR before its LF is no character of its own. */
		if (escape)
			bytes_adds(b, XLSXTEXT_ESCAPED);
		else if (c != '\r' || i + 1 == keep || s[i + 1] != '\n')
			bytes_addc(b, ' ');
		from = escape ? i : i + step;
	}
	bytes_add(b, s + from, keep - from);
	if (keep < n)
		bytes_adds(b, "\xe2\x80\xa6");
}
