/*
 * redaction: what becomes of a journal's lines when persons are taken out.
 *
 * What can't name them is not decoded, and stays as it is.
 */
#ifndef REDACTION_H
#define REDACTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "journal/record.h"
#include "upkeep/persons.h"
#include "task/rewrite.h"
#include "webhook/leads.h"
#include "webhook/signature.h"

/* Who looks on while it takes time, and hears what is found on the way. */
struct redaction_watch {
	void *context;
	/* So many bytes more are read; other than 0 ends the work. */
	int (*progress)(void *context, int64_t bytes);
	/*
	 * A person stands in that file in another place than a lead's, in that
	 * line of it.  0, or -1 with the fault set.
	 */
	int (*remains)(
	    void *context, const char *path, int64_t line, struct fault *);
};

/* All zero but for what is borrowed, then redaction_init(). */
struct redaction {
	const struct redaction_watch *watch;     /* borrowed */
	const struct signature_secrets *secrets; /* borrowed; to write, only */

	struct persons persons;

	/* Of the segments that were looked through. */
	int64_t leads;
	int64_t deliveries;
	/* Their names, addresses and comments: see pending.h. */
	struct bytes texts;

	/* Of the segment in hand. */
	const char *path; /* borrowed: it is looked through */
	size_t taken;     /* lines that are others then */
	/* Deliveries of the day that was written anew: where they stood. */
	struct place *hits; /* owned */
	size_t nhits, hits_room;

	struct signature_digest digest;
	struct leads reader;
	/* Of the record in hand, with its body before and after. */
	struct bytes scratch;
	struct bytes body;
};

/* The persons by their urns, a newline behind each; borrowed. */
int redaction_init(struct redaction *, const struct bytes *urns, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Look through a segment: nothing is written.  How many of its lines would be
 * others goes into *taken.  0; 1 when the watch wants to stop; or -1 with the
 * fault set.
 */
int
redaction_scan(struct redaction *, const char *journal, const struct segment *,
    size_t *taken, struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * How lines are written anew: for rewrite_begin().  A record that leads are
 * taken from is signed with the newest secret.  Nobody is told, nothing is
 * counted, and hits has where those records stood.
 */
struct rewrite redaction_rewrite(struct redaction *) __attribute__((nonnull));

void redaction_free(struct redaction *) __attribute__((nonnull));

#endif
