/* firsts: where the records of retired segments stand; see firsts.h. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "journal/firsts.h"
#include "journal/identity.h"

struct first {
	struct place place; /* of the record that counts */
	size_t len;
	char key[]; /* len bytes */
};

static int
by_key(const void *a, const void *b)
{
	const struct first *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->key, y->key, x->len);
}

/* An entry for the tree: 1; 0 for a record without a key, or -1. */
static int
make(const struct record *r, const struct place *place, struct first **out,
    struct fault *f)
{
	size_t len;
	const char *key = identity_of(r, &len);

	if (key == NULL)
		return 0;
	if ((*out = malloc(sizeof(**out) + len)) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	(*out)->place = *place;
	(*out)->len = len;
	memcpy((*out)->key, key, len);
	return 1;
}

int
firsts_note(struct firsts *all, const struct record *r,
    const struct place *place, struct fault *f)
{
	struct first *e, **there;
	int rc = make(r, place, &e, f);

	if (rc != 1)
		return rc;
	there = tsearch(e, &all->tree, by_key);
	rc = there == NULL ? fault_set(f, FAULT_MEMORY, 0, "out of memory") : 0;
	if (there == NULL || *there != e)
		free(e);
	return rc;
}

int
firsts_has_other(const struct firsts *all, const struct record *r,
    const struct place *place, struct fault *f)
{
	struct first *e, **there;
	int rc;

	if (all->tree == NULL || (rc = make(r, place, &e, f)) == 0)
		return 0;
	if (rc == -1)
		return -1;
	there = tfind(e, &all->tree, by_key);
	rc = there != NULL && (strcmp((*there)->place.day, place->day) != 0 ||
				  (*there)->place.segment != place->segment ||
				  (*there)->place.offset != place->offset);
	free(e);
	return rc;
}

void
firsts_free(struct firsts *all)
{
	struct first *e;

	while (all->tree != NULL) {
		e = *(struct first **)all->tree;
		(void)tdelete(e, &all->tree, by_key);
		free(e);
	}
}
