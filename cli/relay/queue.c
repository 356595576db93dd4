/* queue: what is still to go to a target; see queue.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/relay/queue.h"
#include "reader/consumer.h"
#include "webhook/leads.h"

/* Up to here all is done with. */
struct mark {
	size_t number; /* of the delivery, among those that were read; from 1 */
	struct record record; /* without what it borrowed */
	struct place place;
};

struct queue {
	const struct endpoint *endpoint;
	const struct relayconf *conf;
	struct consumer *consumer;
	struct attempts attempts; /* as the file says */
	int is_proven;

	/* The delivery in hand; with has_record some of its leads are to go. */
	struct record record;
	struct place place;
	size_t seen; /* its number */
	int has_record;
	int any; /* there was one before */
	struct leads leads;
	size_t lead; /* the next one */

	struct message message;
	struct queue_first first_is;
	struct mark first;  /* its first delivery */
	struct mark before; /* what was passed over before it */
	struct mark after;  /* what is done with once it is taken */
	size_t passed;      /* the number up to which the cursor says so */
};

struct queue *
queue_open(const struct endpoint *e, const struct relayconf *c,
    enum queue_mode mode, struct fault *f)
{
	struct queue *q = calloc(1, sizeof(*q));

	if (q == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	q->endpoint = e;
	q->conf = c;
	q->leads.most = LEADS_CELL;
	q->consumer = consumer_open(e, c->cursor,
	    mode == QUEUE_MOVE ? CONSUMER_MOVE : CONSUMER_PEEK, f);
	/* Under the lock, if there is one: nobody changes it now. */
	if (q->consumer == NULL ||
	    attempts_read(e, c->cursor, &q->attempts, f) == -1) {
		queue_close(q);
		return NULL;
	}
	return q;
}

const struct attempts *
queue_attempts(const struct queue *q)
{
	return &q->attempts;
}

int
queue_is_empty(struct queue *q)
{
	return records_size(consumer_records(q->consumer)) == 0;
}

struct message *
queue_message(struct queue *q)
{
	return &q->message;
}

const struct queue_first *
queue_first(const struct queue *q)
{
	return &q->first_is;
}

static void
set_mark(const struct queue *q, struct mark *m)
{
	m->number = q->seen;
	m->record = q->record;
	m->record.id = m->record.body = NULL;
	m->place = q->place;
}

/* Does the relay pass on such a delivery at all? */
static int
is_wanted(const struct queue *q, int batch)
{
	const struct record *r = &q->record;
	char day[UTC_DAY_SIZE];

	if (r->kind == RECORD_UNREADABLE ||
	    (r->kind == RECORD_TEST && !q->conf->tests) ||
	    (r->kind == RECORD_OTHER && batch > 0))
		return 0;
	utc_day(r->received, day);
	return strcmp(day, q->conf->from) >= 0;
}

/* The delivery in hand is done with, or will be with the message. */
static void
finish(struct queue *q)
{
	set_mark(q, &q->after);
	if (q->message.leads == 0 && q->message.body == NULL)
		q->before = q->after;
	q->has_record = 0;
}

/* The next that is to go: 1, 0, or -1 with the fault set. */
static int
next_record(struct queue *q, int batch, struct fault *f)
{
	struct records *records = consumer_records(q->consumer);
	int rc;

	while ((rc = records_next(records, &q->record, &q->place, f)) == 1) {
		q->seen++;
		if (is_wanted(q, batch))
			return 1;
		finish(q);
	}
	return rc;
}

/* The message begins with the delivery in hand. */
static void
begin(struct queue *q)
{
	const struct record *r = &q->record;
	size_t i, n = r->id_len < DELIVERY_ID_MAX ? r->id_len : DELIVERY_ID_MAX;

	set_mark(q, &q->first);
	q->first_is.received = r->received;
	q->first_is.leads = q->lead;
	for (i = 0; i < n; i++)
		q->first_is.id[i] =
		    r->id[i] > ' ' && r->id[i] < 0x7f ? r->id[i] : '?';
	q->first_is.id[n] = '\0';
}

/* A delivery as it came. */
static int
fill_whole(struct queue *q, struct fault *f)
{
	int rc = next_record(q, 0, f);

	q->lead = 0;
	if (rc != 1)
		return rc;
	begin(q);
	if (message_whole(&q->message, &q->record, f) == -1)
		return -1;
	finish(q);
	return 1;
}

/* Have a delivery's leads in hand, behind those that have gone. */
static int
open_record(struct queue *q, int batch, struct fault *f)
{
	const struct attempts *a = &q->attempts;
	int rc = next_record(q, batch, f);

	if (rc != 1)
		return rc;
	q->has_record = 1;
	q->lead = 0;
	/*
	 * Of the body as it stands: without a person that was forgotten
	 * meanwhile its leads are others, and better go again than not at all.
	 * It is of the first only: tests may be alike.
	 */
	if (!q->any && strcmp(a->digest, q->record.sha256) == 0)
		q->lead = a->leads;
	q->any = 1;
	return leads_read(&q->leads, q->record.body, q->record.body_len, f) ==
	               -1
	           ? -1
	           : 1;
}

/* Add leads of the delivery in hand, as many as there is room for. */
static int
add_leads(struct queue *q, int batch, struct fault *f)
{
	size_t count = leads_count(&q->leads);
	struct message *m = &q->message;

	if (m->leads == 0 && q->lead < count)
		begin(q);
	for (; q->lead < count && message_has_room(m, batch); q->lead++)
		if (message_add(m, &q->record, &q->leads, q->lead, f) == -1)
			return -1;
	if (q->lead >= count)
		finish(q);
	return 0;
}

/* Leads of one delivery or several; 1, 0, or -1 with the fault set. */
static int
fill_leads(struct queue *q, int batch, struct fault *f)
{
	int rc = 1;

	while (message_has_room(&q->message, batch)) {
		if (!q->has_record && (rc = open_record(q, batch, f)) != 1)
			break;
		if (add_leads(q, batch, f) == -1)
			return -1;
		if (q->attempts.failed > 0 && q->message.leads > 0)
			break;
	}
	return rc == -1 ? -1 : q->message.leads > 0;
}

int
queue_next(struct queue *q, int batch, struct fault *f)
{
	message_reset(&q->message);
	if (records_check(consumer_records(q->consumer), f) == -1)
		return -1;
	return batch > 0 ? fill_leads(q, batch, f) : fill_whole(q, f);
}

/* Have the file say this, where it doesn't yet. */
static int
note(struct queue *q, const struct attempts *a, struct fault *f)
{
	if (memcmp(a, &q->attempts, sizeof(*a)) == 0)
		return 0;
	if (attempts_write(q->endpoint, q->conf->cursor, a, f) == -1)
		return -1;
	memcpy(&q->attempts, a, sizeof(*a));
	return 0;
}

static int
pass(struct queue *q, const struct mark *m, struct fault *f)
{
	if (m->number <= q->passed)
		return 0;
	if (consumer_pass(q->consumer, &m->record, &m->place, f) == -1)
		return -1;
	q->passed = m->number;
	return 0;
}

int
queue_prove(struct queue *q, int64_t now, struct fault *f)
{
	struct attempts a;

	if (q->is_proven)
		return 0;
	memcpy(&a, &q->attempts, sizeof(a));
	a.next = now;
	if (note(q, &a, f) == -1 || consumer_prove(q->consumer, f) == -1)
		return -1;
	q->is_proven = 1;
	return 0;
}

int
queue_taken(struct queue *q, int64_t now, struct fault *f)
{
	struct attempts a;

	memset(&a, 0, sizeof(a));
	if (q->has_record && q->lead > 0) {
		memcpy(a.digest, q->record.sha256, sizeof(a.digest));
		a.leads = q->lead;
	}
	if (q->conf->every > 0)
		a.next = now + q->conf->every;
	/*
	 * In this order, so that two deliveries with the same body (tests) are
	 * never taken for each other: were the cursor ahead, leads of the one
	 * behind would be passed over.
	 */
	if (note(q, &a, f) == -1 || pass(q, &q->after, f) == -1)
		return -1;
	q->before = q->after;
	return 0;
}

int
queue_failed(struct queue *q, const struct attempts *now, struct fault *f)
{
	struct attempts a;

	memcpy(&a, now, sizeof(a));
	/* So that what is passed over by hand is what it stood at. */
	memcpy(a.digest, q->first.record.sha256, sizeof(a.digest));
	a.leads = q->first_is.leads;
	return note(q, &a, f) == -1 ? -1 : pass(q, &q->before, f);
}

int
queue_end(struct queue *q, struct fault *f)
{
	struct attempts a;

	memset(&a, 0, sizeof(a));
	if (q->conf->every > 0 && q->attempts.failed == 0)
		a.next = q->attempts.next;
	/* What it stood at may have gone: pruned. */
	if (note(q, &a, f) == -1)
		return -1;
	if (q->seen > q->passed ||
	    (q->seen == 0 &&
		(!queue_is_empty(q) || consumer_is_first(q->consumer))))
		return consumer_commit(q->consumer, f);
	return 0;
}

int
queue_skip(struct queue *q, struct fault *f)
{
	struct attempts a;
	int is_it = q->first.number > 0 &&
	            strcmp(q->attempts.digest, q->first.record.sha256) == 0;

	memset(&a, 0, sizeof(a));
	if (note(q, &a, f) == -1 || (is_it && pass(q, &q->first, f) == -1))
		return -1;
	return is_it;
}

int
queue_resume(struct queue *q, struct fault *f)
{
	struct attempts a;

	memset(&a, 0, sizeof(a));
	memcpy(a.digest, q->attempts.digest, sizeof(a.digest));
	a.leads = q->attempts.leads;
	return note(q, &a, f);
}

void
queue_close(struct queue *q)
{
	if (q == NULL)
		return;
	message_free(&q->message);
	leads_free(&q->leads);
	consumer_close(q->consumer);
	free(q);
}
