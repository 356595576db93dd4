/* leadsheet init: make the home directory and its first endpoint. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

const struct flag init_flags[] = {{NULL, 0, NULL, NULL}};

/* Every setting with its default, so that nobody has to look one up. */
static const char conf[] =
    "# Settings of leadsheet: see leadsheet.conf(5).  A line takes effect "
    "with its\n"
    "# # taken off, and with the next delivery.\n"
    "\n"
    "# What \"today\" means: a name like Europe/Berlin.\n"
    "#timezone = UTC\n"
    "\n"
    "# The sheets: csv or tsv; comma, semicolon, tab or pipe.\n"
    "#format = csv\n"
    "#delimiter = comma\n"
    "\n"
    "# A byte order mark: Excel reads UTF-8 only with it.\n"
    "#bom = yes\n"
    "\n"
    "# Which columns, in which order; all of them when it is empty.\n"
    "#columns = received_at, full_name, company_name, linkedin_url\n"
    "\n"
    "# Keep cells from being run as formulas or turned into dates.\n"
    "#protect = yes\n"
    "\n"
    "# Take deliveries by HTTPS only.  Behind a proxy of yours that ends "
    "TLS,\n"
    "# believe its X-Forwarded-Proto.\n"
    "#require_https = yes\n"
    "#trust_forwarded_proto = no\n"
    "\n"
    "# The largest delivery that is taken, and how long one waits for "
    "another.\n"
    "#max_body = 16M\n"
    "#lock_timeout = 5\n";

/* The directory itself; 1 when it is new, 0 when it was there, or -1. */
static int
make_home(const char *home)
{
	struct stat st;

	if (mkdir(home, 0755) == 0)
		return 1;
	if (errno != EEXIST)
		return -1;
	if (stat(home, &st) == -1)
		return -1;
	if (S_ISDIR(st.st_mode))
		return 0;
	errno = ENOTDIR;
	return -1;
}

/* The same for a file of settings. */
static int
make_conf(const char *path)
{
	int fd, rc = 1;

	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd == -1)
		return errno == EEXIST ? 0 : -1;
	errno = ENOSPC;
	if (write(fd, conf, sizeof(conf) - 1) != (ssize_t)sizeof(conf) - 1 ||
	    fsync(fd) == -1) {
		(void)unlink(path);
		rc = -1;
	}
	(void)close(fd);
	return rc;
}

static void
say_made(const char *path, int made)
{
	(void)printf("%s %s\n", made ? "made " : "there", path);
}

static void
say_next(const struct cli *cli, const struct endpoint *e)
{
	char option[PATH_MAX + 16] = "";

	if (cli_option(cli, "home") != NULL)
		(void)snprintf(option, sizeof(option), " --home %s", cli->home);
	(void)printf("\nNext:\n"
		     "  1. Have your web server run leadsheet.fcgi with "
		     "LEADSHEET_HOME=%s\n"
		     "     (the README says how).\n"
		     "  2. In LikesToLeads, under Settings, add the webhook\n"
		     "         https://YOUR.SITE/leads/%s\n"
		     "  3. Keep its signing secret:\n"
		     "         leadsheet%s secret %s\n",
	    cli->home, e->name, option, e->name);
	if (geteuid() == 0)
		(void)printf(
		    "\nThis home belongs to root now.  The web server's "
		    "programs run as another\nuser: give it to that one, for "
		    "example with\n    chown -R leadsheet: %s\n",
		    cli->home);
}

int
init_run(struct cli *cli)
{
	char path[PATH_MAX];
	struct endpoint e;
	struct fault f = {0};
	int made, rc;

	if (strlen(cli->home) > ENDPOINT_HOME_MAX)
		return cli_fail(cli, EX_USAGE, "the home's path is too long");
	if ((made = make_home(cli->home)) == -1)
		return cli_fail(cli, EX_CANTCREAT,
		    "can't make %s: %s; name another place: leadsheet --home "
		    "DIR init",
		    cli->home, strerror(errno));
	if ((rc = cli_check_owner(cli)) != EX_OK)
		return rc;
	say_made(cli->home, made);
	(void)snprintf(path, sizeof(path), "%.*s/leadsheet.conf",
	    ENDPOINT_HOME_MAX, cli->home);
	if ((made = make_conf(path)) == -1)
		return cli_fail(cli, EX_CANTCREAT, "can't write %s: %s", path,
		    strerror(errno));
	say_made(path, made);
	if ((made = endpoint_make(&e, cli->home, "main", &f)) == -1)
		return cli_fault(cli, &f);
	say_made(e.dir, made);
	say_next(cli, &e);
	return EX_OK;
}
