/* consumers: a reader of an endpoint's journal, and what is new for it. */
#ifndef CONSUMERS_H
#define CONSUMERS_H

#include "home.h"

#include "reader/consumer.h"
#include "store/hold.h"
#include "upkeep/forget.h"
#include "upkeep/prune.h"

#define NEXT     "2026-11-24"
#define TOMORROW (NOON + A_DAY)

static inline struct consumer *
open_one(const struct home *h, enum consumer_mode mode)
{
	struct fault f = {0};
	struct consumer *c = consumer_open(&h->endpoint, "hub", mode, &f);

	if (c == NULL)
		fail_msg("consumer_open: %s", f.text);
	return c;
}

/* The ids of these, each with a blank behind it, and how many are new. */
static inline const char *
read_ids(struct consumer *c, struct records *r, size_t *new)
{
	static char ids[4096];
	struct fault f = {0};
	struct record record;
	struct place place;
	size_t n = 0;
	int rc;

	*new = 0;
	ids[0] = '\0';
	records_rewind(r);
	while ((rc = records_next(r, &record, &place, &f)) == 1) {
		*new += (size_t)consumer_is_new(c, &place);
		n += (size_t)snprintf(ids + n, sizeof(ids) - n, "%.*s ",
		    (int)record.id_len, record.id);
	}
	assert_int_equal(rc, 0);
	return ids;
}

/* Of what is new. */
static inline const char *
ids_of(struct consumer *c)
{
	size_t new, i, n = 0;
	const char *ids = read_ids(c, consumer_records(c), &new);

	for (i = 0; ids[i] != '\0'; i++)
		n += ids[i] == ' ';
	assert_int_equal(new, n);
	return ids;
}

/* What is new now is this; what it is after a commit is nothing. */
static inline void
gives(const struct home *h, const char *ids)
{
	struct consumer *c = open_one(h, CONSUMER_PEEK);
	struct fault f = {0};

	assert_string_equal(ids_of(c), ids);
	consumer_close(c);
	c = open_one(h, CONSUMER_MOVE);
	assert_string_equal(ids_of(c), ids);
	if (consumer_commit(c, &f) == -1)
		fail_msg("consumer_commit: %s", f.text);
	consumer_close(c);
	c = open_one(h, CONSUMER_PEEK);
	assert_string_equal(ids_of(c), "");
	consumer_close(c);
}

/* Of how many segments all is given again. */
static inline size_t
again(const struct home *h, char day[static UTC_DAY_SIZE])
{
	struct consumer *c = open_one(h, CONSUMER_PEEK);
	size_t n = consumer_again(c, day);

	consumer_close(c);
	return n;
}

static inline void
forget(struct home *h, const char *urns)
{
	static const char *const list[] = {"secret"};
	static const struct redaction_watch watch;
	const struct signature_secrets secrets = {list, 1};
	struct redaction g = {.watch = &watch, .secrets = &secrets};
	struct pending mine = {.task = PENDING_NOTHING};
	struct segments hits = {0};
	struct fault f = {0};
	struct hold hold;
	size_t i;

	bytes_adds(&mine.urns, urns);
	hold_init(&hold, &h->endpoint, &h->settings, &h->boot);
	if (redaction_init(&g, &mine.urns, &f) == -1 ||
	    forget_scan(hold.journal, &g, &hits, &f) == -1 ||
	    forget_start(&hold, &g, &mine, &f) == -1)
		fail_msg("%s", f.text);
	for (i = 0; i < hits.n; i++)
		if (forget_day(&hold, &g, &mine, hits.list[i].day, &f) == -1)
			fail_msg("%s", f.text);
	if (forget_finish(&hold, &mine.urns, &f) == -1)
		fail_msg("%s", f.text);
	hold_close(&hold);
	redaction_free(&g);
	segments_free(&hits);
	pending_free(&mine);
}

static inline void
prune(struct home *h, const char *day)
{
	struct fault f = {0};
	struct hold hold;

	hold_init(&hold, &h->endpoint, &h->settings, &h->boot);
	if (prune_start(&hold, NEXT, &f) == -1 ||
	    prune_day(&hold, day, &f) == -1 || prune_finish(&hold, &f) == -1)
		fail_msg("%s", f.text);
	hold_close(&hold);
}

#endif
