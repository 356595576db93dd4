/* follower: a relay at one endpoint; see follower.h. */
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "cli/relay/backoff.h"
#include "cli/relay/follower.h"
#include "cli/relay/queue.h"

/* So long is a turn: then settings are read, and it is another endpoint's. */
#define TURN (5 * UTC_SECOND)

/* Is there a reason not to send now?  FOLLOWER_MORE: there is none. */
static enum follower_state
hold_back(const struct attempts *a)
{
	if (a->state != ATTEMPTS_GO_ON)
		return FOLLOWER_STANDS;
	return backoff_left(a, utc_now()) > 0 ? FOLLOWER_WAITS : FOLLOWER_MORE;
}

/* How it stands when the target didn't take a message. */
static void
count_failure(struct attempts *a, const struct target_answer *answer)
{
	backoff_failed(a, utc_now(), answer->wait);
	if (answer->verdict == TARGET_GONE) {
		a->state = ATTEMPTS_GONE;
		a->next = 0;
	}
	memset(a->why, 0, sizeof(a->why));
	memcpy(a->why, answer->why, strlen(answer->why));
}

/* Note what became of the message. */
static int
settle(struct queue *q, const struct target_answer *answer, struct fault *f)
{
	struct attempts a;

	if (answer->verdict == TARGET_TAKEN)
		return queue_taken(q, utc_now(), f);
	memcpy(&a, queue_attempts(q), sizeof(a));
	count_failure(&a, answer);
	return queue_failed(q, &a, f);
}

static int
make(struct queue *q, const struct target *t, const struct endpoint *e,
    struct fault *f)
{
	if (t->template == NULL)
		return 0;
	return message_make(queue_message(q), t->template, e->name, f);
}

/*
 * The template can't have these leads: that is no answer, and as good as one
 * that says no, so that a person hears of it and can pass them over.
 */
static int
take_for_answer(struct target_answer *a, struct fault *f)
{
	if (f->kind != FAULT_SETUP)
		return -1;
	memset(a, 0, sizeof(*a));
	a->verdict = TARGET_NOT_NOW;
	a->wait = -1;
	(void)snprintf(
	    a->why, sizeof(a->why), "%.*s", ATTEMPTS_WHY_SIZE - 1, f->text);
	memset(f, 0, sizeof(*f));
	return 0;
}

/* Send the message of the queue. */
static enum follower_state
send_one(struct follower *w, const struct follower_run *run, struct queue *q,
    struct target *t, struct fault *f)
{
	struct target_answer answer;
	struct follower_sent sent = {.endpoint = &w->endpoint,
	    .message = queue_message(q),
	    .answer = &answer,
	    .attempts = &w->attempts};
	int rc;

	if (queue_prove(q, utc_now(), f) == -1)
		return FOLLOWER_FAILED;
	rc = make(q, t, &w->endpoint, f) == -1
	         ? take_for_answer(&answer, f)
	         : target_send(t, sent.message, &answer, f);
	if (rc == -1)
		return FOLLOWER_FAILED;
	rc = settle(q, &answer, f);
	memcpy(&w->attempts, queue_attempts(q), sizeof(w->attempts));
	run->tell(run->context, &sent);
	return rc == -1 ? FOLLOWER_FAILED : hold_back(&w->attempts);
}

/* Send what there is, as long as it is taken. */
static enum follower_state
send_all(struct follower *w, const struct follower_run *run, struct queue *q,
    struct target *t, struct fault *f)
{
	int batch = t->template == NULL ? 0 : target_batch(t), rc;
	enum follower_state state = FOLLOWER_MORE;
	int64_t until = utc_ticks() + TURN;

	while (state == FOLLOWER_MORE && utc_ticks() < until) {
		if (run->stopped())
			break;
		if ((rc = queue_next(q, batch, f)) == -1)
			return FOLLOWER_FAILED;
		if (rc == 0)
			return queue_end(q, f) == -1 ? FOLLOWER_FAILED
			                             : FOLLOWER_IDLE;
		state = send_one(w, run, q, t, f);
	}
	return state;
}

/* The same of a queue that is open, once it is sure that it may. */
static enum follower_state
empty_queue(struct follower *w, const struct follower_run *run, struct queue *q,
    struct fault *f)
{
	enum follower_state state;
	struct target t;

	memcpy(&w->attempts, queue_attempts(q), sizeof(w->attempts));
	if ((state = hold_back(&w->attempts)) != FOLLOWER_MORE)
		return state;
	if (queue_is_empty(q))
		return queue_end(q, f) == -1 ? FOLLOWER_FAILED : FOLLOWER_IDLE;
	state = target_open(&t, run->conf, f) == -1
	            ? FOLLOWER_FAILED
	            : send_all(w, run, q, &t, f);
	target_close(&t);
	return state;
}

enum follower_state
follower_turn(
    struct follower *w, const struct follower_run *run, struct fault *f)
{
	enum follower_state state;
	struct queue *q;

	if (watch_changed(&w->watch, &w->endpoint, utc_now()))
		w->is_settled = 0;
	if (attempts_read(&w->endpoint, run->conf->cursor, &w->attempts, f) ==
	    -1)
		return FOLLOWER_FAILED;
	if ((state = hold_back(&w->attempts)) != FOLLOWER_MORE)
		return state;
	if (w->is_settled)
		return FOLLOWER_IDLE;
	q = queue_open(&w->endpoint, run->conf, QUEUE_MOVE, f);
	if (q == NULL)
		return FOLLOWER_FAILED;
	state = empty_queue(w, run, q, f);
	queue_close(q);
	w->is_settled = state == FOLLOWER_IDLE;
	return state;
}
