/* people: who engaged, each once; see people.h. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/export/people.h"

#define SLOTS_LEAST 1024 /* a power of two, like every later number */

struct people {
	struct bytes list; /* struct person each */
	struct bytes urns; /* one behind the other */
	uint32_t *slots;   /* 1 and the number in list; 0 is free */
	size_t nslots;
};

struct people *
people_new(struct fault *f)
{
	struct people *p = calloc(1, sizeof(*p));

	if (p != NULL)
		p->slots = calloc(SLOTS_LEAST, sizeof(*p->slots));
	if (p == NULL || p->slots == NULL) {
		people_free(p);
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	p->nslots = SLOTS_LEAST;
	return p;
}

/* FNV-1a: urns are random enough, and nobody gains by making them collide. */
static size_t
hash(const char *s, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static struct person *
at(const struct people *p, uint32_t slot)
{
	return (struct person *)(void *)p->list.data + slot - 1;
}

/* The slot that has the urn, or the free one where it belongs. */
static size_t
find_slot(const struct people *p, const char *urn, size_t n)
{
	size_t i = hash(urn, n) & (p->nslots - 1);
	const struct person *x;

	for (; p->slots[i] != 0; i = (i + 1) & (p->nslots - 1)) {
		x = at(p, p->slots[i]);
		if (x->urn_len == n &&
		    memcmp(p->urns.data + x->urn_at, urn, n) == 0)
			break;
	}
	return i;
}

/* Twice as many slots, before they get crowded. */
static int
grow(struct people *p, struct fault *f)
{
	size_t n = people_count(p), i;
	struct people more = *p;
	const struct person *x;

	if (n < p->nslots / 4 * 3)
		return 0;
	more.nslots = p->nslots * 2;
	more.slots = calloc(more.nslots, sizeof(*more.slots));
	if (more.slots == NULL || n >= UINT32_MAX - 1) {
		free(more.slots);
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	}
	for (i = 0; i < n; i++) {
		x = at(p, (uint32_t)i + 1);
		more.slots[find_slot(&more, p->urns.data + x->urn_at,
		    x->urn_len)] = (uint32_t)i + 1;
	}
	free(p->slots);
	p->slots = more.slots;
	p->nslots = more.nslots;
	return 0;
}

int
people_note(struct people *p, const char *urn, size_t n, int64_t received,
    int64_t number, struct fault *f)
{
	struct person new = {.first_seen = received,
	    .last_seen = received,
	    .newest = number,
	    .urn_len = (uint32_t)n},
		      *x;
	size_t slot;

	if (grow(p, f) == -1)
		return -1;
	slot = find_slot(p, urn, n);
	if (p->slots[slot] == 0) {
		new.urn_at = p->urns.len;
		bytes_add(&p->urns, urn, n);
		bytes_add(&p->list, &new, sizeof(new));
		if (bytes_check(&p->urns, f) == -1 ||
		    bytes_check(&p->list, f) == -1)
			return -1;
		p->slots[slot] = (uint32_t)people_count(p);
	}
	x = at(p, p->slots[slot]);
	x->engagements++;
	if (received < x->first_seen)
		x->first_seen = received;
	if (received >= x->last_seen) {
		x->last_seen = received;
		x->newest = number;
	}
	return 0;
}

const struct person *
people_find(const struct people *p, const char *urn, size_t n)
{
	size_t slot = find_slot(p, urn, n);

	return p->slots[slot] == 0 ? NULL : at(p, p->slots[slot]);
}

size_t
people_count(const struct people *p)
{
	return p->list.len / sizeof(struct person);
}

void
people_free(struct people *p)
{
	if (p == NULL)
		return;
	free(p->slots);
	bytes_free(&p->list);
	bytes_free(&p->urns);
	free(p);
}
