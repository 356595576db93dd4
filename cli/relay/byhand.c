/* byhand: what a person does with a relay; see byhand.h. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cli/deliver/deliver.h"
#include "cli/relay/byhand.h"
#include "cli/relay/queue.h"
#include "cli/relay/target.h"
#include "journal/record.h"
#include "webhook/envelope.h"
#include "webhook/leads.h"

#define EVERY    200 /* milliseconds between two tries to get the lock */
#define DUE_SIZE (UTC_LOCAL_SIZE + 16)
#define PATIENCE 200 /* so many: a message that is under way ends before */

/* What is done, and how. */
struct deed {
	struct relayconf conf;
	int (*what)(struct cli *, const struct endpoint *, struct deed *);
	int any; /* something was to be done */
};

int
byhand_make_secret(struct cli *cli, const char *name)
{
	struct standardwebhook_key key = {0};
	struct fault f = {0};
	char path[PATH_MAX];

	if (relayconf_secret(
		path, &cli->conf, cli->conf_path, cli->home, name, &f) == -1 ||
	    standardwebhook_create(path, &key, &f) == -1)
		return cli_fault(cli, &f);
	(void)printf("%s\n", key.secret);
	explicit_bzero(&key, sizeof(key));
	(void)fflush(stdout);
	(void)cli_fail(cli, EX_OK,
	    "this is the secret of %s, and it is in %s; whoever gets the "
	    "messages checks them with it",
	    name, path);
	return EX_OK;
}

/* The made-up delivery as a message. */
static int
make_test(struct message *m, const struct target *t, struct bytes *body,
    struct fault *f)
{
	struct record r = {.kind = RECORD_TEST};
	struct leads leads = {.most = LEADS_CELL};
	char id[ENVELOPE_ID_SIZE];
	struct bytes made = {0};
	int rc = envelope_new_id(id, f);

	deliver_make_test(&made);
	if (rc == 0 && (rc = bytes_check(&made, f)) == 0 &&
	    envelope_readdress(body, made.data, made.len, id) == 0)
		rc = fault_memory(f);
	bytes_free(&made);
	if (rc == -1 || bytes_check(body, f) == -1)
		return -1;
	r.received = utc_now();
	r.id = id;
	r.id_len = strlen(id);
	r.body = body->data;
	r.body_len = body->len;
	if (signature_sha256(body->data, body->len, r.sha256, f) == -1)
		return -1;
	if (t->template == NULL)
		return message_whole(m, &r, f);
	message_reset(m);
	rc = leads_read(&leads, r.body, r.body_len, f) == -1 ||
	             message_add(m, &r, &leads, 0, f) == -1 ||
	             message_make(m, t->template, "main", f) == -1
	         ? -1
	         : 0;
	leads_free(&leads);
	return rc;
}

/* Show a body on stdout, on a terminal harmlessly. */
static void
show(const struct message *m)
{
	if (isatty(STDOUT_FILENO)) {
		deliver_print(stdout, m->body, m->len);
		return;
	}
	(void)fwrite(m->body, 1, m->len, stdout);
	(void)putchar('\n');
}

static int
tell_answer(const struct cli *cli, const struct target *t,
    const struct target_answer *a)
{
	const struct http_reply r = {.status = a->status,
	    .trouble = a->status == 0 ? HTTP_UNREACHABLE : HTTP_FINE};
	char line[200];

	if (a->verdict == TARGET_TAKEN) {
		(void)printf("%s took it: it answered %d, within %lld ms\n",
		    t->conf->host, a->status, (long long)(a->took / 1000));
		return EX_OK;
	}
	deliver_line(line, sizeof(line), a->body, a->len);
	return cli_fail(cli, deliver_verdict(&r), "it was not taken: %s%s%s",
	    a->why, line[0] == '\0' ? "" : "; what it says: ", line);
}

/* The test delivery: sent, or with print only shown. */
static int
test(struct cli *cli, const char *name, int print)
{
	struct target_answer answer;
	struct message m = {0};
	struct relayconf conf;
	struct target t = {0};
	struct bytes body = {0};
	struct fault f = {0};
	int rc;

	if (relayconf_read(
		&conf, &cli->conf, cli->conf_path, cli->home, name, &f) == -1 ||
	    target_open(&t, &conf, &f) == -1 ||
	    make_test(&m, &t, &body, &f) == -1 ||
	    (!print && target_send(&t, &m, &answer, &f) == -1)) {
		rc = cli_fault(cli, &f);
	} else if (print) {
		show(&m);
		rc = EX_OK;
	} else {
		rc = tell_answer(cli, &t, &answer);
	}
	target_close(&t);
	message_free(&m);
	bytes_free(&body);
	explicit_bzero(&conf, sizeof(conf));
	return rc;
}

int
byhand_test(struct cli *cli, const char *name)
{
	return test(cli, name, 0);
}

static int
do_at(struct cli *cli, const struct endpoint *e, void *context)
{
	struct deed *d = context;

	return relayconf_has(&d->conf, e->name) ? d->what(cli, e, d) : EX_OK;
}

/* At each endpoint that the relay passes on, or the one that was named. */
static int
do_all(struct cli *cli, const char *name, struct deed *d)
{
	struct fault f = {0};
	int rc;

	rc = relayconf_read(&d->conf, &cli->conf, cli->conf_path, cli->home,
		 name, &f) == -1
	         ? cli_fault(cli, &f)
	         : cli_chosen_endpoints(cli, do_at, d);
	explicit_bzero(d->conf.url, sizeof(d->conf.url));
	return rc;
}

/* How many leads, for a template; 0: as it came. */
static int
batch_of(const struct relayconf *c, const struct target *t)
{
	return c->template[0] == '\0' ? 0 : target_batch(t);
}

/* When it may go: ", not before 2026-11-23 12:00:00", or "" for now. */
static void
tell_due(const struct attempts *a, char text[static DUE_SIZE])
{
	char at[UTC_LOCAL_SIZE];

	text[0] = '\0';
	if (a->next <= utc_now())
		return;
	utc_local(a->next, at);
	(void)snprintf(text, DUE_SIZE, ", not before %s", at);
}

static int
print_next(struct cli *cli, const struct endpoint *e, struct deed *d)
{
	struct target t = {0};
	struct fault f = {0};
	struct queue *q = NULL;
	struct message *m;
	char at[UTC_LOCAL_SIZE], due[DUE_SIZE];
	int rc = -1;

	if (target_open(&t, &d->conf, &f) == 0 &&
	    (q = queue_open(e, &d->conf, QUEUE_LOOK, &f)) != NULL)
		rc = queue_next(q, batch_of(&d->conf, &t), &f);
	m = q == NULL ? NULL : queue_message(q);
	if (rc == 1 && t.template != NULL &&
	    message_make(m, t.template, e->name, &f) == -1)
		rc = -1;
	if (rc == 1) {
		utc_local(queue_first(q)->received, at);
		tell_due(queue_attempts(q), due);
		(void)cli_fail(cli, EX_OK,
		    "%s: next to %s goes a message with %zu lead%s%s; it "
		    "begins with the delivery %s of %s",
		    e->name, d->conf.host, m->leads, m->leads == 1 ? "" : "s",
		    due, queue_first(q)->id, at);
		show(m);
	} else if (rc == 0) {
		(void)cli_fail(cli, EX_OK, "%s: nothing is new", e->name);
	}
	queue_close(q);
	target_close(&t);
	return rc == -1 ? cli_fault(cli, &f) : EX_OK;
}

int
byhand_print(struct cli *cli, const char *name)
{
	struct deed d = {.what = print_next};

	if (cli_option(cli, "test") != NULL)
		return test(cli, name, 1);
	return do_all(cli, name, &d);
}

/* Open it to be moved, once who is sending just now has done. */
static struct queue *
open_queue(const struct endpoint *e, const struct relayconf *c, struct fault *f)
{
	struct queue *q;
	int i;

	for (i = 0; i < PATIENCE; i++) {
		memset(f, 0, sizeof(*f));
		if ((q = queue_open(e, c, QUEUE_MOVE, f)) != NULL ||
		    f->kind != FAULT_BUSY)
			return q;
		(void)poll(NULL, 0, EVERY);
	}
	return NULL;
}

/* Does it wait, or stand still?  1, 0, or -1 with the fault set. */
static int
is_held(const struct endpoint *e, const struct relayconf *c, struct fault *f)
{
	struct attempts a;

	if (attempts_read(e, c->cursor, &a, f) == -1)
		return -1;
	return a.failed > 0 || a.state != ATTEMPTS_GO_ON;
}

static int
resume(struct cli *cli, const struct endpoint *e, struct deed *d)
{
	struct queue *q = NULL;
	struct fault f = {0};
	int rc = is_held(e, &d->conf, &f);

	if (rc == 0)
		return EX_OK;
	if (rc == -1 || (q = open_queue(e, &d->conf, &f)) == NULL ||
	    queue_resume(q, &f) == -1)
		rc = -1;
	queue_close(q);
	if (rc == -1)
		return cli_fault(cli, &f);
	d->any = 1;
	(void)printf("%s: relay %s goes on: it tries again now, or when it "
		     "runs next\n",
	    e->name, d->conf.name);
	return EX_OK;
}

int
byhand_resume(struct cli *cli, const char *name)
{
	struct deed d = {.what = resume};
	int rc = do_all(cli, name, &d);

	if (rc == EX_OK && !d.any)
		(void)printf("relay %s doesn't stand still, and waits for no "
			     "try\n",
		    name);
	return rc;
}

/* How many endpoints does it stand at? */
static int
count_held(struct cli *cli, const struct endpoint *e, struct deed *d)
{
	struct fault f = {0};
	int rc = is_held(e, &d->conf, &f);

	if (rc == -1)
		return cli_fault(cli, &f);
	d->any += rc;
	return EX_OK;
}

static int
skip(struct cli *cli, const struct endpoint *e, struct deed *d)
{
	const struct queue_first *first;
	struct queue *q = NULL;
	struct fault f = {0};
	char at[UTC_LOCAL_SIZE];
	int rc = is_held(e, &d->conf, &f);

	if (rc == 0)
		return EX_OK;
	if (rc == -1 || (q = open_queue(e, &d->conf, &f)) == NULL ||
	    queue_next(q, d->conf.template[0] != '\0', &f) == -1 ||
	    (rc = queue_skip(q, &f)) == -1) {
		queue_close(q);
		return cli_fault(cli, &f);
	}
	first = queue_first(q);
	utc_local(first->received, at);
	if (rc == 1)
		(void)printf("%s: relay %s passes over the delivery %s of %s; "
			     "it stays in the journal\n",
		    e->name, d->conf.name, first->id, at);
	else
		(void)printf("%s: what relay %s stood at isn't there any more "
			     "as it was; nothing was passed over, and it tries "
			     "again now, or when it runs next\n",
		    e->name, d->conf.name);
	queue_close(q);
	return EX_OK;
}

int
byhand_skip(struct cli *cli, const char *name)
{
	struct deed d = {.what = count_held};
	int rc = do_all(cli, name, &d);

	if (rc != EX_OK)
		return rc;
	if (d.any == 0)
		return cli_fail(cli, EX_DATAERR,
		    "relay %s stands at no delivery; nothing was passed over",
		    name);
	if (d.any > 1)
		return cli_fail(cli, EX_USAGE,
		    "relay %s stands at several endpoints; say which with "
		    "--endpoint",
		    name);
	d.what = skip;
	return do_all(cli, name, &d);
}
