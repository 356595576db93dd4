/*
 * erasure: a person taken out of a delivery's body.
 *
 * Only the leads with that urn go; every other byte stays as the sender wrote
 * it, so that numbers keep their digits and rows stay the rows they were.
 */
#ifndef ERASURE_H
#define ERASURE_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

struct erasure {
	const char *urn; /* borrowed */
	size_t len;
	const char *mark; /* the longest part of it that nobody escapes */
	size_t mark_len;
	struct bytes scratch;
};

/* All that is needed to look for n bytes of urn, n > 0. */
void erasure_init(struct erasure *, const char *urn, size_t n)
    __attribute__((nonnull));

/*
 * Where it may stand in n bytes of a body, a journal's line, or any other
 * text: a quick look, for what isn't in there.  NULL when it is nowhere.
 */
const char *erasure_look(const struct erasure *, const char *, size_t n)
    __attribute__((nonnull(1)));

/*
 * Write n bytes of body, which is JSON, without the person's leads into out,
 * which is emptied first; how many there were goes into *taken.  0, or -1 with
 * FAULT_MEMORY.
 */
int erasure_cut(struct erasure *, const char *body, size_t n, struct bytes *out,
    size_t *taken, struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Does the urn stand in n bytes of text, as it is or, where the text is JSON,
 * with escapes?  1, 0, or -1 with FAULT_MEMORY.
 */
int erasure_stands(struct erasure *, const char *text, size_t n, struct fault *)
    __attribute__((nonnull(1, 4), warn_unused_result));

void erasure_free(struct erasure *) __attribute__((nonnull));

#endif
