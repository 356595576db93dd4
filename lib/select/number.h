/*
 * number: numbers as JSON writes them, compared by what they are worth, exactly
 * and however long they are.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* A part of zero, times ten to a power: 0.DIGITS * 10^power. */
struct number {
	const char *digits; /* borrowed; with the point, if any; NULL: zero */
	size_t n;
	int64_t power;
	int negative;
};

/*
 * Read n bytes: digits, with a sign, a point between, and an exponent where
 * they have them.  1, or 0 where it is no number.
 */
int
number_read(struct number *, const char *, size_t n) __attribute__((nonnull));

/* Below, at or above 0, as strcmp(). */
int number_compare(const struct number *, const struct number *)
    __attribute__((nonnull));

#endif
