/* ownfiles: which files are leadsheet's own; see ownfiles.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/ownfiles.h"

#define NAMES_ROOM 128 /* for what is in a folder */

/* The real path of a file that isn't there: its directory's, and its name. */
static int
find_new(const char *path, char out[static PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	char dir[PATH_MAX], real[PATH_MAX];
	size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1;

	if (n >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (name[0] == '\0') {
		errno = EISDIR;
		return -1;
	}
	memcpy(dir, path, n);
	dir[n] = '\0';
	if (realpath(n == 0 ? "." : dir, real) == NULL)
		return -1;
	errno = ENAMETOOLONG;
	return snprintf(out, PATH_MAX, "%s/%s",
		   strcmp(real, "/") == 0 ? "" : real, name) < PATH_MAX
	           ? 0
	           : -1;
}

int
ownfiles_find(const char *path, char out[static PATH_MAX])
{
	struct stat st;

	if (stat(path, &st) == 0)
		return realpath(path, out) == NULL ? -1 : 0;
	return find_new(path, out);
}

/*
 * Is the directory surely a home: the one in use, or one with settings?  A file
 * "secret" in a directory below any other may be someone's own.
 */
static int
is_home(const struct cli *cli, const char *dir)
{
	struct stat here, used;
	char path[PATH_MAX];

	if (stat(dir, &here) == 0 && stat(cli->home, &used) == 0 &&
	    here.st_dev == used.st_dev && here.st_ino == used.st_ino)
		return 1;
	return snprintf(path, sizeof(path), "%s/leadsheet.conf", dir) <
	           (int)sizeof(path) &&
	       stat(path, &here) == 0 && S_ISREG(here.st_mode);
}

/* What leadsheet keeps in the directory name of parent; NULL when nothing. */
static const char *
what_is_kept(const struct cli *cli, const char *parent, const char *name)
{
	struct fault ignored = {0};
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/%s", parent, name) >=
	    (int)sizeof(dir))
		return NULL;
	/* Nothing can be made in it: whoever opens the file says why. */
	if (access(dir, X_OK) == -1)
		return NULL;
	/* One that can't be read may be ours. */
	if (endpoint_has_journal(dir, &ignored) != 0)
		return "an endpoint's files";
	fault_clear(&ignored);
	if (strcmp(name, "page") == 0 &&
	    endpoint_is_home(parent, &ignored) == 1)
		return "the page's files";
	if (!is_home(cli, parent))
		return NULL;
	if (strstr(name, ".deleted-") != NULL)
		return "a deleted endpoint's files";
	/* Elsewhere people have secrets of their own. */
	if (endpoint_is_name(name) && endpoint_has_secret(dir, &ignored) == 1)
		return "an endpoint's files";
	return NULL;
}

static int
refuse(const struct cli *cli, const char *path, const char *why)
{
	return cli_fail(
	    cli, EX_USAGE, "can't use %s: %s; name another place", path, why);
}

/* Every directory that the path leads through. */
static int
check_directories(const struct cli *cli, const char *path)
{
	char dir[PATH_MAX], why[PATH_MAX + 64], *slash;
	const char *kept;

	if (snprintf(dir, sizeof(dir), "%s", path) >= (int)sizeof(dir))
		return EX_OK; /* which nobody can open either */
	if ((slash = strrchr(dir, '/')) != NULL)
		*slash = '\0';
	while ((slash = strrchr(dir, '/')) != NULL) {
		*slash = '\0';
		kept = what_is_kept(cli, dir, slash + 1);
		if (kept == NULL)
			continue;
		(void)snprintf(why, sizeof(why), "leadsheet keeps %s in %s/%s",
		    kept, dir, slash + 1);
		return refuse(cli, path, why);
	}
	return EX_OK;
}

/* Is it, or will it be, a relay's secret, as "leadsheet relay" makes it? */
static int
is_relay_secret(const char *name)
{
	const char begin[] = "relay-", end[] = ".secret";
	size_t n = strlen(name);

	return n >= sizeof(begin) + sizeof(end) - 2 &&
	       strncmp(name, begin, sizeof(begin) - 1) == 0 &&
	       strcmp(name + n - (sizeof(end) - 1), end) == 0;
}

/* Does a line of the settings name that file? */
static int
names_it(const struct cli *cli, const struct conf_line *l, const char *path)
{
	int is_below = l->value[0] != '/';
	char named[PATH_MAX], real[PATH_MAX];

	return snprintf(named, sizeof(named), "%s%s%s",
		   is_below ? cli->home : "", is_below ? "/" : "",
		   l->value) < (int)sizeof(named) &&
	       ownfiles_find(named, real) == 0 && strcmp(real, path) == 0;
}

/* Do they say that a relay reads it? */
static int
is_of_relay(const struct cli *cli, const char *path)
{
	const struct conf_line *l = cli->conf.list;
	size_t i;

	for (i = 0; i < cli->conf.n; i++, l++)
		if (l->section == CONF_RELAY &&
		    (strcmp(l->name, "template") == 0 ||
			strcmp(l->name, "url_file") == 0 ||
			strcmp(l->name, "secret_file") == 0) &&
		    names_it(cli, l, path))
			return 1;
	return 0;
}

int
ownfiles_check(const struct cli *cli, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	if (strcmp(name, "leadsheet.conf") == 0)
		return refuse(
		    cli, path, "leadsheet reads settings from such a file");
	if (is_of_relay(cli, path))
		return refuse(cli, path, "a relay reads it");
	if (strcmp(name, "secret") == 0 || is_relay_secret(name))
		return refuse(
		    cli, path, "leadsheet keeps a secret in such a file");
	return check_directories(cli, path);
}

static int
complain_folder(const struct cli *cli, const char *dir, int err)
{
	return cli_fail(cli, EX_IOERR,
	    "can't keep a folder %.300s: %s; name another place", dir,
	    strerror(err));
}

int
ownfiles_folder(
    const struct cli *cli, const char *dir, char out[static PATH_MAX])
{
	char home[PATH_MAX], path[PATH_MAX];
	size_t n = strlen(dir);
	struct stat st;
	int rc;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (snprintf(path, sizeof(path), "%.*s", (int)n, dir) >=
	    (int)sizeof(path))
		return complain_folder(cli, dir, ENAMETOOLONG);
	if (ownfiles_find(path, out) == -1)
		return complain_folder(cli, dir, errno);
	if (realpath(cli->home, home) == NULL)
		return complain_folder(cli, cli->home, errno);
	n = strlen(home);
	if (strncmp(out, home, n) == 0 && (out[n] == '/' || out[n] == '\0'))
		return refuse(cli, dir, "it is in leadsheet's own home");
	if (lstat(out, &st) == -1 && errno != ENOENT)
		return complain_folder(cli, dir, errno);
	if (strlen(out) + NAMES_ROOM >= sizeof(path))
		return complain_folder(cli, dir, ENAMETOOLONG);
	(void)snprintf(path, sizeof(path), "%.*s/x", PATH_MAX - 3, out);
	rc = ownfiles_check(cli, out);
	return rc == EX_OK ? ownfiles_check(cli, path) : rc;
}
