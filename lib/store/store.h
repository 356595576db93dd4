/*
 * store: an endpoint's journal, sheets and index as one transaction.
 *
 * When store_put() returns 0 the delivery is on stable storage, once.  When
 * it fails there is nothing of it, or something that a retry recognises.
 */
#ifndef STORE_H
#define STORE_H

#include <stddef.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "journal/journal.h"
#include "webhook/delivery.h"

enum store_result {
	STORE_STORED,
	STORE_DUPLICATE, /* known, and nothing new is kept */
	STORE_CONFLICT   /* the id is known with another body: kept as other */
};

struct store;

/*
 * The store of an endpoint.  Opens its lock and nothing else yet.  settings
 * and boot are borrowed and may change between calls.  NULL with the fault set.
 */
struct store *store_open(const struct endpoint *, const struct settings *,
    const struct boot *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The name of its endpoint; borrowed. */
const char *store_name(const struct store *) __attribute__((nonnull));

/*
 * Keep a delivery that was received as the record says, decoded as d.  The
 * record's kind and id are the delivery's; it goes to the day of
 * record->received.  0, or -1 with the fault set.
 */
int store_put(struct store *, const struct record *, struct delivery *d,
    enum store_result *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * What a person should know of the last call, a sentence for the log; empty
 * most of the time.
 */
const char *store_note(const struct store *) __attribute__((nonnull));

/*
 * Could it keep a delivery now?  Looks at secret, directory, disk and index;
 * who holds the lock is at work, and that is good.  0, or -1 with the fault
 * set and in *why a clause without a path, for everyone to read; static.
 */
int store_health(struct store *, const char **why, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void store_close(struct store *);

#endif
