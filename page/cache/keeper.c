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

/* It is another one now: what does it have? */
static int
compare_anew(struct keeper *k, struct fault *f)
{
	term_forget(filling_terms(k->filling));
	return sources_compare(&k->sources, k->cache.db, f) == -1 ? -1 : 0;
}

/* Remove it, and begin anew. */
static int
renew(struct keeper *k, struct fault *f)
{
	return cache_renew(&k->cache, f) == -1 ? -1 : compare_anew(k, f);
}

static int64_t
count_bytes(const struct keeper *k)
{
	int64_t bytes = 0;
	size_t i;

	for (i = 0; i < k->sources.n; i++)
		bytes += k->sources.list[i].size;
	return bytes;
}

/*
 * A fault of the cache's own: make it anew, or go on in memory.  0, or -1 with
 * the fault set: it isn't one.
 */
static int
mend(struct keeper *k, const struct fault *why, struct fault *f)
{
	if (why->kind == FAULT_DAMAGED || !db_is_current(k->cache.db))
		return renew(k, f);
	if (why->kind != FAULT_STORAGE)
		return fault_take(f, why);
	if (!k->cache.in_memory) {
		if (cache_give_up(&k->cache, why, f) == -1)
			return -1;
		return compare_anew(k, f);
	}
	k->is_full = 1;
	k->full_at = count_bytes(k);
	term_forget(filling_terms(k->filling));
	return 0;
}

/* What is in memory and full begins anew once something else has come. */
static int
is_stale(const struct keeper *k)
{
	return k->is_full && k->full_at != count_bytes(k);
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
	k->is_full &= k->cache.in_memory;
	for (i = 0; i < ANEW; i++) {
		fault_clear(&why);
		rc = sources_compare(&k->sources, k->cache.db, &why);
		if (rc == -1 && why.kind != FAULT_DAMAGED)
			return fault_take(f, &why);
		if (rc == 1 && !is_stale(k))
			return 0;
		k->is_full = 0;
		if (renew(k, f) == -1)
			return -1;
	}
	return rc == -1 ? fault_take(f, &why) : 0;
}

/* The newest that has something to be read, or NULL. */
static struct source *
find_work(struct keeper *k)
{
	size_t i;

	for (i = 0; i < k->sources.n && !k->is_full; i++)
		if (sources_lacks(&k->sources.list[i]) &&
		    !k->sources.list[i].is_out_of_reach)
			return &k->sources.list[i];
	return NULL;
}

/*
 * A step of the work: 0, 1 where somebody else is at it, or -1.  What others
 * have removed meanwhile is left: its rollback journal has the name of theirs.
 */
static int
step(struct keeper *k, struct source *source, int64_t until, struct fault *f)
{
	struct fault why = {0};
	int rc;

	if (!db_is_current(k->cache.db))
		return open_and_compare(k, f);
	rc = filling_read(
	    k->filling, &k->sources, source, k->cache.db, until, &why);
	if (rc == FILLING_UNREAD) {
		source->is_out_of_reach = 1;
		if (k->unread.kind == FAULT_NONE)
			k->unread = why;
		return 0;
	}
	if (rc == FILLING_BEHIND &&
	    (rc = sources_compare(&k->sources, k->cache.db, &why)) == 0)
		return renew(k, f);
	if (rc != -1)
		return 0;
	return why.kind == FAULT_BUSY ? 1 : mend(k, &why, f);
}

int
keeper_update(struct keeper *k, int64_t until, struct fault *f)
{
	struct source *source;
	int64_t now;
	int rc;

	fault_clear(&k->unread);
	if (open_and_compare(k, f) == -1)
		return -1;
	/*
	 * However little time there is, it gets on; and whoever is at it
	 * already is waited for as long, as they may leave nothing to do.
	 */
	for (rc = 0; rc != -1 && (source = find_work(k)) != NULL;) {
		db_patience(k->cache.db, PATIENCE);
		now = utc_ticks();
		rc = step(
		    k, source, now + SLICE < until ? now + SLICE : until, f);
		if (utc_ticks() >= until)
			break;
	}
	db_patience(k->cache.db, 1000);
	return rc == -1 ? -1 : 0;
}

int
keeper_renew(struct keeper *k, int64_t until, struct fault *f)
{
	return renew(k, f) == -1 ? -1 : keeper_update(k, until, f);
}

int
keeper_is_whole(const struct keeper *k)
{
	size_t i;

	for (i = 0; i < k->sources.n; i++)
		if (sources_lacks(&k->sources.list[i]))
			return 0;
	return 1;
}

void
keeper_rest(struct keeper *k)
{
	cache_rest(&k->cache);
}

void
keeper_end(struct keeper *k)
{
	cache_close(&k->cache);
	sources_free(&k->sources);
	filling_free(k->filling);
	k->filling = NULL;
}
