/* rights: whose the home is; see rights.h. */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/pagedir.h"
#include "cli/rights.h"
#include "config/endpoint.h"

/* What a command that was called by a path is called by once more. */
static const char *
find_program(const struct rights_case *c)
{
	const char *name = c->argc > 0 ? c->argv[0] : "leadsheet";

	return strchr(name, '/') == NULL ? "leadsheet" : name;
}

void
rights_find(struct rights *r, const struct rights_case *c)
{
	struct remedy *m = &r->remedy;
	struct stat st;

	memset(r, 0, sizeof(*r));
	r->of = c;
	m->program = find_program(c);
	m->reader = m->owner = m->page_owner = geteuid();
	m->sudo = access("/usr/bin/sudo", X_OK) == 0;
	if (c->home == NULL)
		return;
	if (stat(c->home, &st) == 0)
		m->owner = m->page_owner = st.st_uid;
	(void)pagedir_owner(c->home, &m->page_owner);
	if (remedy_user(m->owner, r->owner))
		m->owner_name = r->owner;
	/* Another user would look elsewhere for it. */
	if (c->home_named || m->owner != m->reader)
		m->home = c->home;
}

int
rights_are_others(const struct rights *r)
{
	return r->remedy.reader != 0 && r->remedy.reader != r->remedy.owner;
}

/* The command line as it was typed, without --home. */
static void
add_command_line(const struct rights_case *c, struct bytes *b)
{
	const char *word;
	int i;

	bytes_adds(b, "leadsheet");
	for (i = 1; i < c->argc; i++) {
		word = c->argv[i];
		if (strcmp(word, "--home") == 0) {
			i++;
		} else if (strncmp(word, "--home=", 7) != 0) {
			bytes_addc(b, ' ');
			remedy_word(b, word, strlen(word));
		}
	}
	bytes_addc(b, '\0');
}

/* The very command for the user who can do it. */
static void
add_as_owner(const struct rights *r, struct bytes *b)
{
	struct bytes typed = {0};

	add_command_line(r->of, &typed);
	bytes_adds(b, "; run this as that user: \"");
	if (!typed.failed)
		remedy_as_owner(&r->remedy, typed.data, b);
	b->failed |= typed.failed;
	bytes_adds(b, "\"");
	bytes_addc(b, '\0');
	bytes_free(&typed);
}

void
rights_explain_owner(const struct rights *r, struct bytes *b)
{
	bytes_printf(b, "the home %s belongs to %s%s", r->of->home,
	    r->remedy.owner_name == NULL ? "another user, number " : "",
	    r->owner);
	add_as_owner(r, b);
}

void
rights_explain_page(const struct rights *r, struct bytes *b)
{
	char owner[REMEDY_USER_SIZE];
	struct bytes typed = {0};

	(void)remedy_user(r->remedy.page_owner, owner);
	bytes_printf(b, "%s/page is for the user that the page runs as, %s",
	    r->of->home, owner);
	add_command_line(r->of, &typed);
	bytes_adds(b, "; run this as root: \"");
	if (!typed.failed)
		remedy_command(&r->remedy, typed.data, b);
	b->failed |= typed.failed;
	bytes_adds(b, "\"");
	bytes_addc(b, '\0');
	bytes_free(&typed);
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

void
rights_explain_reader(
    const struct rights *r, const struct fault *f, struct bytes *b)
{
	char dir[PATH_MAX], room[REMEDY_USER_SIZE], you[REMEDY_USER_SIZE];
	const char *group;

	if (!find_closed(r->of->home, dir)) {
		bytes_adds(b, f->text);
		add_as_owner(r, b);
	} else if ((group = find_group(dir, room)) != NULL) {
		(void)remedy_user(r->remedy.reader, you);
		bytes_printf(b,
		    "only %s and the group %s may read %s; run \"usermod -aG "
		    "%s %s\", and log in again",
		    r->owner, group, dir, group, you);
		bytes_addc(b, '\0');
	} else {
		bytes_printf(b, "only %s may read %s", r->owner, dir);
		add_as_owner(r, b);
	}
}
