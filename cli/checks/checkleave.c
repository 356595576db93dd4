/* checkleave: what leaves the machine by itself; see check.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/checks/check.h"
#include "cli/digest/digest.h"
#include "cli/digest/digestconf.h"
#include "cli/relay/queue.h"
#include "cli/relay/relayconf.h"
#include "cli/relay/target.h"
#include "reader/consumer.h"
#include "reader/stuck.h"

/* So long nothing may have gone before it is told; in microseconds. */
#define MAIL_LONG (INT64_C(50) * 3600 * UTC_SECOND)

/* A relay of the settings, and its section is right. */
struct leaving {
	struct check *check;
	const struct relayconf *conf;
	int fine;
};

/* Have times told in an endpoint's zone, or all's; a wrong one is told before.
 */
static void
use_zone(const struct check *c, const char *endpoint)
{
	struct settings s;
	struct fault ignored = {0};

	settings_of(&s, &c->cli->conf, c->cli->conf_path, endpoint);
	if (utc_zone(s.shape.timezone, &ignored) == -1)
		(void)!utc_zone("UTC", &ignored);
	fault_clear(&ignored);
}

/* What is wrong with it, unless it is that we may not look. */
static void
complain(struct leaving *l, const char *what, const struct fault *f)
{
	l->fine = 0;
	if (f->err == EACCES && !l->check->is_owner)
		check_say(l->check, AUDIT_NOTE, "",
		    "%s is not looked at: you may not read its secret, or the "
		    "file with its URL",
		    what);
	else
		check_fault(l->check, f->text,
		    "until it is put right that relay passes nothing on");
}

static void
tell_stuck(struct leaving *l, const struct endpoint *e,
    const struct attempts *a, int64_t now)
{
	char text[STUCK_SIZE];

	switch (stuck_tell(e, l->conf->cursor, a, now, text)) {
	case STUCK_ACT:
		l->fine = 0;
		check_fault(l->check, text, "");
		break;
	case STUCK_NOTE:
		check_say(l->check, AUDIT_NOTE, "", "%s", text);
		break;
	case STUCK_NONE:
		break;
	}
}

/* Has what came long ago not even been tried? */
static void
tell_waiting(
    struct leaving *l, const struct endpoint *e, struct queue *q, int64_t now)
{
	char since[UTC_LOCAL_SIZE];
	struct fault ignored = {0};

	if (queue_next(q, 1, &ignored) != 1 ||
	    now - queue_first(q)->received - l->conf->every < STUCK_LONG)
		return;
	l->fine = 0;
	utc_local(queue_first(q)->received, since);
	check_say(l->check, AUDIT_WRONG,
	    "see that its service or its cron job runs (deploy/relay/README)",
	    "%s: relay %s has not passed on what came at %.16s", e->name,
	    l->conf->name, since);
}

static int
look_at_queue(void *context, const char *name)
{
	struct leaving *l = context;
	struct fault ignored = {0};
	int64_t now = utc_now();
	struct endpoint e;
	struct queue *q;

	if (!relayconf_has(l->conf, name) ||
	    endpoint_find(&e, l->check->cli->home, name, &ignored) != 1 ||
	    (q = queue_open(&e, l->conf, QUEUE_LOOK, &ignored)) == NULL)
		return 0;
	use_zone(l->check, name);
	tell_stuck(l, &e, queue_attempts(q), now);
	if (queue_attempts(q)->state == ATTEMPTS_GO_ON &&
	    queue_attempts(q)->failed == 0)
		tell_waiting(l, &e, q, now);
	queue_close(q);
	return 0;
}

/* The endpoints that it names. */
static void
look_at_names(struct leaving *l)
{
	char name[ENDPOINT_NAME_SIZE];
	struct fault ignored = {0};
	struct endpoint e;
	size_t i;

	for (i = 0; relayconf_endpoint(l->conf, i, name); i++) {
		if (endpoint_find(&e, l->check->cli->home, name, &ignored) != 0)
			continue;
		l->fine = 0;
		check_say(l->check, AUDIT_WRONG,
		    "name one that exists; until then that relay passes "
		    "nothing on",
		    "relay %s names the endpoint %s, and there is none",
		    l->conf->name, name);
	}
}

static void
check_relay(struct check *c, const char *name)
{
	struct relayconf conf;
	struct leaving l = {c, &conf, 1};
	char what[ENDPOINT_NAME_SIZE + 8];
	struct fault f = {0};
	struct target t;

	(void)snprintf(what, sizeof(what), "relay %s", name);
	if (relayconf_read(&conf, &c->cli->conf, c->cli->conf_path,
		c->cli->home, name, &f) == -1) {
		complain(&l, what, &f);
		return;
	}
	if (target_open(&t, &conf, &f) == -1)
		complain(&l, what, &f);
	target_close(&t);
	fault_clear(&f);
	look_at_names(&l);
	if (endpoint_each(c->cli->home, look_at_queue, &l, &f) == -1)
		complain(&l, what, &f);
	if (l.fine)
		check_say(c, AUDIT_FINE, "", "relay %s passes on to %s", name,
		    conf.host);
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
	use_zone(c, NULL);
	check_digest(c);
}
