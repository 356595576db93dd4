/*
 * terminal: what a person looks at: its width, its colours, and the wish to
 * stop.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stddef.h>
#include <stdio.h>

/* Columns of the terminal on fd; 80 where it is none. */
int terminal_width(int fd);

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_GOOD,
	STYLE_BAD,
	STYLE_WARN
};

/*
 * What switches a style on; STYLE_PLAIN switches all off again.  Empty where
 * out is no terminal, NO_COLOR is set, or --no-color was given, which
 * terminal_no_colour() tells.
 */
const char *terminal_style(FILE *out, enum style) __attribute__((nonnull));
void terminal_no_colour(void);

/* Does the terminal's locale take UTF-8? */
int terminal_is_utf8(void);

/* How many columns n bytes of UTF-8 take. */
int terminal_columns(const char *, size_t n) __attribute__((nonnull));

/*
 * Write n bytes of text in exactly width columns: cut, with an ellipsis, or
 * filled up with blanks.  What would move the cursor is a blank.
 */
void terminal_fit(FILE *out, const char *text, size_t n, int width)
    __attribute__((nonnull));

/*
 * Write words in lines of that width, where the first has been indented
 * already; what is in quotes stays in one piece.
 */
void terminal_wrap(FILE *out, const char *text, int indent, int width)
    __attribute__((nonnull));

/*
 * From here on Ctrl-C, SIGTERM and a terminal that goes away are a wish, and
 * terminal_stopped() tells which signal it was, or 0.  Who has tidied up ends
 * by terminal_die(), as the signal would have ended it.
 */
void terminal_catch(void);
int terminal_stopped(void);
void terminal_die(void);

/* It was to run until somebody wants it to end: that is no reason to die. */
void terminal_forgive(void);

#endif
