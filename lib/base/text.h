/*
 * text: UTF-8, JSON strings, base64, log values: how bytes are written where
 * only text may stand.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * The code point at the start of s, n > 0 bytes long, and how many bytes it
 * takes (RFC 3629).  A byte that is not UTF-8 counts as one byte with the
 * code point U+FFFD; *valid, where asked for, tells the two apart.
 */
size_t text_next(const char *s, size_t n, uint32_t *cp, int *valid)
    __attribute__((nonnull(1, 3)));

/* Is every byte of it UTF-8? */
int text_is_utf8(const char *, size_t);

/* And has it no control characters but line ends and TABs? */
int text_is_readable(const char *, size_t);

/*
 * Append s as a JSON string with its quotes (RFC 8259 section 7), and with no
 * escape that is not needed.
 */
void
text_json(struct bytes *, const char *s, size_t) __attribute__((nonnull(1)));

/*
 * Would a terminal do it, rather than show it: move its cursor, clear its
 * screen, turn text around?  ASCII's controls, C1 controls, line and paragraph
 * separators, and the marks, overrides and isolates of right-to-left text.
 */
int text_is_control(uint32_t);

/*
 * In JSON that stands in a buffer from an offset on, write each such character
 * of a string as an escape, which means the same (RFC 8259 section 7).
 */
void text_json_visible(struct bytes *, size_t from) __attribute__((nonnull));

/*
 * Append what a JSON string means, s being what follows its opening quote
 * (RFC 8259 section 7); half a surrogate pair becomes U+FFFD.  Returns how many
 * bytes were read, the closing quote included, or 0 when it is no string.
 */
size_t
text_unjson(struct bytes *, const char *s, size_t) __attribute__((nonnull));

/* Base64 with padding (RFC 4648 section 4). */
void
text_base64(struct bytes *, const char *, size_t) __attribute__((nonnull(1)));

/* The way back; returns 0, or -1 when it is not base64. */
int
text_unbase64(struct bytes *, const char *, size_t) __attribute__((nonnull(1)));

/*
 * Append s as a logfmt value: bare where it can be, else in quotes with every
 * byte that is not printable ASCII as \xNN, so that a log line stays one
 * line whatever comes from outside.
 */
void
text_logfmt(struct bytes *, const char *s, size_t) __attribute__((nonnull(1)));

/* How many letters have to change to make b of a (Levenshtein). */
size_t text_distance(const char *a, const char *b) __attribute__((nonnull));

/*
 * The word of the list that is most like this one, where one is like it at
 * all; else NULL.  The list is of structs that begin with the word.
 */
const char *text_nearest(const char *word, const void *list, size_t size)
    __attribute__((nonnull));

#endif
