/*
 * compact: JSON text written anew, in the one form that we write it in: on one
 * line, without blanks, strings with no escape that is not needed.  Numbers and
 * the order of members stay as they are.
 */
#ifndef COMPACT_H
#define COMPACT_H

#include <stddef.h>

#include "base/bytes.h"

/*
 * Append n bytes of JSON in this form.  Of what is no JSON its blanks go, its
 * strings are written anew, and all else stays.
 */
void
compact_json(struct bytes *, const char *, size_t n) __attribute__((nonnull));

#endif
