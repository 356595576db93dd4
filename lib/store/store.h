/*
 * store: an endpoint's journal, sheets and index, as a delivery sees them.
 *
 * A delivery that is answered without a fault is on stable storage, once.  With
 * a fault there is nothing of it, or something that a retry recognises.
 */
#ifndef STORE_H
#define STORE_H

#include <stddef.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "store/batch.h"

struct store;

/*
 * The store of an endpoint.  Opens nothing yet.  settings and boot are borrowed
 * and may change between calls.  NULL with the fault set.
 */
struct store *store_open(const struct endpoint *, const struct settings *,
    const struct boot *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The name of its endpoint; borrowed. */
const char *store_name(const struct store *) __attribute__((nonnull));

/*
 * Keep n deliveries, all under one lock and, those of one day, with one sync.
 * Each hears for itself.  A full disk that lets some in and others not says so
 * of each; when the sync fails none of its batch is kept.
 */
void store_put_many(struct store *, struct store_item *, size_t n)
    __attribute__((nonnull));

/* The same for one: 0, or -1 with the fault set. */
int store_put(struct store *, const struct record *, struct delivery *,
    enum store_result *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * What a person should know of the last call, a sentence for the log; empty
 * most of the time.
 */
const char *store_note(const struct store *) __attribute__((nonnull));

/*
 * Could it keep a delivery now, and write its sheet?  Looks at secret,
 * directory, disk, journal, index and sheets; who holds the lock is at work,
 * and that is good.  0, or -1 with the fault set and in *why a clause without a
 * path, for everyone to read; static.
 */
int store_health(struct store *, const char **why, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* There is nothing to do: give back the memory that was kept for the next. */
void store_rest(struct store *) __attribute__((nonnull));

void store_close(struct store *);

#endif
