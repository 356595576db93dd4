/* catalog: which leads there are; see catalog.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "page/data/catalog.h"
#include "page/data/inside.h"

struct catalog *
catalog_new(const char *home, const char *key, struct fault *f)
{
	struct catalog *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	if (keeper_begin(&c->keeper, home, key, f) == -1) {
		catalog_free(c);
		return NULL;
	}
	return c;
}

/* How far it has come. */
static void
tell(const struct catalog *c, struct catalog_state *state)
{
	const struct source *s;
	const char *lacks = NULL;
	size_t i;

	memset(state, 0, sizeof(*state));
	for (i = 0; i < c->keeper.sources.n; i++) {
		s = &c->keeper.sources.list[i];
		if (lacks == NULL && sources_lacks(s))
			lacks = s->day;
		if (s->newest > state->newest)
			state->newest = s->newest;
		state->damaged += s->damaged;
	}
	state->whole = lacks == NULL;
	state->in_memory = c->keeper.cache.in_memory;
	if (state->in_memory)
		(void)snprintf(state->why, sizeof(state->why), "%s",
		    c->keeper.cache.why.text);
	(void)snprintf(
	    state->unread, sizeof(state->unread), "%s", c->keeper.unread.text);
	if (lacks == NULL)
		return;
	/* Of the newest day what has come so far is better than nothing. */
	if (strcmp(lacks, c->keeper.sources.list[0].day) == 0)
		memcpy(state->from, lacks, sizeof(state->from));
	else
		utc_day_of_number(utc_day_number(lacks) + 1, state->from);
}

static int
count_all(struct catalog *c, int64_t *leads, struct fault *f)
{
	struct db_query *q =
	    db_query(c->keeper.cache.db, "SELECT sum(leads) FROM quarter", f);
	int rc;

	if (q == NULL || (rc = db_next(c->keeper.cache.db, q, f)) == -1)
		return -1;
	*leads = rc == 1 ? db_number(q, 0) : 0;
	db_reset(q);
	return 0;
}

/* The same; where the file proves to be damaged it is made anew. */
static int
count_anew(struct catalog *c, int64_t until, int64_t *leads, struct fault *f)
{
	struct fault why = {0};

	if (count_all(c, leads, &why) == 0)
		return 0;
	if (why.kind != FAULT_DAMAGED)
		return fault_take(f, &why);
	return keeper_renew(&c->keeper, until, f) == -1
	           ? -1
	           : count_all(c, leads, f);
}

int
catalog_update(struct catalog *c, int64_t microseconds,
    struct catalog_state *state, struct fault *f)
{
	const int64_t until = utc_ticks() + microseconds;
	int64_t leads;

	memset(state, 0, sizeof(*state));
	if (keeper_update(&c->keeper, until, f) == -1 ||
	    count_anew(c, until, &leads, f) == -1)
		return -1;
	tell(c, state);
	state->leads = leads;
	return inside_make_room(c, f);
}

void
catalog_distrust(struct catalog *c)
{
	if (!c->keeper.cache.in_memory)
		cache_remove(&c->keeper.cache);
	else
		c->keeper.cache.given_up = 0;
}

int64_t
catalog_newest(struct catalog *c, const struct catalog_scope *scope)
{
	const struct sources *s = &c->keeper.sources;
	int64_t newest = 0;
	size_t i;

	(void)inside_set_scope(c, scope->names, scope->n, "");
	for (i = 0; i < s->n; i++)
		if (c->in_scope[s->list[i].endpoint] &&
		    s->list[i].newest > newest)
			newest = s->list[i].newest;
	return newest;
}

int64_t
catalog_damaged(struct catalog *c, const struct catalog_scope *scope)
{
	int64_t damaged = 0;
	size_t i;

	(void)inside_set_scope(c, scope->names, scope->n, "");
	for (i = 0; i < c->keeper.sources.n; i++)
		if (c->in_scope[c->keeper.sources.list[i].endpoint])
			damaged += c->keeper.sources.list[i].damaged;
	return damaged;
}

void
catalog_write_number(int64_t number, char out[static CATALOG_NUMBER_SIZE])
{
	(void)snprintf(
	    out, CATALOG_NUMBER_SIZE, "%016llx", (unsigned long long)number);
}

int
catalog_read_number(const char *s, int64_t *number)
{
	if (strlen(s) != CATALOG_NUMBER_SIZE - 1 ||
	    strspn(s, "0123456789abcdef") != CATALOG_NUMBER_SIZE - 1)
		return 0;
	*number = (int64_t)strtoull(s, NULL, 16);
	return *number > 0;
}

void
catalog_rest(struct catalog *c)
{
	keeper_rest(&c->keeper);
}

void
catalog_free(struct catalog *c)
{
	if (c == NULL)
		return;
	keeper_end(&c->keeper);
	free(c->in_scope);
	free(c);
}
