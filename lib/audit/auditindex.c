/* auditindex: has the index every key?  See auditindex.h. */
#include <string.h>
#include <time.h>

#include "base/lock.h"
#include "journal/identity.h"
#include "audit/auditindex.h"
#include "store/known.h"

/* Who writes holds the lock so long at most; in microseconds. */
#define PATIENCE (5 * UTC_SECOND)

/* So often, 10 ms apart, we look for a moment when nobody adds a key. */
#define TRIES 100

/* Does the record, as it stands now, say that this index has all keys? */
static int
read_control(struct audit *a)
{
	struct control *c = &a->control;
	struct fault ignored = {0};
	struct index_state now;
	int64_t written;

	return control_view(c, a->lock, &written, &ignored) == 1 &&
	       strcmp(c->boot, a->boot->id) == 0 && !c->index_behind &&
	       index_look(a->index, &now, &ignored) == 0 &&
	       now.inode == c->index && now.ctime <= written &&
	       (now.ctime >= c->index_ctime || written < c->index_ctime);
}

void
auditindex_begin(struct audit *a)
{
	const struct timespec pause = {0, 10 * 1000000};
	const struct control *c = &a->control;
	struct fault ignored = {0};
	int tries;

	memset(&a->indexed, 0, sizeof(a->indexed));
	for (tries = 0; tries < TRIES && !read_control(a); tries++) {
		/* Of what isn't there, or may not be read, nothing comes. */
		if (c->day[0] == '\0' || strcmp(c->boot, a->boot->id) != 0)
			tries = TRIES;
		else
			(void)nanosleep(&pause, NULL);
	}
	if (tries < TRIES) {
		memcpy(a->indexed.day, c->day, sizeof(a->indexed.day));
		a->indexed.segment = c->segment;
		a->indexed.offset = c->size;
	} else if (index_synced(a->index, &a->indexed, &ignored) != 1) {
		memset(&a->indexed, 0, sizeof(a->indexed));
	}
}

/* Is all that stands at that place in the index? */
static int
is_indexed(const struct audit *a, const struct place *p)
{
	int order = strcmp(p->day, a->indexed.day);

	if (order == 0)
		order = p->segment - a->indexed.segment;
	return order < 0 || (order == 0 && p->offset < a->indexed.offset);
}

/* Does the index lead to the record, or to another of that identity? */
static int
find_key(struct audit *a, const struct place *p, const struct record *r,
    struct fault *f)
{
	struct place hits[INDEX_HITS_MAX];
	uint64_t hash;
	const char *key;
	size_t len;
	int i, n;

	if ((key = identity_of(r, &len)) == NULL)
		return 1;
	index_refresh(a->index);
	if (index_hash(&a->digest, key, len, &hash, f) == -1 ||
	    (n = index_find(a->index, hash, hits, f)) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (hits[i].offset == p->offset &&
		    hits[i].segment == p->segment &&
		    strcmp(hits[i].day, p->day) == 0)
			return 1;
	return known_is_indexed(a->index, a->journal, r, &a->digest, f);
}

int
auditindex_check(struct audit *a, const struct place *p, const struct record *r,
    struct fault *f)
{
	int rc;

	if (a->index == NULL || (rc = find_key(a, p, r, f)) == 1)
		return 0;
	if (rc == 0 && is_indexed(a, p)) {
		a->unknown++;
		return 0;
	}
	/* Who has just written it may be about to add its key. */
	if (rc == 0 && !lock_is_held(a->lock, PATIENCE))
		rc = find_key(a, p, r, f);
	a->behind += rc == 0;
	return rc == -1 ? -1 : 0;
}
