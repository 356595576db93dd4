/*
 * extra: the members of a lead and its post that we don't know, as one JSON
 * object.  A post's get post_ before their keys, as often as the key is taken.
 * Of members of one name the last counts, in the place of the first.
 */
#ifndef EXTRA_H
#define EXTRA_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "json/jsontext.h"

/* Some of the members of an object in that text; all borrowed. */
struct extra_members {
	const char *text;
	const struct jsontext_member *members;
	const uint32_t *list; /* which, in their order */
	size_t n;
};

struct extra {
	struct extra_members lead;
	struct jsontext_slice post; /* as extra_post() wrote it; borrowed */
	/*
	 * Whoever cuts the object after so many bytes may have it end anywhere
	 * behind them.
	 */
	size_t most;
};

/*
 * Append a post's members as they stand behind a lead's where no key is taken:
 * "post_a":1,"post_b":2.  most is as above.  0, or -1 with FAULT_MEMORY.
 */
int extra_post(struct bytes *out, const struct extra_members *, size_t most,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Write the object; what was in out is replaced.  *work grows by what it takes
 * to look among the post's keys for the lead's, as so many bytes that are only
 * copied.  0, or -1 with FAULT_MEMORY.
 */
int extra_write(const struct extra *, struct bytes *out, int64_t *work,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
