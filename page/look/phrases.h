/*
 * phrases: every text of the page, in English and in German: phrases.table.
 *
 * A language is "en" or "de".  Texts are plain: html.h makes HTML of them.
 * {1} and {2} in a text are places that something is put into.
 */
#ifndef PHRASES_H
#define PHRASES_H

#include <stdint.h>

#include "base/bytes.h"

enum phrase {
#define PHRASE(name, english, german)          PHRASE_##name,
#define COUNTED(name, one, many, eines, viele) PHRASE_##name,
#include "page/look/phrases.table"
#undef PHRASE
#undef COUNTED
	PHRASE_COUNT
};

/*
 * The language to answer in: the one of the settings; "", auto: the one of the
 * two that Accept-Language (RFC 9110 section 12.5.4) wants most, else "en".
 */
const char *phrases_language(const char *setting, const char *accept)
    __attribute__((nonnull));

/* A text that has no places; static. */
const char *
phrases_get(const char *language, enum phrase) __attribute__((nonnull));

/* Append a text, with what comes into {1} and {2}; NULL where it has none. */
void phrases_fill(struct bytes *, const char *language, enum phrase,
    const char *one, const char *two) __attribute__((nonnull(1, 2)));

/* Append a COUNTED text for a number: its singular or plural. */
void phrases_count(struct bytes *, const char *language, enum phrase, int64_t)
    __attribute__((nonnull));

/* Append a number as it is written: 3,214 or 3.214. */
void phrases_number(struct bytes *, const char *language, int64_t)
    __attribute__((nonnull));

#endif
