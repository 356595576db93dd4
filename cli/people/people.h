/*
 * people: who engaged, each once, by urn: since when, how often, in which ways,
 * and with whose posts.
 */
#ifndef PEOPLE_H
#define PEOPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

struct person {
	int64_t first_seen; /* microseconds UTC */
	int64_t last_seen;
	/* Of their newest lead that was to show: received, and its number; */
	int64_t received;
	int64_t newest; /* -1: there is none */
	/* it stands in that piece of the journal. */
	uint32_t piece;
	uint32_t engagements;
	uint32_t asked;          /* leads that were noted and didn't count */
	uint32_t kinds, signals; /* for people_words() */
	int is_listed;
};

/* A lead, as it is noted; all borrowed. */
struct people_note {
	const char *urn, *kind, *signal; /* an empty word counts for nothing */
	size_t urn_len, kind_len, signal_len;
	int64_t received;
	int64_t number; /* in the order of reading */
	uint32_t piece;
	int counts; /* else it is only asked whether it shows, and lists */
	int shows;  /* the newest lead for which this is set is kept */
	int lists;  /* who has such a lead is listed */
};

/* A word, and how often it was noted of a person. */
struct people_word {
	const char *text; /* borrowed until the next people_note() */
	size_t len;
	uint32_t count;
};

struct people;

/* NULL with FAULT_MEMORY. */
struct people *
people_new(struct fault *) __attribute__((nonnull, warn_unused_result));

/* Note a lead.  0, or -1 with FAULT_MEMORY. */
int people_note(struct people *, const struct people_note *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The person of that urn, borrowed until the next people_note(); or NULL. */
const struct person *people_find(const struct people *, const char *urn, size_t)
    __attribute__((nonnull));

/* How many there are; and each, from 0 on, in the order of coming. */
size_t people_count(const struct people *) __attribute__((nonnull));
const struct person *
people_at(const struct people *, size_t) __attribute__((nonnull));

/*
 * Append their kinds, or signals, each a struct people_word, in the order of
 * the alphabet's bytes.  Whoever calls it checks the buffer.
 */
void people_words(const struct people *, uint32_t kinds_or_signals,
    struct bytes *) __attribute__((nonnull));

void people_free(struct people *);

#endif
