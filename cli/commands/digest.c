/* leadsheet digest: a mail a day, of what came. */
#include <string.h>

#include "cli/checks/relays.h"
#include "cli/cli.h"
#include "cli/digest/digest.h"
#include "cli/digest/digestconf.h"
#include "cli/digest/mailer.h"
#include "cli/digest/parts.h"
#include "cli/digest/sender.h"
#include "cli/digest/worries.h"
#include "cli/endpoints.h"
#include "webhook/signature.h"

/* So long a mail program may take: seconds. */
#define MAILER_SECONDS 120

const struct flag digest_flags[] = {
    {"to", 0, "ADDRESS,...", "mail it to these, not to those of [digest]"},
    {"from", 0, "ADDRESS", "whom the mail comes from"},
    {"endpoint", 0, "NAME,...", "of these endpoints only"},
    {"again", 0, NULL, "also when today's has gone already"},
    {"print", 0, NULL, "show it as text, and mail nothing"},
    {"message", 0, NULL, "show the whole mail, and mail nothing"},
    {NULL, 0, NULL, NULL},
};

struct mailing {
	struct cli *cli;
	int look; /* it is shown, and neither mailed nor remembered */
	struct digestconf conf;
	struct endpoints endpoints;
	struct digest digest;
	char host[MIME_ADDRESS_SIZE];
	const char *to[DIGESTCONF_TO_MAX];
	struct bytes subject; /* with a NUL */
	struct bytes text, html, mail;
};

/* From whom, and to whom: what was typed, else what the settings say. */
static int
choose_addresses(struct mailing *m)
{
	const char *to = cli_option(m->cli, "to");
	const char *from = cli_option(m->cli, "from");
	struct digestconf *c = &m->conf;
	struct fault f = {0};
	size_t i;

	if ((to != NULL && digestconf_set_to(c, to, &f) == -1) ||
	    (from != NULL && digestconf_set_from(c, from, &f) == -1))
		return cli_fail(m->cli, EX_USAGE, "%s", f.text);
	for (i = 0; i < c->nto; i++)
		m->to[i] = c->to[i];
	/* To be read it needs no address. */
	if (cli_option(m->cli, "print") != NULL)
		return EX_OK;
	if (c->nto == 0)
		return cli_fail(m->cli, EX_CONFIG,
		    "nobody is named whom to mail it to; write into %s a line "
		    "[digest] and below it a line like to = you@example.org, "
		    "or say --to",
		    m->cli->conf_path);
	if (c->from[0] == '\0' && sender_address(c->from) == -1)
		return cli_fail(m->cli, EX_CONFIG,
		    "\"%.100s\" would be no address to mail from; write below "
		    "[digest] in %s a line like from = you@example.org, or "
		    "say --from",
		    c->from, m->cli->conf_path);
	return EX_OK;
}

/* What was typed, and what [digest] says. */
static int
read_all(struct mailing *m)
{
	struct fault f = {0};
	int rc;

	if (cli_option(m->cli, "print") != NULL &&
	    cli_option(m->cli, "message") != NULL)
		return cli_fail(m->cli, EX_USAGE,
		    "--print shows the text and --message the whole mail; say "
		    "one of them");
	m->look = cli_option(m->cli, "print") != NULL ||
	          cli_option(m->cli, "message") != NULL;
	if (!m->look && (rc = cli_check_owner(m->cli)) != EX_OK)
		return cli_fail(m->cli, rc,
		    "or say --print, which every reader may: it mails "
		    "nothing");
	if (digestconf_read(&m->conf, &m->cli->conf, m->cli->conf_path, &f) ==
	    -1)
		return cli_fault(m->cli, &f);
	sender_host(m->host);
	return choose_addresses(m);
}

/* Has today's gone, of each of the endpoints?  A new one waits for the next. */
static int
has_gone(const struct mailing *m)
{
	const struct digest *d = &m->digest;
	char today[UTC_DAY_SIZE], day[UTC_DAY_SIZE];
	int64_t when;
	size_t i;
	int any = 0;

	utc_day(d->now, today);
	for (i = 0; i < d->nendpoints; i++) {
		when = consumer_committed(d->endpoints[i].consumer);
		if (when == 0)
			continue;
		utc_day(when, day);
		if (strcmp(day, today) != 0)
			return 0;
		any = 1;
	}
	return any;
}

/* The same for the same content, also when it had to be mailed twice. */
static int
make_id(
    const struct mailing *m, char id[static SIGNATURE_SIZE], struct fault *f)
{
	const struct bytes *parts[] = {&m->subject, &m->text, &m->html};
	char day[UTC_DAY_SIZE];
	struct bytes all = {0};
	size_t i;
	int rc;

	utc_day(m->digest.now, day);
	bytes_printf(&all, "%s %lld\n", day, (long long)m->digest.since);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		bytes_add(&all, parts[i]->data, parts[i]->len);
	rc = bytes_check(&all, f);
	if (rc == 0)
		rc = signature_sha256(all.data, all.len, id, f);
	/* It stands before an @: half of it is enough. */
	id[32] = '\0';
	bytes_free(&all);
	return rc;
}

/* The mail with so many people in it. */
static int
write_mail(struct mailing *m, size_t people, struct fault *f)
{
	char id[SIGNATURE_SIZE];
	struct mime_mail mail = {.from = m->conf.from,
	    .from_name = "leadsheet",
	    .to = m->to,
	    .nto = m->conf.nto,
	    .date = m->digest.now,
	    .id = id,
	    .text = &m->text,
	    .html = &m->html};

	bytes_reset(&m->text);
	bytes_reset(&m->html);
	bytes_reset(&m->mail);
	parts_text(&m->digest, people, &m->text);
	parts_html(&m->digest, people, &m->html);
	if (bytes_check(&m->text, f) == -1 || bytes_check(&m->html, f) == -1 ||
	    make_id(m, id, f) == -1)
		return -1;
	mail.subject = m->subject.data;
	mime_write(&m->mail, &mail);
	return bytes_check(&m->mail, f);
}

/* How long it is on its way, where lines end in CR and LF. */
static size_t
length(const struct bytes *mail)
{
	const char *p = mail->data, *end = mail->data + mail->len;
	size_t n = mail->len;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

/* What is wrong with a relay, for the mail to tell. */
static void
on_relay(void *context, const char *sentence)
{
	struct mailing *m = context;
	struct fault f = {0};

	/* Without it the mail still tells the rest. */
	(void)!worries_add(&m->digest, sentence, &f);
	fault_clear(&f);
}

/* What is new, as a mail that is not too long: as many people as it takes. */
static int
compose(struct mailing *m, struct fault *f)
{
	struct digest *d = &m->digest;
	size_t people;

	d->names = m->conf.names;
	d->page = m->conf.page;
	d->site = m->host;
	relays_each(m->cli, on_relay, m);
	if (digest_gather(d, f) == -1)
		return -1;
	/* Each endpoint may have a time zone of its own. */
	if (utc_zone(m->cli->settings.shape.timezone, f) == -1)
		return -1;
	parts_subject(d, &m->subject);
	bytes_addc(&m->subject, '\0');
	if (bytes_check(&m->subject, f) == -1)
		return -1;
	for (people = d->npeople;; people -= 1 + people / 8) {
		if (write_mail(m, people, f) == -1)
			return -1;
		if (people == 0 || length(&m->mail) <= DIGEST_MAIL_MAX)
			return 0;
	}
}

static int
show(const struct mailing *m)
{
	const struct bytes *b =
	    cli_option(m->cli, "print") != NULL ? &m->text : &m->mail;

	(void)fwrite(b->data, 1, b->len, stdout);
	return EX_OK;
}

static int
send_mail(struct mailing *m)
{
	const struct digestconf *c = &m->conf;
	struct fault f = {0};
	size_t i;

	if (digest_prove(&m->digest, &f) == -1 ||
	    mailer_send(c->sendmail, c->from, m->to, c->nto, &m->mail,
		MAILER_SECONDS, &f) == -1)
		return cli_fault(m->cli, &f);
	if (digest_commit(&m->digest, &f) == -1) {
		(void)cli_fail(m->cli, EX_OK,
		    "the mail has gone, but that can't be remembered: what it "
		    "tells comes again in the next one");
		return cli_fault(m->cli, &f);
	}
	(void)printf("mailed to ");
	for (i = 0; i < c->nto; i++)
		(void)printf("%s%s", i == 0 ? "" : ", ", c->to[i]);
	(void)printf(": %s\n", m->subject.data);
	return EX_OK;
}

static int
mail_it(struct mailing *m)
{
	char when[UTC_LOCAL_SIZE];
	struct fault f = {0};

	if (digest_open(&m->digest, m->cli, &m->endpoints,
		m->look ? CONSUMER_PEEK : CONSUMER_MOVE, utc_now(), &f) == -1)
		return cli_fault(m->cli, &f);
	if (!m->look && cli_option(m->cli, "again") == NULL && has_gone(m)) {
		utc_local(m->digest.since, when);
		(void)printf("today's digest has gone, at %.5s; --again sends "
			     "what came since\n",
		    when + UTC_DAY_SIZE);
		return EX_OK;
	}
	if (compose(m, &f) == -1)
		return cli_fault(m->cli, &f);
	return m->look ? show(m) : send_mail(m);
}

int
digest_run(struct cli *cli)
{
	struct mailing m = {.cli = cli};
	int rc = read_all(&m);

	if (rc == EX_OK)
		rc = endpoints_choose(&m.endpoints, cli, ENDPOINTS_ALL);
	if (rc == EX_OK)
		rc = mail_it(&m);
	digest_free(&m.digest);
	endpoints_free(&m.endpoints);
	bytes_free(&m.subject);
	bytes_free(&m.text);
	bytes_free(&m.html);
	bytes_free(&m.mail);
	return rc;
}
