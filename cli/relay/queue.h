/*
 * queue: what is still to go to a target at an endpoint: its new deliveries, in
 * order, made into messages; and how it stands with the target.
 *
 * A cursor says how far it has come (consumer.h), and attempts how it stands
 * (attempts.h).  Both are noted behind each message that was taken, so that
 * whoever is killed has one message go again, and none is passed over.  What a
 * relay doesn't pass on (of another kind, before its first day) is noted with
 * what comes behind it.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "cli/relay/message.h"
#include "cli/relay/relayconf.h"
#include "reader/attempts.h"

/* Who may look, and who is going to send or to skip. */
enum queue_mode { QUEUE_LOOK, QUEUE_MOVE };

struct queue;

/* The first delivery that a message has something of. */
struct queue_first {
	char id[DELIVERY_ID_MAX + 1]; /* what is not plain ASCII is a ? */
	int64_t received;
	size_t leads; /* of them, so many have gone already */
};

/*
 * Open it; to MOVE takes the lock of the cursor.  What is borrowed has to stay.
 * NULL with the fault set: FAULT_BUSY while another process has the lock.
 */
struct queue *
queue_open(const struct endpoint *, const struct relayconf *, enum queue_mode,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* How it stands, as the file says now; borrowed. */
const struct attempts *
queue_attempts(const struct queue *) __attribute__((nonnull));

/* Is it plain to see that nothing is new? */
int queue_is_empty(struct queue *) __attribute__((nonnull));

/*
 * Go on to the next message: with a batch so many leads at most, for a
 * template; with 0 a delivery as it came.  While tries fail it is of one
 * delivery, so that one that a target can't take stands alone.  1; 0 when all
 * is done; or -1 with the fault set, FAULT_BUSY where the journal was rewritten
 * meanwhile and is to be opened again.
 */
int queue_next(struct queue *, int batch, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* That message, and its first delivery; borrowed. */
struct message *queue_message(struct queue *) __attribute__((nonnull));
const struct queue_first *
queue_first(const struct queue *) __attribute__((nonnull));

/*
 * Before the first is sent: can it be noted at all?  0, or -1 with the fault
 * set.
 */
int queue_prove(struct queue *, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The message was taken.  0, or -1 with the fault set: it will go again. */
int queue_taken(struct queue *, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* It wasn't, and this is how it stands now.  0, or -1 with the fault set. */
int queue_failed(struct queue *, const struct attempts *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* There are no more: note what was passed over.  0, or -1 with the fault set.
 */
int queue_end(struct queue *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * All of the delivery at which it stands, the message's first, is to be passed
 * over: 1; 0 where that one isn't there any more, as it came; or -1 with the
 * fault set.  Tries begin anew.
 */
int queue_skip(struct queue *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Tries begin anew.  0, or -1 with the fault set. */
int queue_resume(struct queue *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void queue_close(struct queue *);

#endif
