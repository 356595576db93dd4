/*
 * characters: what a spreadsheet takes a character for where it looks for
 * numbers and dates.
 */
#ifndef CHARACTERS_H
#define CHARACTERS_H

#include <stdint.h>

enum characters_kind {
	CHARACTERS_OTHER, /* what stands in no number and no date */
	CHARACTERS_BLANK, /* a blank, a control, or what doesn't show */
	CHARACTERS_DIGIT, /* of any script */
	CHARACTERS_SIGN,  /* between digits, or a currency's sign */
	CHARACTERS_LETTER
};

/* For those below U+0080, most of all. */
extern const unsigned char characters_ascii[128];

/* A code point as characters_fold() gives it. */
enum characters_kind characters_kind(uint32_t code_point);

/* Does it not show?  The cell seems to begin behind it. */
int characters_is_blank(uint32_t code_point);

/* Is it a digit other than those of ASCII? */
int characters_is_digit(uint32_t code_point);

/*
 * A capital as its small letter, a full-width twin of ASCII as ASCII; all
 * others as they are.  Turkish letters fold as English does: both i are one.
 */
uint32_t characters_fold(uint32_t code_point);

#endif
