/*
 * value: what a member of a body is as a cell: a text, a number, or nothing.
 */
#ifndef VALUE_H
#define VALUE_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "json/jsontext.h"

enum value_type { VALUE_NONE, VALUE_STRING, VALUE_NUMBER };

struct value {
	enum value_type type; /* NONE: absent or null */
	const char *data;     /* UTF-8; borrowed */
	size_t len;
};

/*
 * Read the value of a member of that text.  Of a string it is what it means.
 * One of another type than the sender's tables say is its JSON text on one
 * line; a string of digits in place of a whole number is that number.  It
 * stands in the text, or else in scratch, in place of what was there.  0, or -1
 * with FAULT_MEMORY.
 */
int value_read(struct value *, const char *text, const struct jsontext_member *,
    int is_integer, struct bytes *scratch, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
