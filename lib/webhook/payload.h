/*
 * payload: the JSON of a body, walked over once: is it valid, what does it say
 * of itself, and where in it do its leads and posts stand?  Of members of one
 * name the last counts.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "json/jsontext.h"
#include "json/wellformed.h"
#include "webhook/posts.h"

/* All zero to begin with; payload_free() at the end. */
struct payload {
	const char *text; /* the body; borrowed */
	/* Of it; a value is empty where there is none. */
	struct jsontext_slice event, id, test, data_test;
	struct jsontext_member timestamp; /* without its key */
	int is_object;
	int has_leads;  /* there is an array data.leads */
	size_t skipped; /* of its elements: those that are no objects */

	struct bytes members;  /* of all leads, one lead behind the other */
	struct bytes elements; /* uint32_t each: where a lead's members end */
	struct posts posts;
	struct bytes scratch; /* for a key that has escapes */
};

/*
 * Walk over n bytes of body, which is borrowed until the next call.  What was
 * read before is forgotten.  0, or -1 with FAULT_MEMORY.
 */
int payload_read(struct payload *, const char *body, size_t n,
    enum wellformed_verdict *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* How many leads there are: elements of data.leads that are objects. */
size_t payload_leads(const struct payload *) __attribute__((nonnull));

void payload_free(struct payload *) __attribute__((nonnull));

#endif
