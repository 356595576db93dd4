/* keeper: the cache, kept up to the journals; see keeper.h. */
#include <stdlib.h>

#include "base/utc.h"
#include "page/cache/keeper.h"

/* A transaction is so long: others wait no longer for it. */
#define SLICE (100 * INT64_C(1000))

/* Another who fills it is waited for: milliseconds. */
#define PATIENCE 50

/* It is made anew so often in a row; then something else is wrong. */
#define ANEW 3

int
keeper_begin(
    struct keeper *k, const char *home, const char *key, struct fault *f)
{
	k->sources.home = home;
	if ((k->filling = filling_new(key, f)) == NULL)
		return -1;
	return cache_begin(&k->cache, home, key, f);
}

/* Remove it, and begin anew. */
static int
renew(struct keeper *k, struct fault *f)
{
	term_forget(filling_terms(k->filling));
	if (cache_renew(&k->cache, f) == -1)
		return -1;
	return sources_compare(&k->sources, k->cache.db, f) == -1 ? -1 : 0;
}

/*
 * A fault of the cache's own: make it anew, or go on in memory.  0, or -1 with
 * the fault set: it isn't one.
 */
static int
mend(struct keeper *k, const struct fault *why, struct fault *f)
{
	term_forget(filling_terms(k->filling));
	if (why->kind == FAULT_DAMAGED || !db_is_current(k->cache.db))
		return renew(k, f);
	if (why->kind == FAULT_STORAGE && k->cache.in_memory) {
		k->cache.is_full = 1;
		return 0;
	}
	if (why->kind != FAULT_STORAGE)
		return fault_take(f, why);
	if (cache_give_up(&k->cache, why, f) == -1)
		return -1;
	return sources_compare(&k->sources, k->cache.db, f) == -1 ? -1 : 0;
}

/* Have it open, and know what it lacks. */
static int
open_and_compare(struct keeper *k, struct fault *f)
{
	struct fault why = {0};
	int i, rc = 0;

	if (cache_open(&k->cache, f) == -1 ||
	    sources_look(&k->sources, f) == -1)
		return -1;
	for (i = 0; i < ANEW && rc != 1; i++) {
		fault_clear(&why);
		rc = sources_compare(&k->sources, k->cache.db, &why);
		if (rc == -1 && why.kind != FAULT_DAMAGED)
			return fault_take(f, &why);
		if (rc != 1 && renew(k, f) == -1)
			return -1;
	}
	return rc == 1 || why.kind == FAULT_NONE ? 0 : fault_take(f, &why);
}

/* The newest that has something to be read, or NULL. */
static struct source *
find_work(struct keeper *k)
{
	size_t i;

	for (i = 0; i < k->sources.n && !k->cache.is_full; i++)
		if (sources_lacks(&k->sources.list[i]))
			return &k->sources.list[i];
	return NULL;
}

/* Read on until then. */
static int
fill(struct keeper *k, int64_t until, struct fault *f)
{
	struct fault why = {0};
	struct source *source;
	int64_t now, leads = 0;
	int rc = 0;

	db_patience(k->cache.db, PATIENCE);
	while (rc == 0 && (now = utc_ticks()) < until &&
	       (source = find_work(k)) != NULL) {
		fault_clear(&why);
		rc = filling_read(k->filling, &k->sources, source, k->cache.db,
		    now + SLICE < until ? now + SLICE : until, &leads, &why);
		if (rc == 1)
			rc = sources_compare(&k->sources, k->cache.db, &why) ==
			             -1
			         ? -1
			         : 0;
		if (rc == -1 && why.kind == FAULT_BUSY)
			break;
		if (rc == -1)
			rc = mend(k, &why, f);
	}
	db_patience(k->cache.db, 1000);
	return rc == -1 && why.kind != FAULT_BUSY ? -1 : 0;
}

int
keeper_update(struct keeper *k, int64_t until, struct fault *f)
{
	if (open_and_compare(k, f) == -1)
		return -1;
	return fill(k, until, f);
}

void
keeper_end(struct keeper *k)
{
	cache_close(&k->cache);
	sources_free(&k->sources);
	filling_free(k->filling);
	k->filling = NULL;
}
