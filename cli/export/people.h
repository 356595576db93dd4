/*
 * people: who engaged, each once, by urn, with when and how often.
 */
#ifndef PEOPLE_H
#define PEOPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct person {
	int64_t first_seen; /* microseconds UTC */
	int64_t last_seen;
	int64_t newest; /* the number of their newest lead */
	size_t urn_at;  /* in people's own memory */
	uint32_t urn_len;
	uint32_t engagements;
};

struct people;

/* NULL with FAULT_MEMORY. */
struct people *
people_new(struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Note that a lead of that urn was received; leads are numbered in the order
 * in which they are noted.  0, or -1 with FAULT_MEMORY.
 */
int people_note(struct people *, const char *urn, size_t, int64_t received,
    int64_t number, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The person of that urn, borrowed until the next people_note(); or NULL. */
const struct person *people_find(const struct people *, const char *urn, size_t)
    __attribute__((nonnull));

/* How many there are. */
size_t people_count(const struct people *) __attribute__((nonnull));

void people_free(struct people *);

#endif
