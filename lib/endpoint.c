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

#include "appendfile.h"
#include "endpoint.h"

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
	return i > 0 && i < ENDPOINT_NAME_SIZE && strcmp(s, "health") != 0;
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

int
endpoint_each(const char *home, int (*what)(void *, const char *name),
    void *context, struct fault *f)
{
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
		if ((rc = is_directory(path, f)) == 1)
			rc = what(context, entry->d_name);
		errno = 0;
	}
	if (rc == 0 && errno != 0)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't read %s", home);
	(void)closedir(dir);
	return rc;
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
	char path[PATH_MAX];
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
	if ((rc = is_directory(e->dir, f)) != 1)
		return rc == -1 ? -1 : check_home(home, f);
	endpoint_path(e, path, "disabled");
	e->disabled = access(path, F_OK) == 0;
	return 1;
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
endpoint_make(
    struct endpoint *e, const char *home, const char *name, struct fault *f)
{
	char path[PATH_MAX];
	int found = endpoint_find(e, home, name, f);

	if (found != 0)
		return found == 1 ? 0 : -1;
	(void)snprintf(path, sizeof(path), "%.*s/%.*s", ENDPOINT_HOME_MAX, home,
	    ENDPOINT_NAME_SIZE, name);
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
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
		if (fd == -1)
			return fault_set(
			    f, FAULT_STORAGE, errno, "can't make %s", path);
		(void)close(fd);
	}
	e->disabled = !on;
	return appendfile_sync_parent(path, f);
}
