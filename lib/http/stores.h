/*
 * stores: the stores of the endpoints that were last used, kept open.
 */
#ifndef STORES_H
#define STORES_H

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "store/store.h"

/* Each has about eight files open; most processes may open 1,024. */
#define STORES_MAX 16

struct stores {
	const struct settings *settings; /* borrowed, as in store_open() */
	const struct boot *boot;
	struct store *list[STORES_MAX]; /* owned; the last used first */
};

/*
 * The store of an endpoint: open already, or opened now, in the place of the
 * one that was not used for the longest time.  Borrowed until the next call.
 * NULL with the fault set.
 */
struct store *stores_get(struct stores *, const struct endpoint *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* There is nothing to do: see store_rest(). */
void stores_rest(struct stores *) __attribute__((nonnull));

void stores_close(struct stores *) __attribute__((nonnull));

#endif
