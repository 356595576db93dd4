/* leadsheet init: make the home directory and its first endpoint. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/terminal/terminal.h"
#include "cli/ownfiles.h"

#define FIRST_ENDPOINT "main"

/* The remedy for a place that can't be one. */
#define ELSEWHERE                                                              \
	"name another place, new or empty: \"leadsheet --home DIR init\""

const struct flag init_flags[] = {{NULL, 0, NULL, NULL}};

/* Every setting with its default, so that nobody has to look one up. */
static const char conf[] =
    "# Settings of leadsheet: see leadsheet.conf(5).  Take the "
    "# off before\n"
    "# a line, and it takes effect with the next delivery.  Those of one "
    "endpoint\n"
    "# only stand at the end, under a line [endpoint NAME].\n"
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
    "#lock_timeout = 20\n"
    "\n"
    "# Be told when nothing came for so long: 12h, 3d, 2w, or off.\n"
    "#quiet = off\n";

/*
 * May a file of that name be in an empty directory?  A user's new home has
 * hidden ones, a disk has lost+found, an endpoint that was deleted stays as
 * NAME.deleted-N, and one that is still empty was made with the mode and group
 * that it is to have.
 */
static int
may_be_there(const char *home, const char *name)
{
	struct fault ignored = {0};
	char path[PATH_MAX];

	if (name[0] == '.' || strcmp(name, "lost+found") == 0 ||
	    strstr(name, ".deleted-") != NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%.*s/" FIRST_ENDPOINT,
	    ENDPOINT_HOME_MAX, home);
	return strcmp(name, FIRST_ENDPOINT) == 0 &&
	       endpoint_check_free(path, &ignored) == 0;
}

/* The directory is there and no home yet: it must be as good as empty. */
static int
check_empty(const struct cli *cli)
{
	DIR *dir = opendir(cli->home);
	struct dirent *entry;
	int rc = EX_OK;

	if (dir == NULL)
		return cli_fail(cli, EX_CANTCREAT,
		    "can't make a home of %s: %s; " ELSEWHERE, cli->home,
		    strerror(errno));
	while (rc == EX_OK && (entry = readdir(dir)) != NULL)
		if (!may_be_there(cli->home, entry->d_name))
			rc = cli_fail(cli, EX_CANTCREAT,
			    "%s is not a home of leadsheet, and not empty: it "
			    "has %.64s in it; " ELSEWHERE,
			    cli->home, entry->d_name);
	(void)closedir(dir);
	return rc;
}

/* May a home be made there, in a new directory or in the one that is there? */
static int
check_place(const struct cli *cli, int there)
{
	char path[PATH_MAX];
	int rc;

	if (there && (rc = check_empty(cli)) != EX_OK)
		return rc;
	/* Not in the middle of another home. */
	return ownfiles_find(cli->home, path) == 0 ? ownfiles_check(cli, path)
	                                           : EX_OK;
}

/* The directory itself; *made is 0 when it was there. */
static int
make_home(const struct cli *cli, int *made)
{
	struct fault f = {0};
	struct stat st;
	int there = lstat(cli->home, &st) == 0, rc;

	*made = !there;
	rc = there ? endpoint_is_home(cli->home, &f) : 0;
	if (rc == -1 && f.err != EACCES)
		return cli_fault(cli, &f);
	if (rc == 0 && (rc = check_place(cli, there)) != EX_OK)
		return rc;
	if (there)
		return cli_check_owner(cli);
	if (mkdir(cli->home, 0755) == 0)
		return EX_OK;
	return cli_fail(cli, EX_CANTCREAT, "can't make %s: %s; " ELSEWHERE,
	    cli->home, strerror(errno));
}

/* The settings; 1 when the file is new, 0 when it was there, or -1. */
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

/* A command in a line of its own. */
static void
say_command(const struct cli *cli, const char *command)
{
	struct bytes b = {0};

	cli_command(cli, command, &b);
	(void)printf("         %.*s\n", (int)b.len, b.len > 0 ? b.data : "");
	bytes_free(&b);
}

/* A sentence, in lines of the terminal's width. */
static void
say_line(int indent, const char *text)
{
	terminal_wrap(stdout, text, indent, terminal_width(STDOUT_FILENO));
	(void)putchar('\n');
}

/* Root's programs don't serve web sites. */
static void
say_root(const char *home)
{
	struct bytes b = {0};

	(void)putchar('\n');
	say_line(0,
	    "This home belongs to root now. The web server's programs run as "
	    "another user: give it to that one, for example with");
	remedy_word(&b, home, strlen(home));
	(void)printf("    chown -R leadsheet: %.*s\n", (int)b.len,
	    b.len > 0 ? b.data : "");
	bytes_free(&b);
}

static void
say_next(const struct cli *cli, const struct endpoint *e)
{
	char command[ENDPOINT_NAME_SIZE + 32];

	(void)printf("\nNext:\n  1. ");
	say_line(5, "Have your web server run leadsheet.fcgi with");
	(void)printf("         LEADSHEET_HOME=%s\n     ", cli->home);
	say_line(5, "The README says how.");
	(void)printf("  2. ");
	say_line(5, "In LikesToLeads, under Settings, add the webhook");
	(void)printf("         https://YOUR.SITE/leads/%s\n  3. ", e->name);
	say_line(5, "Save its signing secret:");
	(void)snprintf(
	    command, sizeof(command), "leadsheet secret %s", e->name);
	say_command(cli, command);
	if (geteuid() == 0)
		say_root(cli->home);
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
	if ((rc = make_home(cli, &made)) != EX_OK)
		return rc;
	say_made(cli->home, made);
	/* First, as it may be refused; what is there by then makes a home. */
	if ((made = endpoint_make(&e, cli->home, FIRST_ENDPOINT, &f)) == -1)
		return cli_fault(cli, &f);
	say_made(e.dir, made);
	(void)snprintf(path, sizeof(path), "%.*s/leadsheet.conf",
	    ENDPOINT_HOME_MAX, cli->home);
	if ((made = make_conf(path)) == -1)
		return cli_fail(cli, EX_CANTCREAT, "can't write %s: %s", path,
		    strerror(errno));
	say_made(path, made);
	say_next(cli, &e);
	return EX_OK;
}
