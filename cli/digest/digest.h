/*
 * digest: what a morning's mail tells: what came since the last one, of all
 * endpoints, and what needs a person.
 *
 *	open		when the last one was, and what is new is settled
 *	gather		it is read, and counted
 *	commit		it has been told, and is new no more
 *
 * A struct digest (told.h) is all zero to begin with, and ends with free.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdint.h>

#include "base/fault.h"
#include "cli/digest/told.h"
#include "cli/endpoints.h"
#include "reader/consumer.h"

/* The name of its cursor at each endpoint. */
#define DIGEST_CURSOR "digest"

/* The longest mail, as it goes out: bytes. */
#define DIGEST_MAIL_MAX (30 * 1000)

/*
 * Open the cursor at each of these endpoints, at least one, whose list must
 * last until digest_free(), as the settings that hold for all are in use.  With
 * CONSUMER_MOVE nobody else does now: FAULT_BUSY.  0, or -1 with the fault set.
 */
int digest_open(struct digest *, const struct cli *, const struct endpoints *,
    enum consumer_mode, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Read what is new, and ask for concerns.  Of an endpoint that nobody was
 * mailed of before only what came yesterday and today is told.  0, or -1 with
 * the fault set: FAULT_BUSY where the journal was rewritten meanwhile.
 */
int digest_gather(struct digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is there room to remember that it was told?  0, or -1 with the fault set. */
int digest_prove(struct digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* It has been told, all of it.  0, or -1: then some of it comes again. */
int digest_commit(struct digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void digest_free(struct digest *) __attribute__((nonnull));

#endif
