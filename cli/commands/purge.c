/* purge: an endpoint's own files are deleted; see purge.h. */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/pagedir.h"
#include "cli/commands/purge.h"

static int
remove_entry(
    const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

/* Delete an entry of the directory if it is ours; 0, or -1 with errno. */
static int
take(const char *path, const char *name)
{
	struct stat st;

	if (!endpoint_makes(name))
		return 0;
	if (lstat(path, &st) == -1)
		return -1;
	if (S_ISREG(st.st_mode))
		return unlink(path);
	if (!S_ISDIR(st.st_mode) ||
	    (strcmp(name, "journal") != 0 && strcmp(name, "sheets") != 0 &&
		strcmp(name, "cursors") != 0))
		return 0;
	return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Call what with each entry; EX_OK, or the first other that it returns. */
static int
each(const struct cli *cli, const char *dir,
    int (*what)(const struct cli *, const char *path, const char *name))
{
	struct dirent **list = NULL;
	char path[PATH_MAX];
	int i, n = scandir(dir, &list, NULL, alphasort), rc = EX_OK;

	if (n == -1)
		return cli_fail(
		    cli, EX_IOERR, "can't read %s: %s", dir, strerror(errno));
	for (i = 0; i < n; i++) {
		if (rc == EX_OK && strcmp(list[i]->d_name, ".") != 0 &&
		    strcmp(list[i]->d_name, "..") != 0 &&
		    snprintf(path, sizeof(path), "%s/%s", dir,
			list[i]->d_name) < (int)sizeof(path))
			rc = what(cli, path, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return rc;
}

static int
take_one(const struct cli *cli, const char *path, const char *name)
{
	if (take(path, name) == 0)
		return EX_OK;
	return cli_fail(cli, EX_IOERR,
	    "can't delete %s: %s; delete it yourself, and what is beside it",
	    path, strerror(errno));
}

static int
print_one(const struct cli *cli, const char *path, const char *name)
{
	(void)cli;
	(void)name;
	(void)printf("  %s\n", path);
	return EX_OK;
}

int
purge_run(const struct cli *cli, const struct endpoint *e, const char *dir)
{
	struct fault f = {0};
	int rc;

	/* It has words of these leads, which the page can't find any more. */
	if (pagedir_clear_cache(cli->home, &f) == -1) {
		rc = cli_fault(cli, &f);
		return cli_fail(cli, rc,
		    "%s is now %s, and nothing of it is deleted; when that is "
		    "mended, delete it yourself",
		    e->name, dir);
	}
	if ((rc = each(cli, dir, take_one)) != EX_OK)
		return rc;
	if (rmdir(dir) == 0) {
		(void)printf("%s is gone, with all its leads\n", e->name);
		return EX_OK;
	}
	if (errno != ENOTEMPTY && errno != EEXIST)
		return cli_fail(
		    cli, EX_IOERR, "can't delete %s: %s", dir, strerror(errno));
	(void)printf("%s is gone, with all its leads.  What leadsheet did not "
		     "make is left:\n",
	    e->name);
	return each(cli, dir, print_one);
}
