/* rights: whose the home is; see rights.h. */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/rights.h"

/* What a command that was called by a path is called by once more. */
static const char *
find_program(const struct cli *cli)
{
	const char *name = cli->argc > 0 ? cli->argv[0] : "leadsheet";

	return strchr(name, '/') == NULL ? "leadsheet" : name;
}

void
rights_find(struct rights *r, const struct cli *cli)
{
	struct remedy *m = &r->remedy;
	struct stat st;

	memset(r, 0, sizeof(*r));
	m->program = find_program(cli);
	m->reader = m->owner = geteuid();
	m->sudo = access("/usr/bin/sudo", X_OK) == 0;
	if (cli->home == NULL)
		return;
	if (stat(cli->home, &st) == 0)
		m->owner = st.st_uid;
	if (remedy_user(m->owner, r->owner))
		m->owner_name = r->owner;
	/* Another user would look elsewhere for it. */
	if (cli->home_named || m->owner != m->reader)
		m->home = cli->home;
}

/* The command line as it was typed, without --home. */
static void
add_command_line(const struct cli *cli, struct bytes *b)
{
	const char *word;
	int i;

	bytes_adds(b, "leadsheet");
	for (i = 1; i < cli->argc; i++) {
		word = cli->argv[i];
		if (strcmp(word, "--home") == 0) {
			i++;
		} else if (strncmp(word, "--home=", 7) != 0) {
			bytes_addc(b, ' ');
			remedy_word(b, word, strlen(word));
		}
	}
	bytes_addc(b, '\0');
}

/* Only the owner can do it: the very command for that user. */
static int
complain_owner(const struct cli *cli, const struct rights *r, const char *why)
{
	struct bytes typed = {0}, whole = {0};
	struct fault f = {0};
	int rc;

	add_command_line(cli, &typed);
	if (!typed.failed)
		remedy_as_owner(&r->remedy, typed.data, &whole);
	bytes_addc(&whole, '\0');
	if (typed.failed || bytes_check(&whole, &f) == -1)
		rc = cli_fail(cli, EX_NOPERM, "%s", why);
	else
		rc = cli_fail(cli, EX_NOPERM,
		    "%s; run this as that user: \"%s\"", why, whole.data);
	bytes_free(&typed);
	bytes_free(&whole);
	return rc;
}

int
rights_check_owner(const struct cli *cli)
{
	char why[PATH_MAX + REMEDY_USER_SIZE + 64];
	struct rights r;
	struct stat st;

	if (stat(cli->home, &st) == -1)
		return cli_fail(cli, EX_CONFIG, "can't use the home %s: %s",
		    cli->home, strerror(errno));
	rights_find(&r, cli);
	if (r.remedy.owner == r.remedy.reader)
		return EX_OK;
	(void)snprintf(why, sizeof(why), "the home %s belongs to %s%s",
	    cli->home,
	    r.remedy.owner_name == NULL ? "another user, number " : "",
	    r.owner);
	return complain_owner(cli, &r, why);
}

int
rights_are_others(const struct cli *cli)
{
	struct stat st;

	return geteuid() != 0 && cli->home != NULL &&
	       stat(cli->home, &st) == 0 && st.st_uid != geteuid();
}

static int
may_look_into(const char *dir)
{
	return access(dir, R_OK | X_OK) == 0;
}

/* What may not be looked into: the home, or an endpoint; 0 where all may. */
static int
find_closed(const char *home, char out[static PATH_MAX])
{
	DIR *dir = may_look_into(home) ? opendir(home) : NULL;
	struct dirent *entry;
	struct stat st;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (endpoint_is_name(entry->d_name) &&
		    snprintf(out, PATH_MAX, "%s/%s", home, entry->d_name) <
			PATH_MAX &&
		    stat(out, &st) == 0 && S_ISDIR(st.st_mode) &&
		    !may_look_into(out)) {
			(void)closedir(dir);
			return 1;
		}
	if (dir != NULL) {
		(void)closedir(dir);
		return 0;
	}
	(void)snprintf(out, PATH_MAX, "%s", home);
	return 1;
}

/* The group's name, where members may look into the directory; or NULL. */
static const char *
find_group(const char *dir, char out[static REMEDY_USER_SIZE])
{
	FILE *groups = fopen("/etc/group", "re");
	struct group *g;
	struct stat st;

	out[0] = '\0';
	if (stat(dir, &st) == -1 || (st.st_mode & 050) != 050 || st.st_gid == 0)
		st.st_gid = (gid_t)-1;
	/* Not getgrgid(3): see remedy_user(). */
	while (
	    groups != NULL && out[0] == '\0' && (g = fgetgrent(groups)) != NULL)
		if (g->gr_gid == st.st_gid &&
		    strlen(g->gr_name) < REMEDY_USER_SIZE)
			(void)strcpy(out, g->gr_name);
	if (groups != NULL)
		(void)fclose(groups);
	return out[0] == '\0' ? NULL : out;
}

int
rights_complain(const struct cli *cli, const struct fault *f)
{
	char dir[PATH_MAX], room[REMEDY_USER_SIZE], you[REMEDY_USER_SIZE];
	char why[PATH_MAX + REMEDY_USER_SIZE + 64];
	const char *group;
	struct rights r;

	rights_find(&r, cli);
	if (!find_closed(cli->home, dir))
		return complain_owner(cli, &r, f->text);
	if ((group = find_group(dir, room)) != NULL) {
		(void)remedy_user(geteuid(), you);
		return cli_fail(cli, EX_NOPERM,
		    "only %s and the group %s may read %s; run \"usermod -aG "
		    "%s %s\", and log in again",
		    r.owner, group, dir, group, you);
	}
	(void)snprintf(why, sizeof(why), "only %s may read %s", r.owner, dir);
	return complain_owner(cli, &r, why);
}
