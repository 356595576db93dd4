/*
 * protection: what a spreadsheet makes of text when it opens a file: would it
 * run it, would it change it?
 */
#ifndef PROTECTION_H
#define PROTECTION_H

#include <stddef.h>
#include <stdint.h>

/* What begins a formula: = + - @ and their full-width twins. */
int protection_is_trigger(uint32_t code_point);

/*
 * The first code point that shows, behind blanks and what is invisible; 0
 * where there is none.
 */
uint32_t protection_first(const char *, size_t n);

/*
 * Is c a separator that a spreadsheet elsewhere would cut the cell at, in a
 * file that has this delimiter?
 */
int protection_is_foreign(char c, char delimiter);

/*
 * Would a spreadsheet run this string as a formula, or a piece of it behind
 * such a separator?
 */
int protection_is_formula(const char *, size_t n, char delimiter);

/* Would one that cuts at a separator run n bytes behind that? */
int protection_runs_piece(const char *, size_t n);

/*
 * Would a spreadsheet take this string for a date, a time, a percentage, an
 * amount or a number, and show it otherwise than it is written?  Control
 * characters count as the blanks that stand for them in a cell.
 */
int protection_is_number(const char *, size_t n);

/* For true or false, in any language? */
int protection_is_boolean(const char *, size_t n);

/* For any of these? */
int protection_is_changed(const char *, size_t n);

#endif
