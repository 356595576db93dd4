/* store: journal, sheets and index, as a delivery sees them; see store.h. */
#include <stdlib.h>

#include "config/secrets.h"
#include "store/batch.h"
#include "store/catchup.h"
#include "store/store.h"

/*
 * What a batch needs stays with us for the next one: to get it anew costs more
 * than all the rest of a batch of large deliveries.  Bytes, of each buffer.
 */
#define BATCH_ROOM (4 << 20)

struct store {
	struct hold hold;
	struct batch *batch; /* owned */
};

struct store *
store_open(const struct endpoint *e, const struct settings *settings,
    const struct boot *boot, struct fault *f)
{
	struct store *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	hold_init(&s->hold, e, settings, boot);
	if ((s->batch = batch_new(&s->hold, f)) == NULL) {
		store_close(s);
		return NULL;
	}
	return s;
}

const char *
store_name(const struct store *s)
{
	return s->hold.endpoint.name;
}

const char *
store_note(const struct store *s)
{
	return s->hold.note;
}

static void
put_locked(struct store *s)
{
	struct fault why = {0};

	batch_put(s->batch);
	/* The next one looks around needlessly, where this fails: no harm. */
	if (!s->hold.saved && !s->hold.control.failed &&
	    hold_save(&s->hold, 0, &why) == -1)
		fault_clear(&why);
	hold_release(&s->hold);
}

void
store_put_many(struct store *s, struct store_item *items, size_t n)
{
	struct fault why = {0};
	size_t i;

	if (n == 0)
		return;
	/* Before the lock: nobody waits for it. */
	if (batch_encode(s->batch, items, n) == -1)
		(void)fault_memory(&why);
	else if (hold_take(&s->hold, s->hold.settings->lock_timeout,
		     items[0].record->received, &why) == 0)
		put_locked(s);
	if (why.kind != FAULT_NONE)
		for (i = 0; i < n; i++)
			items[i].fault = why;
	batch_tidy(s->batch, BATCH_ROOM);
}

void
store_rest(struct store *s)
{
	batch_tidy(s->batch, 0);
}

int
store_put(struct store *s, const struct record *r, struct delivery *d,
    enum store_result *result, struct fault *f)
{
	struct store_item item = {.record = r, .delivery = d};

	store_put_many(s, &item, 1);
	*result = item.result;
	return item.fault.kind == FAULT_NONE ? 0 : fault_take(f, &item.fault);
}

/* Under the lock: is all up to date, or can it be brought there? */
static int
check_store(struct store *s, const char **why, struct fault *f)
{
	const struct control *c = &s->hold.control;

	*why = "the index or the journal can't be used";
	if (catchup_run(&s->hold, f) == -1)
		return -1;
	*why = "its sheet can't be written; deliveries are kept";
	if (c->owed[0] == '\0' && c->sheets[SHEET_LEADS].state != PART_BEHIND &&
	    c->sheets[SHEET_LEADS].state != PART_NAMED)
		return 0;
	return fault_set(f, FAULT_STORAGE, 0, "%s",
	    s->hold.note[0] == '\0' ? *why : s->hold.note);
}

int
store_health(struct store *s, const char **why, struct fault *f)
{
	struct fault busy = {0};
	int rc;

	*why = "no secret that can be used";
	if (secrets_check(&s->hold.endpoint, f) == -1)
		return -1;
	*why = "no room, or no right to write";
	if (endpoint_check_room(&s->hold.endpoint, f) == -1)
		return -1;
	/* Nobody is kept waiting, least of all deliveries. */
	if (hold_take(&s->hold, 0, utc_now(), &busy) == -1) {
		*why = "the lock can't be used";
		return busy.kind == FAULT_BUSY ? 0 : fault_take(f, &busy);
	}
	rc = check_store(s, why, f);
	hold_release(&s->hold);
	return rc;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	batch_free(s->batch);
	hold_close(&s->hold);
	free(s);
}
