/* known: is a delivery kept already?  See known.h. */
#include <string.h>

#include "journal/cursor.h"
#include "journal/identity.h"
#include "store/keys.h"
#include "store/known.h"

/* A delivery's identity, and what became of the look for it. */
struct look {
	const char *key;
	size_t len;
	uint64_t hash;
	struct place hits[INDEX_HITS_MAX];
	int nhits;
	char digest[SIGNATURE_SIZE]; /* of the body that is kept */
};

/* Is the record of that identity really at one of the hits?  1, 0, or -1. */
static int
read_hits(struct look *l, const char *journal, enum appendfile_mode mode,
    struct fault *f)
{
	struct cursor cursor = {0};
	enum cursor_result next;
	struct record r;
	int i, rc = 0;

	for (i = 0; i < l->nhits && rc == 0; i++) {
		next = cursor_at(&cursor, journal, &l->hits[i], mode, &r, f);
		if (next == CURSOR_FAILED)
			rc = -1;
		else if (next == CURSOR_RECORD &&
			 identity_is(&r, l->key, l->len))
			rc = 1;
	}
	if (rc == 1)
		memcpy(l->digest, identity_digest(&r), sizeof(l->digest));
	cursor_free(&cursor);
	return rc;
}

static int
find_hits(struct look *l, struct index *index, struct fault *f)
{
	l->nhits = index_find(index, l->hash, l->hits, f);
	return l->nhits == -1 ? -1 : 0;
}

/* Read again the segments that the hits led to: they were replaced. */
static int
read_again(struct hold *h, const struct look *l, struct fault *f)
{
	int i, j;

	for (i = 0; i < l->nhits; i++) {
		for (j = 0; j < i; j++)
			if (strcmp(l->hits[j].day, l->hits[i].day) == 0 &&
			    l->hits[j].segment == l->hits[i].segment)
				break;
		if (j == i && keys_read_again(h, l->hits[i].day,
				  l->hits[i].segment, f) == -1)
			return -1;
	}
	return 0;
}

/* 1 when the journal has it, with the digest of its body; 0; -1. */
static int
find(struct hold *h, struct look *l, struct fault *f)
{
	int rc;

	if (index_hash(&h->digest, l->key, l->len, &l->hash, f) == -1 ||
	    find_hits(l, h->index, f) == -1)
		return -1;
	rc = read_hits(l, h->journal, APPENDFILE_VIEW, f);
	if (rc != 0 || l->nhits == 0)
		return rc;
	if (read_again(h, l, f) == -1 || find_hits(l, h->index, f) == -1)
		return -1;
	return read_hits(l, h->journal, APPENDFILE_VIEW, f);
}

int
known_look_up(struct hold *h, struct record *r, int *conflict, uint64_t *hash,
    struct fault *f)
{
	struct look l = {.nhits = 0};
	int rc;

	*conflict = 0;
	*hash = 0;
	if ((l.key = identity_of(r, &l.len)) == NULL)
		return 0;
	rc = find(h, &l, f);
	if (rc == 1 && r->kind == RECORD_LEADS &&
	    strcmp(l.digest, r->sha256) != 0) {
		*conflict = 1;
		r->kind = RECORD_OTHER;
		l.key = identity_of(r, &l.len);
		rc = find(h, &l, f);
	}
	*hash = l.hash;
	return rc;
}

int
known_is_indexed(struct index *index, const char *journal,
    const struct record *r, struct signature_digest *digest, struct fault *f)
{
	struct look l = {.nhits = 0};

	if ((l.key = identity_of(r, &l.len)) == NULL)
		return 1;
	if (index_hash(digest, l.key, l.len, &l.hash, f) == -1 ||
	    find_hits(&l, index, f) == -1)
		return -1;
	return read_hits(&l, journal, APPENDFILE_VIEW, f);
}
