/* leadsheet page user: add, list, password, remove. */
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "access/feeds.h"
#include "access/readers.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands/page.h"
#include "cli/endpoints.h"

#define PLAIN_SIZE 600 /* bytes; longer is no password */

static int
is_json(const struct cli *cli)
{
	return cli_option(cli, "json") != NULL;
}

/* A line from stdin without its end; 0, or -1 where it is none. */
static int
read_line(char out[static PLAIN_SIZE])
{
	size_t n = 0;
	int c;

	/* No copy stays in a buffer. */
	(void)setvbuf(stdin, NULL, _IONBF, 0);
	while ((c = getchar()) != EOF && c != '\n' && n + 1 < PLAIN_SIZE)
		out[n++] = (char)c;
	if (n > 0 && out[n - 1] == '\r')
		n--;
	out[n] = '\0';
	return strlen(out) == n && n > 0 ? 0 : -1;
}

/* Ask for it without showing what is typed. */
static int
ask(const struct cli *cli, const char *name, char out[static PLAIN_SIZE])
{
	struct termios was, quiet;
	int rc;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &was) == -1)
		return read_line(out);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	cli_print(cli, stderr, 0,
	    "The password of %s (it is not shown while you type it):", name);
	(void)fputc(' ', stderr);
	rc = read_line(out);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	(void)fputc('\n', stderr);
	return rc;
}

/* The password: read, or a new one; and its hash. */
static int
choose_password(
    struct cli *cli, struct reader *r, char out[static PLAIN_SIZE], int *made)
{
	struct fault f = {0};

	*made = cli_option(cli, "password-stdin") == NULL;
	if (*made) {
		if (password_make(out, &f) == -1)
			return cli_fault(cli, &f);
	} else if (ask(cli, r->name, out) == -1) {
		return cli_fail(cli, EX_DATAERR,
		    "there was no password; give it as one line on stdin");
	} else if (password_check(out, &f) == -1) {
		return cli_fail(cli, EX_DATAERR, "%s", f.text);
	}
	return password_hash(out, r->hash, &f) == -1 ? cli_fault(cli, &f)
	                                             : EX_OK;
}

/* What the person who runs it has to pass on. */
static int
say_password(struct cli *cli, const struct reader *r, const char *plain,
    int made, const char *what)
{
	struct bytes b = {0};

	if (is_json(cli)) {
		bytes_printf(&b, "{\"name\":\"%s\"", r->name);
		if (made)
			bytes_printf(&b, ",\"password\":\"%s\"", plain);
		bytes_addc(&b, '}');
		return page_print(cli, &b);
	}
	if (made)
		(void)printf("The password of %s, which is shown this once:"
			     "\n\n    %s\n\n",
		    r->name, plain);
	cli_print(cli, stdout, 0, "%s", what);
	(void)putchar('\n');
	return EX_OK;
}

/* The reader's endpoints become those that --endpoint names, if it does. */
static int
choose_endpoints(struct cli *cli, struct reader *r)
{
	const char *given = cli_option(cli, "endpoint");
	struct endpoints chosen = {0};
	size_t i;
	int rc;

	if (given == NULL || strcmp(given, "all") == 0)
		return EX_OK;
	rc = endpoints_choose(&chosen, cli, ENDPOINTS_ALL);
	if (rc == EX_OK && chosen.n > 0) {
		r->endpoints = calloc(chosen.n, sizeof(*r->endpoints));
		if (r->endpoints == NULL)
			rc = cli_fail(cli, EX_OSERR, "out of memory");
	}
	for (i = 0; rc == EX_OK && i < chosen.n; i++)
		(void)strcpy(r->endpoints[i], chosen.list[i].name);
	r->nendpoints = rc == EX_OK ? chosen.n : 0;
	endpoints_free(&chosen);
	return rc;
}

/* Put the reader in the file, with a password where it is ours to ask. */
static int
add_reader(struct cli *cli, struct reader *r)
{
	char plain[PLAIN_SIZE] = "";
	struct fault f = {0};
	int made = 0, rc = EX_OK;

	if (cli->settings.login_by_server)
		(void)strcpy(r->hash, "-");
	else
		rc = choose_password(cli, r, plain, &made);
	if (rc == EX_OK && readers_set(cli->home, r, &f) == -1)
		rc = cli_fault(cli, &f);
	if (rc == EX_OK)
		rc = say_password(cli, r, plain, made,
		    cli->settings.login_by_server
			? "The web server asks for the password, as "
			  "leadsheet.conf says."
			: "The page is where your web server has it: with the "
			  "files of deploy/ at https://YOUR.SITE/leadsheet/");
	explicit_bzero(plain, sizeof(plain));
	return rc;
}

static int
add(struct cli *cli, struct readers *rs, const char *name)
{
	struct reader r = {.hash = ""};
	int rc;

	if (readers_find(rs, name) != NULL)
		return cli_fail(cli, EX_USAGE,
		    "there is a user %s already; for a new password run "
		    "\"leadsheet page user password %s\"",
		    name, name);
	(void)snprintf(r.name, sizeof(r.name), "%s", name);
	if ((rc = choose_endpoints(cli, &r)) == EX_OK)
		rc = add_reader(cli, &r);
	reader_free(&r);
	return rc;
}

static int
complain_unknown(struct cli *cli, const char *name)
{
	return cli_fail(cli, EX_USAGE,
	    "there is no user %s; \"leadsheet page user list\" shows who there "
	    "is",
	    name);
}

static int
password(struct cli *cli, struct readers *rs, const char *name)
{
	const struct reader *found = readers_find(rs, name);
	char plain[PLAIN_SIZE] = "";
	struct fault f = {0};
	struct reader r;
	int made, rc;

	if (found == NULL)
		return complain_unknown(cli, name);
	r = *found;
	rc = choose_password(cli, &r, plain, &made);
	if (rc == EX_OK && readers_set(cli->home, &r, &f) == -1)
		rc = cli_fault(cli, &f);
	if (rc == EX_OK)
		rc = say_password(cli, &r, plain, made,
		    "Wherever they are logged in, they have to log in again.");
	explicit_bzero(plain, sizeof(plain));
	return rc;
}

struct their_feeds {
	const char *name;
	struct bytes hashes; /* each with its NUL */
};

/* A feed of theirs is to be revoked: note its hash. */
static int
note_feed(void *context, const struct feed *feed)
{
	struct their_feeds *of = context;

	if (strcmp(feed->reader, of->name) == 0)
		bytes_add(&of->hashes, feed->hash, sizeof(feed->hash));
	return 0;
}

/* Revoke what they have made: *n is how many. */
static int
remove_feeds(struct cli *cli, const char *name, size_t *n)
{
	struct their_feeds of = {.name = name};
	struct fault f = {0};
	size_t i;
	int rc;

	*n = 0;
	rc = feeds_each(cli->home, note_feed, &of, &f);
	if (rc == 0)
		rc = bytes_check(&of.hashes, &f);
	for (i = 0; rc == 0 && i < of.hashes.len;
	     i += strlen(of.hashes.data + i) + 1) {
		rc = feeds_remove(cli->home, of.hashes.data + i, &f);
		*n += rc == 1;
		rc = rc == -1 ? -1 : 0;
	}
	bytes_free(&of.hashes);
	return rc == -1 ? cli_fault(cli, &f) : EX_OK;
}

static int
take_away(struct cli *cli, const char *name)
{
	struct fault f = {0};
	int rc, found;
	size_t n;

	if ((found = readers_remove(cli->home, name, &f)) == -1)
		return cli_fault(cli, &f);
	if (found == 0)
		return complain_unknown(cli, name);
	if ((rc = remove_feeds(cli, name, &n)) != EX_OK)
		return rc;
	(void)printf("%s may not look any more", name);
	if (n > 0)
		(void)printf(", and %zu feed%s of theirs %s revoked", n,
		    n == 1 ? "" : "s", n == 1 ? "is" : "are");
	(void)putchar('\n');
	return EX_OK;
}

static int
list_json(struct cli *cli, const struct reader *r)
{
	struct bytes b = {0};
	size_t i;

	bytes_printf(&b,
	    "{\"name\":\"%s\",\"login\":\"%s\",\"endpoints\":", r->name,
	    strcmp(r->hash, "-") == 0 ? "server" : "own");
	for (i = 0; i < r->nendpoints; i++)
		bytes_printf(
		    &b, "%s\"%s\"", i == 0 ? "[" : ",", r->endpoints[i]);
	bytes_adds(&b, r->nendpoints == 0 ? "\"all\"}" : "]}");
	return page_print(cli, &b);
}

static int
list_line(struct cli *cli, const struct reader *r)
{
	struct bytes b = {0};
	size_t i;

	bytes_printf(&b, "%-20s ", r->name);
	for (i = 0; i < r->nendpoints; i++)
		bytes_printf(&b, "%s%s", i == 0 ? "" : ", ", r->endpoints[i]);
	if (r->nendpoints == 0)
		bytes_adds(&b, "all endpoints");
	if (strcmp(r->hash, "-") == 0)
		bytes_adds(&b, " (the web server asks for the password)");
	return page_print(cli, &b);
}

static int
list(struct cli *cli, const struct readers *rs)
{
	size_t i;
	int rc = EX_OK;

	for (i = 0; i < rs->n && rc == EX_OK; i++)
		rc = is_json(cli) ? list_json(cli, &rs->list[i])
		                  : list_line(cli, &rs->list[i]);
	if (rc == EX_OK && rs->wrong_line != 0)
		(void)cli_fail(cli, EX_OK, "%s", rs->wrong.text);
	if (rc == EX_OK && rs->n == 0)
		rc = cli_fail(cli, EX_CONFIG,
		    "nobody may look at the page yet; run \"leadsheet page "
		    "user add NAME\"");
	return rc;
}

static int
run(struct cli *cli, struct readers *rs, const char *verb, const char *name)
{
	struct fault f = {0};

	if (readers_look(rs, cli->home, &f) == -1)
		return cli_fault(cli, &f);
	if (name == NULL)
		return list(cli, rs);
	if (strcmp(verb, "add") == 0)
		return add(cli, rs, name);
	if (strcmp(verb, "password") == 0)
		return password(cli, rs, name);
	return take_away(cli, name);
}

int
page_user(struct cli *cli, const char *verb, const char *name)
{
	static const char *const verbs[] = {
	    "add", "list", "password", "remove"};
	struct readers rs = {0};
	int is_list = strcmp(verb, "list") == 0, rc;
	size_t i;

	for (i = 0; i < 4 && strcmp(verb, verbs[i]) != 0; i++)
		;
	if (i == 4)
		return cli_fail(cli, EX_USAGE,
		    "\"%s\" is none of add, list, password, remove", verb);
	if (!is_list && name == NULL)
		return cli_fail(cli, EX_USAGE,
		    "say who: \"leadsheet page user %s NAME\"", verb);
	if (!is_list && !reader_is_name(name))
		return cli_fail(cli, EX_USAGE,
		    "\"%s\" is no name for a user: up to 64 letters from a to "
		    "z, digits, and . _ @ -",
		    name);
	rc = page_enter(cli, strcmp(verb, "add") == 0);
	if (rc == EX_OK)
		rc = run(cli, &rs, verb, name);
	readers_free(&rs);
	return rc;
}
