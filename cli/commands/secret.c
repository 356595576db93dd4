/* leadsheet secret: keep a webhook's signing secret. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/terminal/terminal.h"
#include "config/retired.h"
#include "config/secrets.h"

#define SECRET_MAX   1024 /* bytes; longer is no secret but a mistake */
#define SECRET_SHORT 16
#define SECRETS_MAX  64

const struct flag secret_flags[] = {
    {"rotate", 0, NULL, "go on accepting the secrets that are there"},
    {"retire", 0, NULL, "drop all but the newest"},
    {"as-is", 0, NULL, "keep it as it is, with blanks or quotes in it"},
    {NULL, 0, NULL, NULL},
};

/* A line from stdin, without blanks at its ends; its length, or -1: none. */
static ssize_t
read_line(char *out, size_t size)
{
	size_t n = 0, blanks = 0;
	int c;

	/* getline(3) would leave copies behind in memory. */
	while ((c = getchar()) != EOF && c != '\n')
		if (n + 1 < size)
			out[n++] = (char)c;
	out[n] = '\0';
	if (c == EOF && n == 0)
		return -1;
	while (n > 0 && isspace((unsigned char)out[n - 1]))
		out[--n] = '\0';
	while (blanks < n && isspace((unsigned char)out[blanks]))
		blanks++;
	memmove(out, out + blanks, n - blanks + 1);
	return (ssize_t)(n - blanks);
}

/* Ask without showing what is typed. */
static ssize_t
ask(const struct cli *cli, const struct endpoint *e, char *out, size_t size)
{
	struct termios was, quiet;
	ssize_t n;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &was) == -1)
		return read_line(out, size);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	/* First of all: who is quick begins as soon as it is asked. */
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	cli_print(cli, stderr, 0,
	    "The signing secret of %s (it is not shown while you paste it):",
	    e->name);
	(void)fputc(' ', stderr);
	(void)setvbuf(stdin, NULL, _IONBF, 0); /* no copy stays in a buffer */
	n = read_line(out, size);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	(void)fputc('\n', stderr);
	return n;
}

/* What is wrong with it, as a sentence, or NULL. */
static const char *
objection(const char *s, ssize_t n)
{
	if (n <= 0)
		return "there was no secret; copy it from the Settings page "
		       "of LikesToLeads";
	if (n >= SECRET_MAX - 1)
		return "that is no secret: it is longer than 1,000 characters";
	if (strlen(s) != (size_t)n)
		return "that is no secret: there is a NUL in it";
	return NULL;
}

/* What came along when it was copied; EX_OK, or what cli_fail() returned. */
static int
check_copy(const struct cli *cli, const struct endpoint *e, const char *secret)
{
	const char *why = secrets_oddity(secret);
	char day[UTC_DAY_SIZE];
	int64_t then;

	if (why != NULL && cli_option(cli, "as-is") == NULL)
		return cli_fail(cli, EX_DATAERR,
		    "that is hardly the secret: %s; copy it again from the "
		    "Settings page of LikesToLeads, or say --as-is if it "
		    "belongs to it",
		    why);
	if ((then = retired_when(e, secret)) == 0)
		return EX_OK;
	utc_day(then, day);
	return cli_fail(cli, EX_OK,
	    "that one was retired on %s; is it the one that the Settings page "
	    "has now? It is accepted again",
	    day);
}

/* Put the new one before those that stay. */
static int
store(struct cli *cli, const struct endpoint *e, const char *secret,
    const struct signature_secrets *old)
{
	const char *list[SECRETS_MAX];
	struct signature_secrets all = {list, 0};
	struct fault f = {0};
	size_t i;

	list[all.n++] = secret;
	if (cli_option(cli, "rotate") != NULL)
		for (i = 0; i < old->n && all.n < SECRETS_MAX; i++)
			if (strcmp(old->list[i], secret) != 0)
				list[all.n++] = old->list[i];
	if (retired_add(e, old, &all, utc_now(), &f) == -1 ||
	    secrets_write(e, &all, &f) == -1)
		return cli_fault(cli, &f);
	if (all.n > 1)
		cli_print(cli, stdout, 0,
		    "%s: the new secret is saved, and %zu older %s still "
		    "accepted; when the sender uses the new one, run "
		    "\"leadsheet secret %s --retire\"",
		    e->name, all.n - 1, all.n == 2 ? "one is" : "ones are",
		    e->name);
	else
		cli_print(cli, stdout, 0, "%s: the secret is saved%s", e->name,
		    old->n == 0   ? ""
		    : old->n == 1 ? "; the old one is no longer accepted"
				  : "; the old ones are no longer accepted");
	(void)putchar('\n');
	return EX_OK;
}

static int
retire(struct cli *cli, const struct endpoint *e,
    const struct signature_secrets *old)
{
	const struct signature_secrets newest = {old->list, 1};
	struct fault f = {0};

	if (old->n == 0)
		return cli_fail(cli, EX_CONFIG,
		    "%s has no secret yet; run \"leadsheet secret %s\"",
		    e->name, e->name);
	if (retired_add(e, old, &newest, utc_now(), &f) == -1 ||
	    secrets_write(e, &newest, &f) == -1)
		return cli_fault(cli, &f);
	if (old->n == 1)
		(void)printf("%s: it has no older secret\n", e->name);
	else
		(void)printf("%s: %zu older secret%s no longer accepted\n",
		    e->name, old->n - 1, old->n == 2 ? " is" : "s are");
	return EX_OK;
}

/* Ask for it and keep it. */
static int
take(struct cli *cli, const struct endpoint *e,
    const struct signature_secrets *old)
{
	char secret[SECRET_MAX];
	char question[ENDPOINT_NAME_SIZE + 256];
	const char *why;
	ssize_t n;
	int rc;

	(void)snprintf(question, sizeof(question),
	    "%s has a secret already. Replace it now? Deliveries signed with "
	    "the old one will be refused. (With --rotate they are accepted for "
	    "a while.)",
	    e->name);
	if (old->n > 0 && cli_option(cli, "rotate") == NULL &&
	    isatty(STDIN_FILENO) && !cli_ask(cli, question))
		return cli_fail(cli, EX_OK, "nothing is changed");
	n = ask(cli, e, secret, sizeof(secret));
	if (terminal_stopped() != 0) {
		rc = EX_TEMPFAIL;
	} else if ((why = objection(secret, n)) != NULL) {
		rc = cli_fail(cli, EX_DATAERR, "%s", why);
	} else if ((rc = check_copy(cli, e, secret)) == EX_OK) {
		if (n < SECRET_SHORT)
			(void)cli_fail(cli, EX_OK,
			    "that secret has only %zd character%s; if it was "
			    "cut off, run this again",
			    n, n == 1 ? "" : "s");
		rc = store(cli, e, secret, old);
	}
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

int
secret_run(struct cli *cli)
{
	struct signature_secrets old = {NULL, 0};
	struct endpoint e;
	struct fault none = {0};
	char path[PATH_MAX];
	int rc = cli_endpoint(cli, cli->options.arguments[0], &e);

	if (rc != EX_OK)
		return rc;
	if (cli_option(cli, "rotate") != NULL &&
	    cli_option(cli, "retire") != NULL)
		return cli_fail(cli, EX_USAGE,
		    "--rotate keeps the older ones and --retire drops them; "
		    "say one of the two");
	/* That others can read it is no reason to lose the old ones. */
	endpoint_path(&e, path, "secret");
	if (endpoint_has_secret(e.dir, &none) == 1)
		(void)chmod(path, 0600);
	fault_clear(&none);
	if (secrets_read(&e, &old, &none) == -1)
		fault_clear(&none);
	rc = cli_option(cli, "retire") != NULL ? retire(cli, &e, &old)
	                                       : take(cli, &e, &old);
	secrets_forget(&old);
	return rc;
}
