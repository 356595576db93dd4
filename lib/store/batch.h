/*
 * batch: deliveries on their way into a store, all under one lock.
 */
#ifndef BATCH_H
#define BATCH_H

#include <stddef.h>

#include "base/fault.h"
#include "journal/record.h"
#include "webhook/delivery.h"

struct hold;

enum store_result {
	STORE_STORED,
	STORE_DUPLICATE, /* known, and nothing new is kept */
	STORE_CONFLICT   /* the id is known with another body: kept as other */
};

/* One delivery of a batch. */
struct store_item {
	/*
	 * As it came, and decoded; both borrowed.  The record's kind and id are
	 * the delivery's; it goes to the day of record->received.  A delivery
	 * whose rows are refused is of another kind afterwards.
	 */
	const struct record *record;
	struct delivery *delivery;

	/* What became of it. */
	enum store_result result;
	struct fault fault; /* FAULT_NONE: it is kept */
};

struct batch;

/* For one store, again and again; the hold is borrowed.  NULL: FAULT_MEMORY. */
struct batch *batch_new(struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Make the rows of n deliveries, in the shape of the settings.  The items are
 * borrowed until the next call.  0, or -1: out of memory.
 */
int batch_encode(struct batch *, struct store_item *, size_t n)
    __attribute__((nonnull, warn_unused_result));

/*
 * The lock being held, put them: those of one day by one write and one sync.
 * Each item hears what became of it.
 */
void batch_put(struct batch *) __attribute__((nonnull));

/* Give back those of its buffers that are larger than this, in bytes. */
void batch_tidy(struct batch *, size_t most) __attribute__((nonnull));

void batch_free(struct batch *);

#endif
