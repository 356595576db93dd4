/*
 * pass: once through deliveries of journals, one after the other, lead by
 * lead, by several threads; what they make of it comes out in the order of
 * reading.
 */
#ifndef PASS_H
#define PASS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "journal/record.h"
#include "webhook/leads.h"

struct endpoint;
struct journals;

/* A lead in a thread's hand, borrowed until lead() returns. */
struct pass_lead {
	const struct endpoint *endpoint;
	const struct record *record;
	struct leads *leads;
	size_t lead;
	int64_t number; /* in the order of reading; some are left out */
	int64_t piece;  /* of the journals, in which its delivery begins */
};

/*
 * What there is to do.  open() makes what a thread needs for itself, close()
 * takes it back.  put_out() is called when it's the thread's turn: all before
 * it is put out, and what the threads share may be changed.  How many bytes
 * wait for that says waiting().
 */
struct pass {
	const char *verb; /* for the progress bar: "exporting" */
	size_t threads;
	void *context; /* borrowed, like all that follows */
	void *(*open)(void *context, struct fault *);
	int (*lead)(void *own, const struct pass_lead *, struct fault *);
	size_t (*waiting)(void *own);
	int (*put_out)(void *own, struct fault *);
	void (*close)(void *own);
	/* Whether a piece has nothing to do in it; NULL: none is passed over.
	 */
	int (*skips)(void *context, int64_t piece);
	/* A person has stopped it: set the fault; -1. */
	int (*stopped)(void *context, struct fault *);
};

/* Lines of the journals that don't count. */
struct pass_damage {
	int64_t lines;
	const struct endpoint *first; /* that has one; or NULL */
};

/* How many pieces the journals have. */
int64_t pass_pieces(const struct journals *) __attribute__((nonnull));

/*
 * Go through all leads of deliveries.  What was damaged of what was read is
 * told.  0, or -1 with the fault set.
 */
int pass_run(const struct pass *, const struct journals *, struct pass_damage *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
