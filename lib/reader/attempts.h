/*
 * attempts: how a reader that passes deliveries on to somebody else stands with
 * them: the tries that failed of late, when the next one is due, and whether it
 * has given up.
 *
 * The file cursors/NAME.attempts of an endpoint has it, a line a fact, as
 * "name=value"; there is none while all is well.  Without it the next try is
 * now, and the leads of a delivery that was passed on in part go again.  It has
 * nothing of a person.  Whoever writes it holds the lock of the cursor of that
 * name (consumer.h).
 */
#ifndef ATTEMPTS_H
#define ATTEMPTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "webhook/signature.h"

#define ATTEMPTS_WHY_SIZE 256

enum attempts_state {
	ATTEMPTS_GO_ON,
	ATTEMPTS_GONE,    /* the target says that it is wanted no more: 410 */
	ATTEMPTS_GIVEN_UP /* the tries have failed for three days */
};

struct attempts {
	enum attempts_state state;
	int64_t since; /* when the first of those that failed was; 0: none */
	int64_t next;  /* no try before this; 0: now */
	int failed;    /* how many, one after the other */
	char why[ATTEMPTS_WHY_SIZE]; /* the last: a clause in plain ASCII */

	/*
	 * Of the first delivery that is new, so many leads were passed on
	 * already; digest is of its body as it stands now, "" for none.
	 */
	char digest[SIGNATURE_SIZE];
	size_t leads;
};

/*
 * Read those of a cursor's name: 1; 0, all zero, where there is none or it
 * isn't as it was written; -1 with the fault set when it can't be read.
 */
int attempts_read(const struct endpoint *, const char *name, struct attempts *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Have the file say this; where all is zero there is none after.  0, or -1 with
 * the fault set: then it says what it did before, or this.
 */
int attempts_write(const struct endpoint *, const char *name,
    const struct attempts *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Call tell with each that the endpoint has, by its cursor's name; the first
 * that can't be read is passed over.  0, or -1 with the fault set when the
 * folder can't be read.
 */
int attempts_each(const struct endpoint *,
    void (*tell)(void *, const char *name, const struct attempts *),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 4), warn_unused_result));

#endif
