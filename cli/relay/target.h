/*
 * target: the program that a relay passes on to: its URL, the secret that it
 * knows us by, the form that it wants; and what it says to a message.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "cli/relay/message.h"
#include "cli/relay/relayconf.h"
#include "cli/relay/standardwebhook.h"
#include "reader/attempts.h"

struct http;
struct template;

struct target {
	const struct relayconf *conf; /* borrowed */
	struct standardwebhook_key key;
	struct template *template; /* owned; NULL: deliveries as they came */
	struct http *http;         /* owned */
};

enum target_verdict {
	TARGET_TAKEN,   /* 2xx */
	TARGET_NOT_NOW, /* it is to be tried again */
	TARGET_GONE     /* 410: it wants no more */
};

/* What came back.  What it wrote is borrowed until the next message. */
struct target_answer {
	enum target_verdict verdict;
	int status;   /* 0: there was none */
	int64_t wait; /* it asked to wait so many seconds; -1: it didn't */
	int64_t took; /* microseconds */
	char why[ATTEMPTS_WHY_SIZE]; /* where it wasn't taken: a clause */
	const char *body;
	size_t len;
};

/*
 * Make it ready: read the secret and the template as they are now.  0, or -1
 * with the fault set; target_close() in any case.
 */
int target_open(struct target *, const struct relayconf *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Send a message, and wait for the answer: half a minute at most, and longer
 * for a large one.  0, or -1 with the fault set when it couldn't be sent.
 */
int target_send(struct target *, const struct message *, struct target_answer *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* How many leads a message may have; of a template. */
int target_batch(const struct target *) __attribute__((nonnull));

/* The secret is wiped. */
void target_close(struct target *) __attribute__((nonnull));

#endif
