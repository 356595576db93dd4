/* endpoint: one endpoint's directory; see endpoint.h. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "appendfile.h"
#include "endpoint.h"

#define SECRET_FILE_MAX 16384 /* bytes */
#define ROOM_NEEDED     (UINT64_C(64) << 20)
#define FILES_NEEDED    16 /* a day of all kinds takes fewer */

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

/* Put a list of pointers in front of the text, in one piece of memory. */
static int
split_secrets(struct signature_secrets *out, const char *text, size_t len,
    struct fault *f)
{
	size_t lines = 1, i, n;
	const char **list;
	char *copy, *line, *end;

	for (i = 0; i < len; i++)
		lines += text[i] == '\n';
	if ((list = malloc(lines * sizeof(*list) + len + 1)) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	copy = (char *)(list + lines);
	memcpy(copy, text, len);
	copy[len] = '\0';
	out->n = 0;
	/* Some editors put a byte order mark before the first line. */
	for (line = copy + (strncmp(copy, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	     line != NULL; line = end) {
		if ((end = strchr(line, '\n')) != NULL)
			*end++ = '\0';
		line += strspn(line, " \t\r");
		n = strlen(line);
		while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL)
			line[--n] = '\0';
		if (n > 0)
			list[out->n++] = line;
	}
	out->list = list;
	return 0;
}

static int
read_secrets(const char *name, const char *path, int fd,
    struct signature_secrets *out, struct fault *f)
{
	char text[SECRET_FILE_MAX + 1];
	struct stat st;
	ssize_t n;
	int rc;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: %s is not a plain file; put the secret into one", name,
		    path);
	if ((st.st_mode & 077) != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: others can read the secret; run \"chmod 600 %s\"",
		    name, path);
	if ((n = read(fd, text, sizeof(text))) == -1)
		return fault_set(
		    f, FAULT_SETUP, errno, "%s: can't read %s", name, path);
	rc = n > SECRET_FILE_MAX
	         ? fault_set(f, FAULT_SETUP, 0,
		       "%s: %s is larger than 16 KiB; one secret a line", name,
		       path)
	         : split_secrets(out, text, (size_t)n, f);
	explicit_bzero(text, (size_t)n);
	if (rc == 0 && out->n == 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: no secret in %s yet; run \"leadsheet secret %s\"",
		    name, path, name);
	return rc;
}

int
endpoint_secrets(
    const struct endpoint *e, struct signature_secrets *out, struct fault *f)
{
	char path[PATH_MAX];
	int fd, rc;

	out->list = NULL;
	out->n = 0;
	endpoint_path(e, path, "secret");
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: no secret yet; run \"leadsheet secret %s\"", e->name,
		    e->name);
	if (fd == -1)
		return fault_set(f, FAULT_SETUP, errno,
		    "%s: can't read the secret; it must belong to the user "
		    "that the receiver runs as: %s",
		    e->name, path);
	rc = read_secrets(e->name, path, fd, out, f);
	(void)close(fd);
	if (rc == -1)
		endpoint_forget_secrets(out);
	return rc;
}

void
endpoint_forget_secrets(struct signature_secrets *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		explicit_bzero(
		    (char *)(uintptr_t)s->list[i], strlen(s->list[i]));
	free((void *)(uintptr_t)s->list);
	s->list = NULL;
	s->n = 0;
}

/* One secret a line into a new file, synced. */
static int
write_secrets(
    const char *path, const struct signature_secrets *list, struct fault *f)
{
	size_t i, n;
	int fd, rc = 0;

	(void)unlink(path); /* what an earlier one left that was killed */
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", path);
	for (i = 0; i < list->n && rc == 0; i++) {
		n = strlen(list->list[i]);
		errno = ENOSPC; /* what a short write means */
		if (write(fd, list->list[i], n) != (ssize_t)n ||
		    write(fd, "\n", 1) != 1)
			rc = -1;
	}
	if (rc == -1 || fchmod(fd, 0600) == -1 || fsync(fd) == -1)
		rc = fault_set(f, FAULT_STORAGE, errno, "can't write %s", path);
	(void)close(fd);
	return rc;
}

int
endpoint_set_secrets(const struct endpoint *e,
    const struct signature_secrets *list, struct fault *f)
{
	char path[PATH_MAX], new[PATH_MAX];

	endpoint_path(e, path, "secret");
	endpoint_path(e, new, "secret.new");
	if (write_secrets(new, list, f) == -1 || rename(new, path) == -1) {
		(void)fault_set(
		    f, FAULT_STORAGE, errno, "can't replace %s", path);
		(void)unlink(new);
		return -1;
	}
	return appendfile_sync_parent(path, f);
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
