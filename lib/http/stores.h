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
	const struct boot *boot;
	/* The time zone that the process has; "": it is to be set anew. */
	char zone[sizeof(((struct shape *)0)->timezone)];
	struct {
		struct store *store;       /* owned */
		struct settings *settings; /* owned: what it works by */
	} list[STORES_MAX];                /* the last used first */
};

/*
 * The store of an endpoint: open already, or opened now, in the place of the
 * one that was not used for the longest time.  It works by these settings from
 * now on, in their time zone, which the process has then.  Borrowed until the
 * next call.  NULL with the fault set.
 */
struct store *
stores_get(struct stores *, const struct endpoint *, const struct settings *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* There is nothing to do: see store_rest(). */
void stores_rest(struct stores *) __attribute__((nonnull));

void stores_close(struct stores *) __attribute__((nonnull));

#endif
