/* health: how the receiver is; see health.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "access/pagedir.h"
#include "config/settings.h"
#include "journal/journal.h"
#include "page/data/health.h"
#include "reader/stuck.h"
#include "upkeep/silence.h"

struct telling {
	const struct health *health;
	void (*tell)(void *, enum health_grade, const char *);
	void *context;
	enum health_grade grade; /* those that are told in this turn */
	int n;
	int wrong;       /* lines of the settings, of all endpoints */
	char first[512]; /* the first of them */
};

static void say(struct telling *, enum health_grade, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
say(struct telling *t, enum health_grade grade, const char *fmt, ...)
{
	char text[STUCK_SIZE];
	va_list ap;

	if (grade != t->grade)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	t->n++;
	t->tell(t->context, grade, text);
}

static int
is_in_scope(const struct health *h, const char *name)
{
	size_t i;

	for (i = 0; i < h->scope->n; i++)
		if (strcmp(h->scope->names[i], name) == 0)
			return 1;
	return h->scope->n == 0;
}

struct newest {
	const struct health *health;
	int64_t newest;
};

static int
look_at_newest(void *context, const char *name)
{
	struct newest *n = context;
	struct fault ignored = {0};
	char dir[PATH_MAX];
	int64_t received = 0;

	if (!is_in_scope(n->health, name))
		return 0;
	(void)snprintf(dir, sizeof(dir), "%.*s/%s/journal", ENDPOINT_HOME_MAX,
	    n->health->home, name);
	if (journal_newest(dir, &received, &ignored) == 1 &&
	    received > n->newest)
		n->newest = received;
	return 0;
}

int64_t
health_newest(const struct health *h)
{
	struct newest n = {h, catalog_newest(h->catalog, h->scope)};
	struct fault ignored = {0};

	/* Where it hasn't read today yet. */
	if (!h->state->whole &&
	    endpoint_each(h->home, look_at_newest, &n, &ignored) != 0)
		return 0;
	return n.newest;
}

static void
take_wrong(void *context, const struct settings_wrong *wrong)
{
	struct telling *t = context;

	if (t->wrong++ == 0)
		(void)snprintf(t->first, sizeof(t->first), "%s; %s",
		    wrong->text, wrong->effect);
}

static void
look_at_damage(struct telling *t, const struct endpoint *e)
{
	char name[1][ENDPOINT_NAME_SIZE];
	const struct catalog_scope one = {name, 1};
	int64_t n;

	memcpy(name[0], e->name, sizeof(name[0]));
	n = catalog_damaged(t->health->catalog, &one);
	if (n > 0)
		say(t, HEALTH_ACT,
		    "%s: %lld line%s of the journal %s damaged; put the file "
		    "back from your backup (\"leadsheet check %s\" tells "
		    "which)",
		    e->name, (long long)n, n == 1 ? "" : "s",
		    n == 1 ? "is" : "are", e->name);
}

/* A relay of an endpoint. */
struct relay {
	struct telling *telling;
	const struct endpoint *endpoint;
};

static void
look_at_relay(void *context, const char *name, const struct attempts *a)
{
	const struct relay *r = context;
	struct telling *t = r->telling;
	char text[STUCK_SIZE];

	switch (stuck_tell(r->endpoint, name, a, t->health->now, text)) {
	case STUCK_ACT:
		say(t, HEALTH_ACT, "%s", text);
		break;
	case STUCK_NOTE:
		say(t, HEALTH_NOTE, "%s", text);
		break;
	case STUCK_NONE:
		break;
	}
}

static void
look_at_relays(struct telling *t, const struct endpoint *e)
{
	struct relay r = {t, e};
	struct fault ignored = {0};

	if (attempts_each(e, look_at_relay, &r, &ignored) == -1)
		fault_clear(&ignored);
}

static void
look_at_endpoint(struct telling *t, const struct endpoint *e)
{
	const struct health *h = t->health;
	struct fault f = {0};
	struct settings s;
	char conf[PATH_MAX];

	(void)snprintf(conf, sizeof(conf), "%.*s/leadsheet.conf",
	    ENDPOINT_HOME_MAX, h->home);
	settings_tell(&s, h->conf, conf, e->name, take_wrong, t);
	if (endpoint_check_disk(e, &f) == -1)
		say(t, HEALTH_ACT,
		    "%s: %s; make room, or deliveries are answered 503",
		    e->name, f.text);
	look_at_damage(t, e);
	fault_clear(&f);
	if (silence_check(e, &s, h->now, &f) == -1)
		say(t, HEALTH_ACT, "%s", f.text);
	look_at_relays(t, e);
	if (e->disabled)
		say(t, HEALTH_NOTE,
		    "%s: switched off, deliveries are answered 503; "
		    "\"leadsheet endpoint enable %s\" switches it on",
		    e->name, e->name);
}

static int
look_by_name(void *context, const char *name)
{
	struct telling *t = context;
	struct fault f = {0};
	struct endpoint e;

	if (!is_in_scope(t->health, name))
		return 0;
	switch (endpoint_find(&e, t->health->home, name, &f)) {
	case 1:
		look_at_endpoint(t, &e);
		break;
	case -1:
		say(t, HEALTH_ACT, "%s: %s", name, f.text);
		break;
	default: /* it has just gone */
		break;
	}
	return 0;
}

/* What is about none of them. */
static void
look_at_rest(struct telling *t)
{
	const struct catalog_state *state = t->health->state;
	char cache[PATH_MAX];

	if (t->wrong > 0)
		say(t, HEALTH_ACT, "%s", t->first);
	/* It names a file, maybe of an endpoint that they may not see. */
	if (state->unread[0] != '\0' && t->health->scope->n == 0)
		say(t, HEALTH_ACT,
		    "some leads are lacking here: %s; see to its mode (0640) "
		    "and its group",
		    state->unread);
	pagedir_path(t->health->home, cache, "cache");
	if (state->in_memory)
		say(t, HEALTH_NOTE,
		    "the list of leads is kept in memory only, so that old "
		    "leads may be lacking here: %s; see to the room and the "
		    "owner of %s",
		    state->why, cache);
}

int
health_each(const struct health *h,
    void (*tell)(void *, enum health_grade, const char *), void *context,
    struct fault *f)
{
	struct telling t = {.health = h, .tell = tell, .context = context};
	struct settings all;
	char conf[PATH_MAX];

	(void)snprintf(conf, sizeof(conf), "%.*s/leadsheet.conf",
	    ENDPOINT_HOME_MAX, h->home);
	for (t.grade = HEALTH_ACT; t.grade <= HEALTH_NOTE; t.grade++) {
		t.wrong = 0;
		/* The page's own lines are no endpoint's. */
		settings_tell(&all, h->conf, conf, NULL, take_wrong, &t);
		if (endpoint_each(h->home, look_by_name, &t, f) == -1)
			return -1;
		look_at_rest(&t);
	}
	return t.n;
}
