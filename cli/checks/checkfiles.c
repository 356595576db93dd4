/* checkfiles: every file's mode and owner; see check.h. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/checks/check.h"
#include "cli/checks/walk.h"
#include "config/remedy.h"
#include "journal/names.h"
#include "reader/attempts.h"
#include "reader/offsets.h"
#include "task/pending.h"

#define SAID_MAX 5 /* so many of a kind are named */

struct files {
	struct check *check;
	size_t below; /* where in a path the endpoint's own part begins */
	int said;
	int left_out;
	int wrong;
};

/* The name behind a directory of the endpoint; NULL when it is elsewhere. */
static const char *
below(const char *name, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(name, dir, n) == 0 && name[n] == '/' ? name + n + 1
	                                                    : NULL;
}

/* Is it leadsheet's own?  What it would not name so it doesn't read. */
static int
is_known(const char *name)
{
	enum name_cursor cursor;
	const char *rest;
	struct name n;

	if (strchr(name, '/') == NULL)
		return endpoint_makes(name);
	if ((rest = below(name, "journal")) != NULL)
		return names_read(rest, &n) &&
		       (n.kind == NAME_SEGMENT || n.kind == NAME_TORN);
	if ((rest = below(name, "sheets/replaced")) != NULL)
		return names_read(rest, &n) && n.kind == NAME_REPLACED;
	if ((rest = below(name, "sheets")) != NULL)
		return strcmp(rest, "replaced") == 0 ||
		       (names_read(rest, &n) && n.kind == NAME_SHEET);
	return (rest = below(name, "cursors")) != NULL &&
	       names_read_cursor(rest, &cursor);
}

/* Did a build from before the first release make it? */
static int
is_outdated(const char *name)
{
	const char *rest = below(name, "journal");
	size_t n = rest == NULL ? 0 : strlen(rest);

	return strncmp(name, "index.sqlite", 12) == 0 ||
	       strncmp(name, "forgetting", 10) == 0 ||
	       (n > 4 && strcmp(rest + n - 4, ".ids") == 0);
}

static unsigned
expected_mode(const char *name, const struct stat *st)
{
	static const char *const closed[] = {"secret", "secret.new", "retired",
	    "retired.new", "lock", "pending", "pending.new"};
	const char *cursor = below(name, "cursors");
	enum name_cursor kind;
	size_t i;

	if (S_ISDIR(st->st_mode))
		return 0750;
	if (cursor != NULL && names_read_cursor(cursor, &kind) &&
	    kind == NAME_CURSOR_LOCK)
		return 0600;
	for (i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		if (strcmp(name, closed[i]) == 0)
			return 0600;
	return 0640;
}

/* The work of a command that was cut off. */
static void
say_pending(struct check *c)
{
	struct pending p = {0};
	struct fault f = {0};
	int rc = pending_read(c->endpoint, &p, &f);

	if (rc == -1 && f.err != EACCES)
		check_say(c, AUDIT_WRONG, "", "%s", f.text);
	else if (rc != 0)
		check_say(c, AUDIT_NOTE, "",
		    "%s was cut off; \"leadsheet forget --resume\" finishes "
		    "it",
		    rc == 1 ? pending_word(p.task) : "a command");
	pending_free(&p);
}

/* How far a reader has come: the next one couldn't go on. */
static void
say_cursor(struct check *c, const char *path)
{
	struct offsets all = {NULL, 0, 0};
	struct fault f = {0};

	if (offsets_read(&all, path, &f) == -1 && f.kind == FAULT_DAMAGED)
		check_say(c, AUDIT_WRONG, "", "%s", f.text);
	offsets_free(&all);
}

/* How a relay stands: it goes on as if nothing had failed. */
static void
say_attempts(struct check *c, const char *name, const char *path)
{
	char reader[NAMES_CURSOR_SIZE];
	struct fault ignored = {0};
	struct attempts a;

	(void)snprintf(
	    reader, sizeof(reader), "%.*s", (int)strcspn(name, "."), name);
	if (attempts_read(c->endpoint, reader, &a, &ignored) == 0)
		check_say(c, AUDIT_NOTE, "",
		    "%s is damaged; nothing is lost, and its relay tries at "
		    "once; delete it",
		    path);
}

/* A file of cursors/. */
static void
say_reader(struct check *c, const char *name, const char *path)
{
	enum name_cursor kind;

	if (!names_read_cursor(name, &kind))
		return;
	if (kind == NAME_CURSOR)
		say_cursor(c, path);
	else if (kind == NAME_ATTEMPTS)
		say_attempts(c, name, path);
}

/* What is to be known of a file by its name. */
static void
say_name(struct files *s, const char *name, const char *path)
{
	const char *cursor = below(name, "cursors");
	struct name n;

	if (is_outdated(name))
		check_say(s->check, AUDIT_NOTE, "",
		    "%s is of an older build and read by nothing any more; "
		    "delete it, and then run \"leadsheet rebuild\" once",
		    path);
	else if (!is_known(name))
		check_say(s->check, AUDIT_NOTE, "",
		    "%s is none of leadsheet's names; it is left alone, and "
		    "not read",
		    path);
	else if (below(name, "journal") != NULL &&
		 names_read(below(name, "journal"), &n) && n.kind == NAME_TORN)
		check_say(s->check, AUDIT_NOTE, "",
		    "%s is what a crash left of a delivery that was never "
		    "acknowledged; delete it when you like",
		    path);
	else if (cursor != NULL)
		say_reader(s->check, cursor, path);
	else if (strcmp(name, "pending") == 0)
		say_pending(s->check);
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

	if ((mode & ~expected) == 0 && (mode & own) == own)
		return;
	(void)snprintf(
	    remedy, sizeof(remedy), "run \"chmod %o %s\"", expected, path);
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
	char owner[REMEDY_USER_SIZE];

	say_name(s, name, path);
	if (!S_ISDIR(st->st_mode) && !S_ISREG(st->st_mode)) {
		complain(s, "move it away", path, "is not a plain file");
		return 0;
	}
	if (S_ISREG(st->st_mode) && st->st_nlink > 1)
		complain(s, "put a copy in its place", path,
		    "has another name (a hard link)");
	if (st->st_uid != s->check->owner) {
		(void)remedy_user(s->check->owner, owner);
		(void)snprintf(
		    remedy, sizeof(remedy), "run \"chown %s %s\"", owner, path);
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
