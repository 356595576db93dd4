/*
 * persons: people, known by their urns, taken out of a delivery's body.
 *
 * Only the leads with such a urn go; every other byte stays as the sender wrote
 * it, so that numbers keep their digits and rows stay the rows they were.
 */
#ifndef PERSONS_H
#define PERSONS_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

struct person {
	const char *urn; /* borrowed */
	size_t len;
	/* The longest part of it that writers of JSON have no reason to escape.
	 */
	const char *mark;
	size_t mark_len;
};

/* All zero to begin with; persons_free() at the end. */
struct persons {
	struct person *list; /* owned */
	size_t n;
	struct bytes scratch;
};

/*
 * Take the persons of a list of urns, which is borrowed, a newline behind each.
 * 0, or -1 with FAULT_MEMORY.
 */
int persons_read(struct persons *, const struct bytes *urns, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is it one of their urns? */
int persons_have(const struct persons *, const char *urn, size_t n)
    __attribute__((nonnull));

/*
 * May one of them stand in n bytes of a body, of a journal's line, or of any
 * other text?  A quick look: 0 where no urn stands as it is, no letter or digit
 * is written as an escape (\u004a), and nothing is in base64.
 */
int persons_may_stand(const struct persons *, const char *, size_t n)
    __attribute__((nonnull(1)));

/*
 * Write n bytes of body, which is JSON, without their leads into out, which is
 * emptied first; how many leads there were goes into *taken.  0, or -1 with
 * FAULT_MEMORY.
 */
int persons_cut(struct persons *, const char *body, size_t n, struct bytes *out,
    size_t *taken, struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Does a urn stand in n bytes of text, as it is or, where the text is JSON,
 * with escapes?  1, 0, or -1 with FAULT_MEMORY.
 */
int persons_stand(const struct persons *, const char *text, size_t n,
    struct fault *) __attribute__((nonnull(1, 4), warn_unused_result));

void persons_free(struct persons *) __attribute__((nonnull));

#endif
