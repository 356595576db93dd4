/*
 * targets: the endpoints that requests are for.
 *
 * Each is looked at once a turn, however many requests it has; its secrets are
 * read again when their file has changed.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <stddef.h>

#include "base/appendfile.h"
#include "base/fault.h"
#include "config/endpoint.h"
#include "config/setting.h"
#include "http/request.h"
#include "webhook/signature.h"

struct target {
	char name[REQUEST_NAME_SIZE]; /* that was asked for; may be empty */
	int found;                    /* as endpoint_find() says */
	struct endpoint endpoint;     /* where it is found */
	struct fault fault; /* why it can't be looked for, or has no secret */

	struct settings settings; /* that hold for it, of this reading; */
	unsigned reading;         /* counted by intake; 0: of none yet */

	struct appendfile_state secret; /* its file, before it was read */
	struct signature_keys *keys;    /* of it; owned; NULL: not read */
	int looked;                     /* in this turn */
};

/* All zero to begin with. */
struct targets {
	struct target *list; /* owned */
	size_t n;
	size_t room;
};

/*
 * Which of them has that name below home; valid until the turn ends.  -1: out
 * of memory.
 */
ptrdiff_t targets_find(struct targets *, const char *home, const char *name)
    __attribute__((nonnull, warn_unused_result));

/* The keys of its secrets, borrowed for this turn; NULL: its fault says why. */
struct signature_keys *
targets_keys(struct target *) __attribute__((nonnull, warn_unused_result));

/* The turn is over. */
void targets_end_turn(struct targets *) __attribute__((nonnull));

void targets_free(struct targets *) __attribute__((nonnull));

#endif
