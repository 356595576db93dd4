/*
 * target: the endpoints that the requests of one turn are for.  Each is looked
 * up once a turn, and its secrets are read once, however many requests it has.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "http/request.h"
#include "webhook/signature.h"

struct target {
	char name[REQUEST_NAME_SIZE]; /* that was asked for; perhaps empty */
	int found;                    /* as endpoint_find() says */
	struct endpoint endpoint;     /* where it is found */
	int asked;                    /* its secrets were read, or can't be */
	struct signature_secrets secrets;
	struct fault fault; /* why it can't be found, or its secrets be read */
};

/* All zero to begin with. */
struct targets {
	struct target *list; /* owned */
	size_t n;
	size_t room;
};

/*
 * Which of them has that name below home; it is looked up when it is new.  -1:
 * out of memory.
 */
ptrdiff_t targets_find(struct targets *, const char *home, const char *name)
    __attribute__((nonnull, warn_unused_result));

/* Its secrets, borrowed for this turn; NULL: its fault says why. */
const struct signature_secrets *
target_secrets(struct target *) __attribute__((nonnull, warn_unused_result));

/* The turn is over: the secrets are wiped, the memory is kept. */
void targets_forget(struct targets *) __attribute__((nonnull));

void targets_free(struct targets *) __attribute__((nonnull));

#endif
