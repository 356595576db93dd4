/* checkleave: what leaves the machine by itself; see check.h. */
#include <string.h>
#include <unistd.h>

#include "cli/checks/check.h"
#include "cli/checks/relays.h"
#include "cli/digest/digest.h"
#include "cli/digest/digestconf.h"
#include "cli/relay/relayconf.h"
#include "reader/consumer.h"
#include "reader/stuck.h"

/* So long nothing may have gone before it is told; in microseconds. */
#define MAIL_LONG (INT64_C(50) * 3600 * UTC_SECOND)

static void
on_trouble(void *context, const struct relays_trouble *t)
{
	struct check *c = context;

	if (t->remedy != NULL)
		check_say(c, AUDIT_WRONG, t->remedy, "%s", t->text);
	else
		check_fault(c, t->text,
		    "until it is put right that relay passes nothing on");
}

/* How a relay stands at an endpoint; counts the crosses. */
struct standing {
	struct check *check;
	const struct relayconf *conf;
	int crosses;
};

static int
tell_stuck(void *context, const char *name)
{
	struct standing *s = context;
	struct check *c = s->check;
	struct fault ignored = {0};
	struct attempts a;
	struct endpoint e;
	char text[STUCK_SIZE];
	enum stuck stuck;

	if (!relayconf_has(s->conf, name) ||
	    endpoint_find(&e, c->cli->home, name, &ignored) != 1 ||
	    attempts_read(&e, s->conf->cursor, &a, &ignored) != 1)
		return 0;
	relays_use_zone(c->cli, name);
	stuck = stuck_tell(&e, s->conf->cursor, &a, utc_now(), text);
	if (stuck == STUCK_ACT)
		check_fault(c, text, "");
	else if (stuck == STUCK_NOTE)
		check_say(c, AUDIT_NOTE, "", "%s", text);
	s->crosses += stuck == STUCK_ACT;
	return 0;
}

static void
check_relay(struct check *c, const char *name)
{
	struct relayconf conf;
	struct standing s = {c, &conf, 0};
	struct fault ignored = {0};
	enum relays_look found = relays_look(c->cli, name, on_trouble, c);

	if (found == RELAYS_UNSEEN)
		check_say(c, AUDIT_NOTE, "",
		    "relay %s is not looked at: you may not read its secret, "
		    "or the file with its URL",
		    name);
	if (relayconf_read(&conf, &c->cli->conf, c->cli->conf_path,
		c->cli->home, name, &ignored) == 0) {
		(void)!endpoint_each(c->cli->home, tell_stuck, &s, &ignored);
		if (found == RELAYS_FINE && s.crosses == 0)
			check_say(c, AUDIT_FINE, "", "relay %s passes on to %s",
			    name, conf.host);
	}
	explicit_bzero(&conf, sizeof(conf));
}

/* When the last mail went, by the cursor of an endpoint. */
struct mailed {
	const char *home;
	int64_t at;
};

static int
look_at_mailed(void *context, const char *name)
{
	struct mailed *m = context;
	struct fault ignored = {0};
	struct consumer *consumer;
	struct endpoint e;

	if (endpoint_find(&e, m->home, name, &ignored) != 1 ||
	    (consumer = consumer_open(
		 &e, DIGEST_CURSOR, CONSUMER_PEEK, &ignored)) == NULL)
		return 0;
	if (consumer_committed(consumer) > m->at)
		m->at = consumer_committed(consumer);
	consumer_close(consumer);
	return 0;
}

static void
check_mailed(struct check *c)
{
	static const char remedy[] =
	    "see that its timer or its cron job runs (deploy/digest/README)";
	struct mailed m = {c->cli->home, 0};
	char at[UTC_LOCAL_SIZE];
	struct fault ignored = {0};

	/* That the home can't be read is told already. */
	if (endpoint_each(c->cli->home, look_at_mailed, &m, &ignored) == -1)
		return;
	utc_local(m.at, at);
	if (m.at == 0)
		check_say(c, AUDIT_NOTE, "",
		    "no mail has gone yet of what came; %s", remedy);
	else if (utc_now() - m.at > MAIL_LONG)
		check_say(c, AUDIT_WRONG, remedy,
		    "the last mail of what came went at %.16s", at);
	else
		check_say(c, AUDIT_FINE, "",
		    "the last mail of what came went at %.16s", at);
}

static void
check_digest(struct check *c)
{
	struct digestconf conf;
	struct fault f = {0};

	if (digestconf_read(&conf, &c->cli->conf, c->cli->conf_path, &f) ==
	    -1) {
		check_fault(c, f.text, "until it is put right no mail goes");
		return;
	}
	if (!conf.there)
		return;
	if (conf.nto == 0)
		check_say(c, AUDIT_NOTE, "",
		    "%s: [digest] doesn't say to whom the mail goes; add a "
		    "line to = and the addresses, or give --to each time",
		    c->cli->conf_path);
	if (access(conf.sendmail, X_OK) == -1)
		check_say(c, AUDIT_WRONG,
		    "install one, or write below [digest] in leadsheet.conf "
		    "where it is",
		    "this machine has no mail program at %s", conf.sendmail);
	check_mailed(c);
}

void
check_leave(struct check *c)
{
	const char *name;
	size_t i;

	for (i = 0; (name = relayconf_nth(&c->cli->conf, i)) != NULL; i++)
		check_relay(c, name);
	relays_use_zone(c->cli, NULL);
	check_digest(c);
}
