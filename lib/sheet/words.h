/*
 * words: those that a spreadsheet knows in numbers and dates, in all languages
 * that LibreOffice has data for: names of months and days, before noon and
 * after, currencies; and the words for true and false.
 *
 * They stand in words.table, in small letters as characters_fold() makes them.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * How many of n bytes are the word that s begins with, 0 where it begins with
 * none that is known.  Letters that follow each other are one word, except
 * where ideographs or Hangul are: there it is the longest that is known.
 */
size_t words_match(const char *s, size_t n) __attribute__((nonnull));

/* No word for true or false has so many bytes. */
enum { WORDS_BOOLEAN_MAX = 64 };

/* Is all of it a word for true or false? */
int words_is_boolean(const char *s, size_t n) __attribute__((nonnull));

/*
 * The words for true and false, told by what they begin with: of each first
 * byte, as words_first() counts these, bit n says whether one has n bytes; of
 * each first letter of ASCII, which second letters there are.
 */
extern const uint64_t words_boolean_lengths[73];
extern const uint32_t words_boolean_pairs[26];

/* A letter of ASCII, small or capital: 0 to 25, or more where it is none. */
static inline unsigned
words_letter(char c)
{
	return ((unsigned char)c | 0x20u) - 'a';
}

/* That, or the first byte of another letter: 26 to 71; else 72. */
static inline unsigned
words_first(char c)
{
	const unsigned letter = words_letter(c), byte = (unsigned char)c;

	if (letter < 26)
		return letter;
	return byte >= 0xc2 && byte <= 0xef ? 26 + byte - 0xc2 : 72;
}

/* A quick no for most text, n > 0: can it be such a word? */
static inline int __attribute__((nonnull))
words_may_be_boolean(const char *s, size_t n)
{
	const unsigned a = words_letter(s[0]);
	const unsigned b = n < 2 ? 26 : words_letter(s[1]);

	return n < WORDS_BOOLEAN_MAX &&
	       (words_boolean_lengths[words_first(s[0])] >> n & 1) != 0 &&
	       (a >= 26 || b >= 26 || (words_boolean_pairs[a] >> b & 1) != 0);
}

#endif
