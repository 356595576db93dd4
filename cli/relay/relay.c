/* relay: pass on what comes; see relay.h. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/relay/backoff.h"
#include "cli/relay/follower.h"
#include "cli/relay/relay.h"
#include "cli/terminal/terminal.h"

#define EVERY 1000 /* milliseconds between two looks */

/* So often it is tried again at once where somebody else is at work. */
#define BUSY_MOST 10

#define SAID_SIZE sizeof(((struct fault *)0)->text)

/* An endpoint on its way. */
struct line {
	struct follower follower;
	struct attempts
	    own; /* tries that failed for a reason of this machine */
	char said[SAID_SIZE];
	int is_there;
};

struct relay {
	struct cli *cli;
	const char *name;
	struct relayconf conf;
	struct line *list; /* owned; by name */
	size_t n;
	char zone[sizeof(((struct shape *)0)->timezone)];
	char said[SAID_SIZE];
	int has_told; /* of a message that wasn't taken */
};

int
relay_explain(const struct cli *cli, const struct relayconf *c,
    const char *endpoint, const struct attempts *a)
{
	char at[UTC_LOCAL_SIZE];

	if (a->state == ATTEMPTS_GONE)
		return cli_fail(cli, EX_UNAVAILABLE,
		    "%s: relay %s stands still: %s, which means that it wants "
		    "no more; if that was a mistake, run \"leadsheet relay %s "
		    "--resume\"; nothing is lost",
		    endpoint, c->name, a->why, c->name);
	if (a->state == ATTEMPTS_GIVEN_UP)
		return cli_fail(cli, EX_UNAVAILABLE,
		    "%s: relay %s has given up after three days: %s; when that "
		    "is put right, run \"leadsheet relay %s --resume\"; "
		    "nothing is lost, and nothing was passed over",
		    endpoint, c->name, a->why, c->name);
	utc_local(a->next, at);
	/* Soon enough; later a person may know that it is well again. */
	if (a->failed < 3)
		return cli_fail(cli, EX_TEMPFAIL,
		    "%s: %s; the next try is at %s", endpoint, a->why, at);
	return cli_fail(cli, EX_TEMPFAIL,
	    "%s: %s; the next try is at %s, or when you run \"leadsheet relay "
	    "%s --resume\"",
	    endpoint, a->why, at, c->name);
}

/* A line of logfmt for each message, and a sentence where it wasn't taken. */
static void
tell(void *context, const struct follower_sent *s)
{
	static const char *const outcomes[] = {[TARGET_TAKEN] = "taken",
	    [TARGET_NOT_NOW] = "refused",
	    [TARGET_GONE] = "gone"};
	const struct target_answer *a = s->answer;
	struct relay *r = context;
	struct bytes b = {0};

	bytes_printf(&b,
	    "relay=%s endpoint=%s status=%d outcome=%s id=%s leads=%zu "
	    "bytes=%zu ms=%.1f",
	    r->name, s->endpoint->name, a->status,
	    a->status == 0 ? "failed" : outcomes[a->verdict], s->message->id,
	    s->message->leads, s->message->len, (double)a->took / 1000);
	if (a->verdict != TARGET_TAKEN) {
		bytes_adds(&b, " reason=");
		text_logfmt(&b, a->why, strlen(a->why));
	}
	bytes_addc(&b, '\n');
	if (!b.failed)
		(void)fwrite(b.data, 1, b.len, stdout);
	(void)fflush(stdout);
	bytes_free(&b);
	if (a->verdict == TARGET_TAKEN)
		return;
	(void)relay_explain(r->cli, &r->conf, s->endpoint->name, s->attempts);
	r->has_told = 1;
}

/* Say what is wrong, once as long as it is so. */
static void
complain(
    const struct relay *r, char said[static SAID_SIZE], const struct fault *f)
{
	if (strcmp(said, f->text) == 0)
		return;
	(void)snprintf(said, SAID_SIZE, "%s", f->text);
	(void)cli_fault(r->cli, f);
}

static int
by_name(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(x->follower.endpoint.name, y->follower.endpoint.name);
}

static struct line *
find_line(const struct relay *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strcmp(r->list[i].follower.endpoint.name, name) == 0)
			return &r->list[i];
	return NULL;
}

/* One that is there: keep it, or begin with it. */
static int
take_endpoint(void *context, const char *name)
{
	struct line *l = find_line(context, name), *longer;
	struct relay *r = context;
	struct fault why = {0};

	if (!relayconf_has(&r->conf, name))
		return 0;
	if (l == NULL) {
		longer = reallocarray(r->list, r->n + 1, sizeof(*r->list));
		if (longer == NULL)
			return 1;
		r->list = longer;
		l = &r->list[r->n];
		memset(l, 0, sizeof(*l));
		if (endpoint_find(
			&l->follower.endpoint, r->cli->home, name, &why) != 1)
			return 0;
		r->n++;
	}
	l->is_there = 1;
	return 0;
}

/* Which endpoints are there now?  0, or -1 with the fault set. */
static int
look_for_endpoints(struct relay *r, struct fault *f)
{
	size_t i, n = 0;
	int rc;

	for (i = 0; i < r->n; i++)
		r->list[i].is_there = 0;
	rc = endpoint_each(r->cli->home, take_endpoint, r, f);
	if (rc != 0)
		return rc == 1 ? fault_memory(f) : -1;
	for (i = 0; i < r->n; i++)
		if (r->list[i].is_there)
			r->list[n++] = r->list[i];
	r->n = n;
	if (n > 0)
		qsort(r->list, n, sizeof(*r->list), by_name);
	return 0;
}

/* The settings as they are now, and the endpoints; 0, or -1. */
static int
look_around(struct relay *r, struct fault *f)
{
	struct cli *cli = r->cli;
	size_t i;

	if (conf_changed(&cli->conf, cli->conf_path)) {
		cli_read_settings(cli);
		/* What was wrong may be right now. */
		for (i = 0; i < r->n; i++)
			memset(&r->list[i].own, 0, sizeof(r->list[i].own));
	}
	if (relayconf_read(&r->conf, &cli->conf, cli->conf_path, cli->home,
		r->name, f) == -1)
		return -1;
	return look_for_endpoints(r, f);
}

/* Days are those of the endpoint's time zone. */
static int
use_zone(struct relay *r, const struct endpoint *e, struct fault *f)
{
	struct settings *s = &r->cli->settings;

	settings_of(s, &r->cli->conf, r->cli->conf_path, e->name);
	if (strcmp(s->shape.timezone, r->zone) == 0)
		return 0;
	r->zone[0] = '\0';
	if (utc_zone(s->shape.timezone, f) == -1)
		return -1;
	memcpy(r->zone, s->shape.timezone, sizeof(r->zone));
	return 0;
}

/* A turn of an endpoint, and again where somebody was in its way. */
static enum follower_state
turn(struct relay *r, struct line *l, struct fault *f)
{
	const struct follower_run run = {.conf = &r->conf,
	    .tell = tell,
	    .context = r,
	    .stopped = terminal_stopped};
	enum follower_state state = FOLLOWER_FAILED;
	int i;

	if (use_zone(r, &l->follower.endpoint, f) == -1)
		return FOLLOWER_FAILED;
	for (i = 0; i < BUSY_MOST; i++) {
		memset(f, 0, sizeof(*f));
		state = follower_turn(&l->follower, &run, f);
		if (state != FOLLOWER_FAILED || f->kind != FAULT_BUSY)
			break;
	}
	return state;
}

/* Of two codes the one that tells more. */
static int
graver(int a, int b)
{
	static const int order[] = {EX_OK, EX_TEMPFAIL, EX_UNAVAILABLE};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return a == order[i] ? b : a;
	return a;
}

/* Send all of an endpoint that is due; the exit code. */
static int
empty(struct relay *r, struct line *l)
{
	const struct attempts *a = &l->follower.attempts;
	enum follower_state state;
	struct fault f = {0};

	r->has_told = 0;
	do
		state = turn(r, l, &f);
	while (state == FOLLOWER_MORE && terminal_stopped() == 0);
	/* cron begins one where the one before still has much to do. */
	if (state == FOLLOWER_FAILED && f.kind == FAULT_BUSY &&
	    !isatty(STDERR_FILENO))
		return EX_TEMPFAIL;
	if (state == FOLLOWER_FAILED)
		return cli_fault(r->cli, &f);
	if (state == FOLLOWER_MORE)
		return EX_TEMPFAIL;
	if (state == FOLLOWER_IDLE ||
	    (state == FOLLOWER_WAITS && a->failed == 0))
		return EX_OK;
	/* cron mails what it says, and has mailed this before. */
	if (!r->has_told && isatty(STDERR_FILENO))
		return relay_explain(
		    r->cli, &r->conf, l->follower.endpoint.name, a);
	return state == FOLLOWER_STANDS ? EX_UNAVAILABLE : EX_TEMPFAIL;
}

/* A failure of this machine's: again in a while, five minutes at most. */
static void
put_off(struct relay *r, struct line *l, const struct fault *f)
{
	complain(r, l->said, f);
	l->own.since = 0;
	if (l->own.failed > 2)
		l->own.failed = 2;
	backoff_failed(&l->own, utc_now(), -1);
}

/* A turn of an endpoint, where it is due; 1 where there may be more. */
static int
attend(struct relay *r, struct line *l)
{
	enum follower_state state;
	struct fault f = {0};

	if (backoff_left(&l->own, utc_now()) > 0)
		return 0;
	state = turn(r, l, &f);
	if (state != FOLLOWER_FAILED) {
		memset(&l->own, 0, sizeof(l->own));
		l->said[0] = '\0';
		return state == FOLLOWER_MORE;
	}
	/* Somebody has a hand in it, and will have done in a moment. */
	if (f.kind != FAULT_BUSY)
		put_off(r, l, &f);
	return 0;
}

/* Everything that it takes must be there when it begins; the exit code. */
static int
begin(struct relay *r)
{
	char name[ENDPOINT_NAME_SIZE];
	struct target t = {0};
	struct fault f = {0};
	int rc = EX_OK;
	size_t i;

	if (look_around(r, &f) == -1 || target_open(&t, &r->conf, &f) == -1)
		rc = cli_fault(r->cli, &f);
	target_close(&t);
	for (i = 0; rc == EX_OK && relayconf_endpoint(&r->conf, i, name); i++)
		if (find_line(r, name) == NULL)
			rc = cli_fail(r->cli, EX_CONFIG,
			    "[relay %s] names the endpoint %s, and there is "
			    "none; put that right in %s",
			    r->name, name, r->cli->conf_path);
	return rc;
}

static void
end(struct relay *r)
{
	free(r->list);
	explicit_bzero(&r->conf, sizeof(r->conf));
}

int
relay_once(struct cli *cli, const char *name)
{
	struct relay r = {.cli = cli, .name = name};
	int rc;
	size_t i;

	rc = begin(&r);
	if (rc == EX_OK)
		for (i = 0; i < r.n && terminal_stopped() == 0; i++)
			rc = graver(rc, empty(&r, &r.list[i]));
	end(&r);
	return rc;
}

/* The first turn of an endpoint: does another process do the same? */
static int
look_first(struct relay *r, struct line *l)
{
	enum follower_state state;
	struct fault f = {0};

	r->has_told = 0;
	state = turn(r, l, &f);
	if (state == FOLLOWER_FAILED && f.kind == FAULT_BUSY)
		return cli_fault(r->cli, &f);
	if (state == FOLLOWER_FAILED)
		put_off(r, l, &f);
	else if (state == FOLLOWER_STANDS && !r->has_told)
		(void)relay_explain(r->cli, &r->conf, l->follower.endpoint.name,
		    &l->follower.attempts);
	return EX_OK;
}

int
relay_run_on(struct cli *cli, const char *name)
{
	struct relay r = {.cli = cli, .name = name};
	struct fault f = {0};
	int rc = begin(&r), more;
	size_t i;

	for (i = 0; rc == EX_OK && i < r.n; i++)
		rc = look_first(&r, &r.list[i]);
	while (rc == EX_OK && terminal_stopped() == 0) {
		memset(&f, 0, sizeof(f));
		more = 0;
		if (look_around(&r, &f) == -1)
			complain(&r, r.said, &f);
		else
			for (r.said[0] = '\0', i = 0; i < r.n; i++)
				more |= attend(&r, &r.list[i]);
		if (!more && terminal_stopped() == 0)
			(void)poll(NULL, 0, EVERY);
	}
	end(&r);
	if (rc == EX_OK)
		terminal_forgive();
	return rc;
}
