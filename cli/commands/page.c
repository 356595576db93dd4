/* leadsheet page: who may look at the page, and which spreadsheets read it. */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/pagedir.h"
#include "cli/cli.h"
#include "cli/commands/page.h"

const struct flag page_flags[] = {
    {"endpoint", 0, "NAME,...", "user add: only the leads of these endpoints"},
    {"password-stdin", 0, NULL, "user add, password: read it, make none"},
    {"name", 0, "TEXT", "feed add: what it is called"},
    {"query", 0, "URL", "feed add: of a page that shows these leads"},
    {"columns", 0, "A,B,...", "feed add: these columns, in this order"},
    {"rows", 0, "NUMBER", "feed add: so many at most, not 5000"},
    {"user", 0, "WHO", "feed add: only what this user may see"},
    {"json", 0, NULL, "as JSON, one object a line"},
    {NULL, 0, NULL, NULL},
};

static int
fail_page(struct cli *cli)
{
	struct bytes why = {0};
	struct rights r;
	int rc;

	rights_find(&r, &cli->typed);
	rights_explain_page(&r, &why);
	rc = cli_fail(cli, EX_NOPERM, "%s",
	    why.failed ? "this is for the user that the page runs as"
		       : why.data);
	bytes_free(&why);
	return rc;
}

/*
 * Root becomes the directory's user and group, for good.  It stays root only
 * where the home is root's: in another's home a directory that is root's may
 * have been put there, and its files be links.
 */
static int
become_owner(struct cli *cli, uid_t owner)
{
	char path[PATH_MAX];
	struct stat st, home;

	pagedir_path(cli->home, path, "");
	if (owner == 0 || lstat(path, &st) == -1 ||
	    stat(cli->home, &home) == -1)
		return EX_OK;
	if (st.st_uid != owner)
		st.st_gid = home.st_gid;
	if (setgroups(1, &st.st_gid) == -1 ||
	    setresgid(st.st_gid, st.st_gid, st.st_gid) == -1 ||
	    setresuid(owner, owner, owner) == -1)
		return cli_fail(cli, EX_OSERR,
		    "can't become the user whom %s belongs to: %s", path,
		    strerror(errno));
	return EX_OK;
}

int
page_enter(struct cli *cli, int makes)
{
	struct fault f = {0};
	uid_t owner;

	if (pagedir_owner(cli->home, &owner) == -1)
		return cli_fail(cli, EX_CONFIG, "can't use the home %s: %s",
		    cli->home, strerror(errno));
	if (geteuid() != 0 && geteuid() != owner)
		return fail_page(cli);
	if (makes && pagedir_make(cli->home, &f) == -1)
		return cli_fault(cli, &f);
	return geteuid() == 0 ? become_owner(cli, owner) : EX_OK;
}

int
page_print(struct cli *cli, struct bytes *b)
{
	struct fault f = {0};
	int rc = EX_OK;

	if (bytes_check(b, &f) == -1) {
		rc = cli_fault(cli, &f);
	} else {
		(void)fwrite(b->data, 1, b->len, stdout);
		(void)putchar('\n');
	}
	bytes_free(b);
	return rc;
}

int
page_run(struct cli *cli)
{
	const char *const *words = cli->options.arguments;
	const char *which = words[2];

	if (strcmp(words[1], "list") == 0 && which != NULL)
		return cli_fail(cli, EX_USAGE, "list takes no name");
	if (strcmp(words[0], "user") == 0)
		return page_user(cli, words[1], which);
	if (strcmp(words[0], "feed") == 0)
		return page_feed(cli, words[1], which);
	return cli_fail(
	    cli, EX_USAGE, "\"%s\" is neither user nor feed", words[0]);
}
