/*
 * extra: the members of a lead and its post that we don't know, as one JSON
 * object.  A post's get post_ before their keys, as often as the key is taken.
 * Of members of one name the last counts, in the place of the first.
 */
#ifndef EXTRA_H
#define EXTRA_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "json/jsontext.h"

/* All borrowed. */
struct extra {
	const struct jsontext_member *const *lead;
	size_t nlead;
	const struct jsontext_member *const *post;
	size_t npost;
};

/* What was in out is replaced.  0, or -1 with FAULT_MEMORY. */
int extra_write(const struct extra *, struct bytes *out, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
