/*
 * fold: texts as a person compares them: capitals or not, in any script.
 *
 * Letters are the same where Unicode's simple case folding makes them the same.
 * Beyond it both Turkish i are an i, ß is ss, a full-width letter is the plain
 * one, and each kind of blank is a blank.  The rules are fold.table's, and no
 * locale's.  (What a sheet protects has a folding of its own,
 * characters_fold(): that may not change without SHAPE_RULES.)
 */
#ifndef FOLD_H
#define FOLD_H

#include <stddef.h>
#include <stdint.h>

/*
 * Where in n bytes of text another stands first, m bytes long; NULL where it
 * doesn't.  An empty one stands everywhere.
 */
const char *fold_find(const char *s, size_t n, const char *what, size_t m)
    __attribute__((nonnull));

/* Are they the same? */
int fold_equal(const char *a, size_t n, const char *b, size_t m)
    __attribute__((nonnull));

/* On the way through a text of n bytes. */
struct fold_walk {
	const char *s;
	size_t n;
	int owes_s; /* the second one of an ß */
};

/*
 * The next letter, folded: a code point; -1 at the end.  A byte that is not
 * UTF-8 is 0x110000 and its value.
 */
#define FOLD_END (-1)
int32_t fold_next(struct fold_walk *) __attribute__((nonnull));

/* Which stands first in an alphabet: below, at or above 0, as strcmp(). */
int fold_compare(const char *a, size_t n, const char *b, size_t m)
    __attribute__((nonnull));

#endif
