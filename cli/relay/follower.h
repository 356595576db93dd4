/*
 * follower: a relay at one endpoint: what is new there goes to the target, as
 * far as it is due.
 *
 * The lock of its cursor is held while there is something to send, and at no
 * time that of the store: no delivery waits for it.
 */
#ifndef FOLLOWER_H
#define FOLLOWER_H

#include "cli/relay/relayconf.h"
#include "cli/relay/target.h"
#include "reader/attempts.h"
#include "reader/watch.h"

/* What became of a message. */
struct follower_sent {
	const struct endpoint *endpoint;
	const struct message *message;
	const struct target_answer *answer;
	const struct attempts *attempts; /* how it stands with the target now */
};

/* What a turn is made with. */
struct follower_run {
	const struct relayconf *conf;
	void (*tell)(void *, const struct follower_sent *);
	void *context;
	int (*stopped)(void); /* is it to end? */
};

/* All zero, but for the endpoint. */
struct follower {
	struct endpoint endpoint;
	struct watch watch;
	int is_settled; /* nothing was left when it was looked at last */
	struct attempts attempts; /* how it stands with the target */
};

enum follower_state {
	FOLLOWER_IDLE,   /* nothing is new */
	FOLLOWER_MORE,   /* there may be more: another turn */
	FOLLOWER_WAITS,  /* the next try, or message, isn't due */
	FOLLOWER_STANDS, /* it has given up, or the target wants no more */
	FOLLOWER_FAILED  /* the fault is set */
};

/*
 * Send what is new and due, some messages of it.  FAULT_BUSY: another process
 * does, or the journal was rewritten meanwhile.
 */
enum follower_state follower_turn(struct follower *,
    const struct follower_run *, struct fault *) __attribute__((nonnull));

#endif
