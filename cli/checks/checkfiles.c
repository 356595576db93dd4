/* checkfiles: every file's mode and owner; see check.h. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/checks/check.h"
#include "cli/checks/walk.h"

#define SAID_MAX 5 /* so many of a kind are named */

struct files {
	struct check *check;
	size_t below; /* where in a path the endpoint's own part begins */
	int said;
	int left_out;
	int wrong;
};

static int
has_end(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

/* Is it leadsheet's: in an endpoint's own directory, or in its journal? */
static int
is_known(const char *name)
{
	if (strchr(name, '/') == NULL)
		return endpoint_makes(name);
	if (strncmp(name, "journal/", 8) != 0)
		return strncmp(name, "sheets/", 7) == 0;
	return has_end(name, ".jsonl") || strstr(name, ".torn-") != NULL ||
	       has_end(name, ".ids") || has_end(name, ".new");
}

static unsigned
expected_mode(const char *name, const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return 0750;
	if (strncmp(name, "secret", 6) == 0 ||
	    strncmp(name, "forgetting", 10) == 0)
		return 0600;
	return 0640;
}

static void
complain(
    struct files *s, const char *remedy, const char *path, const char *what)
{
	s->wrong++;
	if (s->said++ < SAID_MAX)
		check_say(s->check, AUDIT_WRONG, remedy, "%s %s", path, what);
	else
		s->left_out++;
}

static void
check_mode(
    struct files *s, const char *name, const char *path, const struct stat *st)
{
	unsigned mode = st->st_mode & 0777, expected = expected_mode(name, st);
	unsigned own = expected & 0700;
	char remedy[PATH_MAX + 32], what[64];

	/* A segment that a sync failed on is marked so. */
	if (mode == 0440 && strncmp(name, "journal/", 8) == 0)
		return;
	if ((mode & ~expected) == 0 && (mode & own) == own)
		return;
	(void)snprintf(
	    remedy, sizeof(remedy), "run: chmod %o %s", expected, path);
	(void)snprintf(
	    what, sizeof(what), "has the mode %04o, not %04o", mode, expected);
	complain(s, remedy, path, what);
}

static int
check_file(void *context, const char *path, const struct stat *st)
{
	struct files *s = context;
	const char *name = path + s->below;
	char remedy[PATH_MAX + 64];
	char owner[CLI_USER_SIZE];

	if (strncmp(name, "journal/", 8) == 0 && strstr(name, ".torn-") != NULL)
		check_say(s->check, AUDIT_NOTE, "",
		    "%s is what a crash left of a delivery that was never "
		    "acknowledged; delete it when you like",
		    path);
	if (strcmp(name, "forgetting") == 0)
		check_say(s->check, AUDIT_NOTE, "",
		    "an erasure was cut off; finish it with: leadsheet forget "
		    "--resume");
	if (!is_known(name))
		check_say(s->check, AUDIT_NOTE, "",
		    "%s is none of leadsheet's; it is left alone", path);
	if (!S_ISDIR(st->st_mode) && !S_ISREG(st->st_mode)) {
		complain(s, "move it away", path, "is not a plain file");
		return 0;
	}
	if (S_ISREG(st->st_mode) && st->st_nlink > 1)
		complain(s, "put a copy in its place", path,
		    "has another name (a hard link)");
	if (st->st_uid != s->check->owner) {
		(void)cli_user(s->check->owner, owner);
		(void)snprintf(
		    remedy, sizeof(remedy), "run: chown %s %s", owner, path);
		complain(s, remedy, path, "belongs to another user");
	}
	check_mode(s, name, path, st);
	return 0;
}

void
check_files(struct check *c)
{
	const struct endpoint *e = c->endpoint;
	struct files s = {.check = c, .below = strlen(e->dir) + 1};
	char where[PATH_MAX];
	struct stat st;
	int err;

	if (lstat(e->dir, &st) == 0 && S_ISDIR(st.st_mode))
		check_mode(&s, "", e->dir, &st);
	if ((err = walk(e->dir, 0, check_file, &s, where, sizeof(where))) != 0)
		check_say(c, err == EACCES ? AUDIT_NOTE : AUDIT_WRONG,
		    err == EACCES ? "" : "put that right, and check again",
		    "can't look into %s: %s", where, strerror(err));
	if (s.left_out > 0)
		check_say(c, AUDIT_WRONG, "the same remedies",
		    "the like is so with %d more of its files", s.left_out);
	if (s.wrong == 0 && err == 0)
		check_say(c, AUDIT_FINE, "",
		    "modes and owner of its files are right");
}
