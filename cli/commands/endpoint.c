/* leadsheet endpoint: add, list, enable, disable, delete. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"
#include "cli/cli.h"
#include "cli/commands/purge.h"
#include "cli/terminal/terminal.h"
#include "config/secrets.h"

const struct flag endpoint_flags[] = {
    {"purge", 0, NULL, "delete: with all its leads, for good"},
    {"yes", 'y', NULL, "delete: don't ask"},
    {"json", 0, NULL, "list: as JSON, one object a line"},
    {NULL, 0, NULL, NULL},
};

static int
add(struct cli *cli, const char *name)
{
	struct endpoint e;
	struct fault f = {0};
	int made;

	if (!endpoint_is_name(name))
		return cli_fail(cli, EX_USAGE,
		    "\"%s\" is no name for an endpoint: up to 64 small "
		    "letters, digits and hyphens, and neither \"health\" "
		    "nor \"page\"",
		    name);
	if ((made = endpoint_make(&e, cli->home, name, &f)) == -1)
		return cli_fault(cli, &f);
	if (made == 0)
		return cli_fail(
		    cli, EX_USAGE, "there is an endpoint %s already", name);
	(void)printf("made %s\n", e.dir);
	cli_print(cli, stdout, 0,
	    "Its webhook's URL is https://YOUR.SITE/leads/%s; to save its "
	    "secret, run \"leadsheet secret %s\"",
	    name, name);
	(void)putchar('\n');
	return EX_OK;
}

/* How many secrets it has, and where none can be used why not. */
static size_t
count_secrets(const struct endpoint *e, struct fault *f)
{
	struct signature_secrets secrets;
	size_t n;

	if (secrets_read(e, &secrets, f) == -1)
		return 0;
	n = secrets.n;
	secrets_forget(&secrets);
	return n;
}

static int
list_one(struct cli *cli, const struct endpoint *e, void *context)
{
	struct fault f = {0};
	size_t n = count_secrets(e, &f);
	const char *style =
	    e->disabled ? "" : terminal_style(stdout, STYLE_GOOD);

	++*(int *)context;
	if (cli_option(cli, "json") != NULL) {
		(void)printf(
		    "{\"name\":\"%s\",\"enabled\":%s,\"secrets\":%zu}\n",
		    e->name, e->disabled ? "false" : "true", n);
		return EX_OK;
	}
	(void)printf("%-20s %s%-4s%s  ", e->name, style,
	    e->disabled ? "off" : "on",
	    style[0] == '\0' ? "" : terminal_style(stdout, STYLE_PLAIN));
	if (n == 0)
		cli_print(cli, stdout, 26, "%s\n", f.text);
	else
		(void)printf("%zu secret%s\n", n, n == 1 ? "" : "s");
	return EX_OK;
}

static int
list(struct cli *cli)
{
	int n = 0, rc = cli_each_endpoint(cli, list_one, &n);

	if (rc == EX_OK && n == 0)
		return cli_fail(cli, EX_CONFIG,
		    "there is no endpoint in %s yet; run \"leadsheet endpoint "
		    "add main\"",
		    cli->home);
	return rc;
}

static int
switch_to(struct cli *cli, const char *name, int on)
{
	struct endpoint e;
	struct fault f = {0};
	int rc = cli_endpoint(cli, name, &e);

	if (rc != EX_OK)
		return rc;
	if (endpoint_switch(&e, on, &f) == -1)
		return cli_fault(cli, &f);
	(void)printf("%s is %s\n", e.name,
	    on ? "on" : "off: deliveries are answered 503, and not kept");
	return EX_OK;
}

/* Rename it to NAME.deleted-N, which is no endpoint's name. */
static int
move_aside(const struct cli *cli, const struct endpoint *e, char *to)
{
	struct stat st;
	int n = 0;

	do
		(void)snprintf(to, PATH_MAX, "%.*s/%.64s.deleted-%d",
		    ENDPOINT_HOME_MAX, cli->home, e->name, ++n);
	while (lstat(to, &st) == 0);
	if (rename(e->dir, to) == -1)
		return cli_fail(cli, EX_IOERR, "can't move %s to %s: %s",
		    e->dir, to, strerror(errno));
	return EX_OK;
}

/* Out of the way first, so that a purge that is cut off leaves no half one. */
static int
take_away(struct cli *cli, const struct endpoint *e, int purge)
{
	char to[PATH_MAX], path[PATH_MAX];
	struct fault f = {0};
	struct lock *lock;
	int rc;

	endpoint_path(e, path, "lock");
	if ((lock = lock_open(path, &f)) == NULL ||
	    lock_take(lock, cli->settings.lock_timeout, &f) == -1) {
		lock_close(lock);
		return cli_fault(cli, &f);
	}
	rc = move_aside(cli, e, to);
	lock_close(lock);
	if (rc != EX_OK)
		return rc;
	if (purge)
		return purge_run(cli, e, to);
	(void)printf("%s is now %s; delete that when you like\n", e->name, to);
	return EX_OK;
}

/* What a link leads to isn't ours to delete. */
static int
check_link(const struct cli *cli, const struct endpoint *e)
{
	struct stat st;

	if (lstat(e->dir, &st) == -1 || !S_ISLNK(st.st_mode))
		return EX_OK;
	return cli_fail(cli, EX_USAGE,
	    "%s is a link to another directory, which --purge doesn't delete; "
	    "take the endpoint away without --purge, and delete that directory "
	    "yourself",
	    e->dir);
}

static int delete (struct cli *cli, const char *name)
{
	int purge = cli_option(cli, "purge") != NULL;
	char question[256];
	struct endpoint e;
	int rc = cli_endpoint(cli, name, &e);

	if (rc != EX_OK || (purge && (rc = check_link(cli, &e)) != EX_OK))
		return rc;
	(void)snprintf(question, sizeof(question),
	    purge ? "Delete %s with all its leads, for good?"
		  : "Take the endpoint %s away (its leads stay, in a "
		    "directory beside it)?",
	    e.name);
	if (cli_option(cli, "yes") == NULL && !cli_ask(cli, question))
		return cli_fail(cli, isatty(STDIN_FILENO) ? EX_OK : EX_USAGE,
		    "nothing is deleted%s",
		    isatty(STDIN_FILENO) ? "" : "; say --yes");
	return take_away(cli, &e, purge);
}

int
endpoint_run(struct cli *cli)
{
	const char *what = cli->options.arguments[0];
	const char *name = cli->options.arguments[1];
	int rc;

	if (strcmp(what, "list") == 0) {
		if (name == NULL)
			return list(cli);
		return cli_fail(cli, EX_USAGE, "list takes no name");
	}
	if (name == NULL)
		return cli_fail(cli, EX_USAGE,
		    "name the endpoint: \"leadsheet endpoint %s NAME\"", what);
	if ((rc = cli_check_owner(cli)) != EX_OK)
		return rc;
	if (strcmp(what, "add") == 0)
		return add(cli, name);
	if (strcmp(what, "enable") == 0)
		return switch_to(cli, name, 1);
	if (strcmp(what, "disable") == 0)
		return switch_to(cli, name, 0);
	if (strcmp(what, "delete") == 0)
		return delete (cli, name);
	return cli_fail(cli, EX_USAGE,
	    "\"%s\" is none of add, list, enable, disable, delete", what);
}
