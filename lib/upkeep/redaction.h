/*
 * redaction: rewrites journal segments with a person's leads removed.
 *
 * What doesn't name them is not decoded, and is passed on as it is.
 */
#ifndef REDACTION_H
#define REDACTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "journal/journal.h"
#include "upkeep/erasure.h"
#include "webhook/signature.h"

/* Who looks on while it takes time, and hears what is found on the way. */
struct redaction_watch {
	void *context;
	/* So many bytes more are read; other than 0 ends the work. */
	int (*progress)(void *context, int64_t bytes);
	/*
	 * The person stands in that file in another place than a lead's, in
	 * that line of it or, where there are no lines to count, 0.  0, or -1
	 * with the fault set.
	 */
	int (*remains)(
	    void *context, const char *path, int64_t line, struct fault *);
};

/* All zero but for what is borrowed, then redaction_init(). */
struct redaction {
	const struct redaction_watch *watch;     /* borrowed */
	const struct signature_secrets *secrets; /* borrowed; to write, only */

	/* Of the segments that were looked through. */
	int64_t leads;
	int64_t deliveries;
	int cut_leads; /* were there any that make rows, or rows of tests? */
	int cut_tests;

	struct erasure *persons; /* owned */
	size_t npersons;
	struct signature_digest digest;
	/* Of the record in hand, with its body before and after. */
	struct bytes scratch;
	struct bytes body;
	struct bytes next;
	struct bytes line;
};

/* The persons by their urns, a newline behind each; borrowed. */
int redaction_init(struct redaction *, const struct bytes *urns, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Look through a segment, or with to write it anew there: then nobody is told
 * of it, and nothing counted.  How many leads there are to go is put into
 * *taken.  A record that some are taken from is signed with the newest secret.
 * Returns 0; 1 when the watch wants to stop; or -1 with the fault set.
 */
int redaction_segment(struct redaction *, const char *journal,
    const struct place *, struct appendfile *to, size_t *taken, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5, 6), warn_unused_result));

void redaction_free(struct redaction *) __attribute__((nonnull));

#endif
