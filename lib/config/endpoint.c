/* endpoint: one endpoint's directory; see endpoint.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "base/utc.h"
#include "config/endpoint.h"

#define ROOM_NEEDED  (UINT64_C(64) << 20)
#define FILES_NEEDED 16 /* a day of all kinds takes fewer */

int
endpoint_is_name(const char *s)
{
	size_t i;

	for (i = 0; s[i] != '\0'; i++)
		if (!islower((unsigned char)s[i]) &&
		    !isdigit((unsigned char)s[i]) && (s[i] != '-' || i == 0))
			return 0;
	return i > 0 && i < ENDPOINT_NAME_SIZE && strcmp(s, "health") != 0 &&
	       strcmp(s, "page") != 0;
}

/* Is it a file that leadsheet makes directly in an endpoint's directory? */
int
endpoint_makes(const char *name)
{
	static const char *const names[] = {"secret", "secret.new", "retired",
	    "retired.new", "disabled", "lock", "pending", "pending.new",
	    "index", "index.new", "journal", "sheets", "cursors"};
	static const char damaged[] = "index.damaged-"; /* and a number */
	size_t i, n = sizeof(damaged) - 1;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return 1;
	return strncmp(name, damaged, n) == 0 && name[n] >= '1' &&
	       name[n] <= '9' &&
	       strspn(name + n, "0123456789") == strlen(name + n);
}

/* 1, 0 when there is none, or -1 with the fault set when it can't be told. */
static int
is_directory(const char *path, struct fault *f)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode);
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	return fault_set(f, FAULT_STORAGE, errno, "can't look at %s", path);
}

static int
complain_closed(const char *dir, struct fault *f)
{
	return fault_set(f, errno == EACCES ? FAULT_SETUP : FAULT_STORAGE,
	    errno,
	    "can't look into %s; it must belong to the user that leadsheet "
	    "runs as",
	    dir);
}

/*
 * Of what type is the file of that name in dir?  No link is followed; *type is
 * 0 when there is none.  0, or -1 with the fault set when it can't be told.
 */
static int
look_at(const char *dir, const char *name, char path[static PATH_MAX],
    mode_t *type, struct fault *f)
{
	struct stat st;

	*type = 0;
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		return 0;
	if (lstat(path, &st) == 0)
		*type = st.st_mode & S_IFMT;
	else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		return complain_closed(dir, f);
	return 0;
}

/* 2026-11-23.jsonl, 2026-11-23-2.jsonl */
static int
is_days_file(const char *name)
{
	char day[UTC_DAY_SIZE];
	const char *end = strrchr(name, '.');

	(void)snprintf(day, sizeof(day), "%.*s", UTC_DAY_SIZE - 1, name);
	return utc_is_day(day) && end != NULL && strcmp(end, ".jsonl") == 0;
}

int
endpoint_has_journal(const char *dir, struct fault *f)
{
	int is_empty = 1, found = 0;
	struct dirent *entry;
	char path[PATH_MAX];
	mode_t type;
	DIR *d;

	if (look_at(dir, "journal", path, &type, f) == -1)
		return -1;
	if (type != S_IFDIR)
		return 0;
	if ((d = opendir(path)) == NULL)
		return complain_closed(path, f);
	errno = 0;
	while (!found && (entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		is_empty = 0;
		found = is_days_file(entry->d_name);
	}
	if (!found && errno != 0)
		found = complain_closed(path, f);
	(void)closedir(d);
	return found != 0 ? found : is_empty;
}

int
endpoint_has_secret(const char *dir, struct fault *f)
{
	char path[PATH_MAX];
	mode_t type;

	if (look_at(dir, "secret", path, &type, f) == -1)
		return -1;
	return type == S_IFREG;
}

/* By the secret first: most endpoints have one, and it costs one call. */
int
endpoint_is_one(const char *dir, struct fault *f)
{
	int rc = endpoint_has_secret(dir, f);

	return rc == 0 ? endpoint_has_journal(dir, f) : rc;
}

/* endpoint_each(); with closed 0 without what we can't look into. */
static int
each(const char *home, int closed, int (*what)(void *, const char *name),
    void *context, struct fault *f)
{
	struct fault why = {0};
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;
	int rc = 0;

	if ((dir = opendir(home)) == NULL)
		return fault_set(f, FAULT_SETUP, errno,
		    "the home directory %s can't be read", home);
	errno = 0;
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		if (!endpoint_is_name(entry->d_name))
			continue;
		(void)snprintf(path, sizeof(path), "%.*s/%.*s",
		    ENDPOINT_HOME_MAX, home, ENDPOINT_NAME_SIZE, entry->d_name);
		rc = endpoint_is_one(path, &why);
		if (rc == -1 && why.err == EACCES)
			rc = closed;
		if (rc == -1)
			(void)fault_take(f, &why);
		else if (rc == 1)
			rc = what(context, entry->d_name);
		fault_clear(&why);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", home);
	(void)closedir(dir);
	return rc;
}

int
endpoint_each(const char *home, int (*what)(void *, const char *name),
    void *context, struct fault *f)
{
	return each(home, 1, what, context, f);
}

static int
stop(void *context, const char *name)
{
	(void)context;
	(void)name;
	return 1;
}

int
endpoint_is_home(const char *dir, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	if (snprintf(path, sizeof(path), "%s/leadsheet.conf", dir) >=
	    (int)sizeof(path))
		return 0;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		return 1;
	if (stat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
		return 0;
	return each(dir, 0, stop, NULL, f);
}

struct only {
	char name[ENDPOINT_NAME_SIZE];
	int count;
};

static int
count_endpoint(void *context, const char *name)
{
	struct only *o = context;

	(void)snprintf(o->name, sizeof(o->name), "%s", name);
	return ++o->count > 1;
}

/* 0 when the home directory is there, or -1 with the fault set. */
static int
check_home(const char *home, struct fault *f)
{
	int rc = is_directory(home, f);

	if (rc == 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "the home directory %s is not there; set LEADSHEET_HOME to "
		    "the one that is",
		    home);
	return rc == 1 ? 0 : -1;
}

int
endpoint_find(
    struct endpoint *e, const char *home, const char *name, struct fault *f)
{
	struct only only = {"", 0};
	int rc;

	memset(e, 0, sizeof(*e));
	if (strlen(home) > ENDPOINT_HOME_MAX)
		return fault_set(
		    f, FAULT_SETUP, 0, "the home directory's path is too long");
	if (name[0] == '\0') {
		if (check_home(home, f) == -1 ||
		    endpoint_each(home, count_endpoint, &only, f) == -1)
			return -1;
		if (only.count != 1)
			return 0;
		name = only.name;
	}
	if (!endpoint_is_name(name))
		return check_home(home, f);
	(void)snprintf(e->name, sizeof(e->name), "%s", name);
	(void)snprintf(e->dir, sizeof(e->dir), "%.*s/%s", ENDPOINT_HOME_MAX,
	    home, e->name);
	if ((rc = endpoint_is_one(e->dir, f)) != 1)
		return rc == -1 ? -1 : check_home(home, f);
	endpoint_look(e);
	return 1;
}

void
endpoint_look(struct endpoint *e)
{
	char path[PATH_MAX];

	endpoint_path(e, path, "disabled");
	e->disabled = access(path, F_OK) == 0;
}

void
endpoint_path(
    const struct endpoint *e, char out[static PATH_MAX], const char *file)
{
	/* It fits: ENDPOINT_HOME_MAX leaves room for every name of ours. */
	(void)snprintf(out, PATH_MAX, "%.*s/%.128s",
	    ENDPOINT_HOME_MAX + ENDPOINT_NAME_SIZE, e->dir, file);
}

int
endpoint_check_disk(const struct endpoint *e, struct fault *f)
{
	struct statvfs v;
	uint64_t room;

	if (statvfs(e->dir, &v) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", e->dir);
	room = (uint64_t)v.f_bavail * v.f_frsize;
	if (room < ROOM_NEEDED && v.f_bavail < v.f_blocks / 100)
		return fault_set(f, FAULT_STORAGE, 0,
		    "the disk of %s is nearly full: %llu MiB left", e->dir,
		    (unsigned long long)(room >> 20));
	/* Some file systems don't count them: then there is no total. */
	if (v.f_files > 0 && v.f_favail < FILES_NEEDED)
		return fault_set(f, FAULT_STORAGE, 0,
		    "the disk of %s has room for %llu more files only", e->dir,
		    (unsigned long long)v.f_favail);
	return 0;
}

int
endpoint_check_room(const struct endpoint *e, struct fault *f)
{
	if (access(e->dir, W_OK | X_OK) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "%s can't be written to", e->dir);
	return endpoint_check_disk(e, f);
}

int
endpoint_check_free(const char *dir, struct fault *f)
{
	struct dirent *entry;
	char path[PATH_MAX];
	mode_t type;
	DIR *d = opendir(dir);
	int rc = 0;

	if (d == NULL)
		return complain_closed(dir, f);
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		rc = look_at(dir, entry->d_name, path, &type, f);
		if (rc == 0 &&
		    (type != S_IFREG || !endpoint_makes(entry->d_name)))
			rc = fault_set(f, FAULT_SETUP, 0,
			    "%s is no endpoint, and has other things in it, "
			    "such as %.64s; take another name, or move it away",
			    dir, entry->d_name);
	}
	(void)closedir(d);
	return rc;
}

int
endpoint_make(
    struct endpoint *e, const char *home, const char *name, struct fault *f)
{
	char path[PATH_MAX];
	int found = endpoint_find(e, home, name, f);

	if (found != 0)
		return found == 1 ? 0 : -1;
	if ((found = is_directory(e->dir, f)) == -1 ||
	    (found == 1 && endpoint_check_free(e->dir, f) == -1) ||
	    (found == 0 && appendfile_mkdir(e->dir, f) == -1))
		return -1;
	endpoint_path(e, path, "journal");
	if (appendfile_mkdir(path, f) == -1 ||
	    endpoint_find(e, home, name, f) == -1)
		return -1;
	return 1;
}

int
endpoint_switch(struct endpoint *e, int on, struct fault *f)
{
	char path[PATH_MAX];
	int fd;

	endpoint_path(e, path, "disabled");
	if (on && unlink(path) == -1 && errno != ENOENT)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't remove %s", path);
	if (!on) {
		fd = open(
		    path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
		if (fd == -1)
			return fault_set(
			    f, FAULT_STORAGE, errno, "can't make %s", path);
		(void)close(fd);
	}
	e->disabled = !on;
	return appendfile_sync_parent(path, f);
}
