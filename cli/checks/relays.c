/* relays: what is wrong with a relay of leadsheet.conf; see relays.h. */
#include <errno.h>
#include <string.h>

#include "cli/checks/relays.h"
#include "cli/cli.h"
#include "cli/relay/queue.h"
#include "cli/relay/relayconf.h"
#include "cli/relay/target.h"
#include "reader/stuck.h"

#define TEXT_SIZE (PATH_MAX + 512)

/* A relay that is looked at. */
struct looking {
	const struct cli *cli;
	const struct relayconf *conf;
	enum relays_look found;
	void (*tell)(void *, const struct relays_trouble *);
	void *context;
};

void
relays_use_zone(const struct cli *cli, const char *endpoint)
{
	struct settings s;
	struct fault ignored = {0};

	settings_of(&s, &cli->conf, cli->conf_path, endpoint);
	if (utc_zone(s.shape.timezone, &ignored) == -1)
		(void)!utc_zone("UTC", &ignored);
	fault_clear(&ignored);
}

static void
say(struct looking *l, const char *text, const char *remedy)
{
	const struct relays_trouble t = {text, remedy};

	l->found = RELAYS_TOLD;
	l->tell(l->context, &t);
}

/* What is wrong with it, unless it is that we may not look. */
static void
complain(struct looking *l, const struct fault *f)
{
	if (f->err == EACCES)
		l->found = RELAYS_UNSEEN;
	else
		say(l, f->text, NULL);
}

/* Has what came long ago not even been tried? */
static void
look_at_first(struct looking *l, const struct endpoint *e, struct queue *q)
{
	char text[TEXT_SIZE], since[UTC_LOCAL_SIZE];
	struct fault ignored = {0};

	if (queue_attempts(q)->state != ATTEMPTS_GO_ON ||
	    queue_attempts(q)->failed > 0 || queue_next(q, 1, &ignored) != 1 ||
	    utc_now() - queue_first(q)->received - l->conf->every < STUCK_LONG)
		return;
	utc_local(queue_first(q)->received, since);
	(void)snprintf(text, sizeof(text),
	    "%s: relay %s has not passed on what came at %.16s", e->name,
	    l->conf->name, since);
	say(l, text,
	    "see that its service or its cron job runs (deploy/relay/README)");
}

static int
look_at_endpoint(void *context, const char *name)
{
	struct looking *l = context;
	struct fault ignored = {0};
	struct endpoint e;
	struct queue *q;

	if (!relayconf_has(l->conf, name) ||
	    endpoint_find(&e, l->cli->home, name, &ignored) != 1 ||
	    (q = queue_open(&e, l->conf, QUEUE_LOOK, &ignored)) == NULL)
		return 0;
	relays_use_zone(l->cli, name);
	look_at_first(l, &e, q);
	queue_close(q);
	return 0;
}

/* The endpoints that it names. */
static void
look_at_names(struct looking *l)
{
	char name[ENDPOINT_NAME_SIZE], text[TEXT_SIZE];
	struct fault ignored = {0};
	struct endpoint e;
	size_t i;

	for (i = 0; relayconf_endpoint(l->conf, i, name); i++) {
		if (endpoint_find(&e, l->cli->home, name, &ignored) != 0)
			continue;
		(void)snprintf(text, sizeof(text),
		    "relay %s names the endpoint %s, and there is none",
		    l->conf->name, name);
		say(l, text,
		    "name one that exists; until then that relay passes "
		    "nothing on");
	}
}

enum relays_look
relays_look(const struct cli *cli, const char *name,
    void (*tell)(void *, const struct relays_trouble *), void *context)
{
	struct relayconf conf;
	struct looking l = {cli, &conf, RELAYS_FINE, tell, context};
	struct fault f = {0};
	struct target t;

	if (relayconf_read(
		&conf, &cli->conf, cli->conf_path, cli->home, name, &f) == -1) {
		complain(&l, &f);
		return l.found;
	}
	if (target_open(&t, &conf, &f) == -1)
		complain(&l, &f);
	target_close(&t);
	fault_clear(&f);
	look_at_names(&l);
	if (endpoint_each(cli->home, look_at_endpoint, &l, &f) == -1)
		complain(&l, &f);
	relays_use_zone(cli, NULL);
	explicit_bzero(&conf, sizeof(conf));
	return l.found;
}

/* Sentences are told to whom. */
struct sentences {
	void (*tell)(void *, const char *);
	void *context;
};

static void
on_trouble(void *context, const struct relays_trouble *t)
{
	const struct sentences *s = context;
	char text[TEXT_SIZE + 256];

	(void)snprintf(text, sizeof(text), "%s%s%s", t->text,
	    t->remedy == NULL ? "" : "; ", t->remedy == NULL ? "" : t->remedy);
	s->tell(s->context, text);
}

void
relays_each(
    const struct cli *cli, void (*tell)(void *, const char *), void *context)
{
	struct sentences s = {tell, context};
	const char *name;
	size_t i;

	for (i = 0; (name = relayconf_nth(&cli->conf, i)) != NULL; i++)
		(void)relays_look(cli, name, on_trouble, &s);
}
