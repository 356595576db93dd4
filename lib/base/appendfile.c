/* appendfile: a file that is only appended to; see appendfile.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"

struct appendfile {
	char *path;
	enum appendfile_mode mode;
	uid_t user; /* who opened it */
	dev_t dev;  /* which file it is */
	ino_t ino;
	int fd;
};

/* What may stand under the name; the sentence against it, or NULL. */
static const char *
objection(const struct stat *st, enum appendfile_mode mode, uid_t user)
{
	if (!S_ISREG(st->st_mode))
		return "is not a plain file";
	if (mode == APPENDFILE_VIEW)
		return NULL;
	if (st->st_nlink > 1)
		return "has another name (a hard link)";
	if (st->st_uid != user)
		return "belongs to another user";
	return NULL;
}

static int
open_file(struct appendfile *a, enum appendfile_mode mode, struct fault *f)
{
	/* O_NONBLOCK: a FIFO in its place must not hang us. */
	int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	const char *why = NULL;
	struct stat st;

	flags |= mode <= APPENDFILE_READ ? O_RDONLY : O_RDWR | O_APPEND;
	if (mode == APPENDFILE_ANEW)
		(void)unlink(a->path);
	a->fd = open(a->path, flags);
	if (a->fd == -1 && errno == ENOENT &&
	    (mode == APPENDFILE_CREATE || mode == APPENDFILE_ANEW)) {
		a->fd = open(a->path, flags | O_CREAT | O_EXCL, 0640);
		if (a->fd != -1 && fchmod(a->fd, 0640) == -1) {
			(void)fault_set(f, FAULT_STORAGE, errno,
			    "can't set the mode of %s", a->path);
			(void)unlink(a->path);
			return -1;
		}
	}
	if (a->fd == -1)
		return fault_open(f, a->path, mode == APPENDFILE_VIEW, errno);
	if (fstat(a->fd, &st) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", a->path);
	a->user = geteuid();
	a->dev = st.st_dev;
	a->ino = st.st_ino;
	why = objection(&st, mode, a->user);
	/* What is written would stand behind it. */
	if (why == NULL && mode == APPENDFILE_ANEW && st.st_size > 0)
		why = "was left behind and can't be removed";
	if (why != NULL)
		return fault_set(
		    f, FAULT_STORAGE, 0, "%s %s; move it away", a->path, why);
	return 0;
}

void
appendfile_new_path(char out[static PATH_MAX], const char *path)
{
	(void)snprintf(out, PATH_MAX, "%.*s.new", PATH_MAX - 8, path);
}

struct appendfile *
appendfile_open(const char *path, enum appendfile_mode mode, struct fault *f)
{
	struct appendfile *a = calloc(1, sizeof(*a));
	char next[PATH_MAX];

	if (mode == APPENDFILE_ANEW) {
		appendfile_new_path(next, path);
		path = next;
	}
	if (a == NULL || (a->path = strdup(path)) == NULL) {
		free(a);
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	a->mode = mode;
	if (open_file(a, mode, f) == -1) {
		appendfile_close(a);
		return NULL;
	}
	return a;
}

const char *
appendfile_path(const struct appendfile *a)
{
	return a->path;
}

static void
set_state(struct appendfile_state *out, const struct stat *st)
{
	out->inode = (int64_t)st->st_ino;
	out->size = (int64_t)st->st_size;
	out->mtime =
	    (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
	out->ctime =
	    (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

int
appendfile_look(
    struct appendfile *a, struct appendfile_state *out, struct fault *f)
{
	struct stat st;

	if (fstat(a->fd, &st) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", a->path);
	set_state(out, &st);
	return 0;
}

int
appendfile_stat(const char *path, struct appendfile_state *out)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	set_state(out, &st);
	return 0;
}

int
appendfile_is_current(const struct appendfile *a, struct appendfile_state *now)
{
	struct stat st;

	if (lstat(a->path, &st) == -1 || st.st_dev != a->dev ||
	    st.st_ino != a->ino || objection(&st, a->mode, a->user) != NULL)
		return 0;
	set_state(now, &st);
	return 1;
}

/* Of a write that failed half way the first bytes stand at the end. */
static int
take_back(struct appendfile *a, size_t done)
{
	struct appendfile_state now;
	struct fault ignored = {0};

	return appendfile_look(a, &now, &ignored) == -1
	           ? -1
	           : appendfile_cut(a, now.size - (int64_t)done, &ignored);
}

int
appendfile_write(
    struct appendfile *a, const struct bytes *b, int *torn, struct fault *f)
{
	size_t done = 0;
	ssize_t n;
	int err;

	*torn = 0;
	if (bytes_check(b, f) == -1)
		return -1;
	while (done < b->len) {
		n = write(a->fd, b->data + done, b->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			err = n == 0 ? ENOSPC : errno;
			*torn = done > 0 && take_back(a, done) == -1;
			return fault_set(f, FAULT_STORAGE, err,
			    "can't write to %s", a->path);
		}
		done += (size_t)n;
	}
	return 0;
}

int
appendfile_cut(struct appendfile *a, int64_t size, struct fault *f)
{
	int rc;

	do
		rc = ftruncate(a->fd, (off_t)size);
	while (rc == -1 && errno == EINTR);
	if (rc == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't cut %s back", a->path);
	return 0;
}

ssize_t
appendfile_read(
    struct appendfile *a, void *out, size_t n, int64_t offset, struct fault *f)
{
	ssize_t got;

	do
		got = pread(a->fd, out, n, (off_t)offset);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't read %s", a->path);
	return got;
}

int
appendfile_sync(struct appendfile *a, struct fault *f)
{
	int rc;

	do
		rc = fdatasync(a->fd);
	while (rc == -1 && errno == EINTR);
	if (rc == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't sync %s", a->path);
	return 0;
}

void
appendfile_close(struct appendfile *a)
{
	if (a == NULL)
		return;
	/* Nothing is lost by a close that fails: syncs came before. */
	if (a->fd != -1)
		(void)close(a->fd);
	free(a->path);
	free(a);
}

/* Where a file that was opened ANEW is to stand. */
static void
final_path(const struct appendfile *a, char out[static PATH_MAX])
{
	(void)snprintf(out, PATH_MAX, "%.*s",
	    (int)(strlen(a->path) - strlen(".new")), a->path);
}

int
appendfile_publish(struct appendfile *a, struct fault *f)
{
	char path[PATH_MAX];

	final_path(a, path);
	if (appendfile_sync(a, f) == -1 ||
	    appendfile_rename(a->path, path, f) == -1) {
		appendfile_discard(a);
		return -1;
	}
	appendfile_close(a);
	return appendfile_sync_parent(path, f);
}

/* rename(2) that replaces nothing, also where the file system has no such. */
static int
rename_new(const char *from, const char *to)
{
	struct stat st;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (lstat(to, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to);
}

int
appendfile_publish_new(struct appendfile *a, struct fault *f)
{
	char path[PATH_MAX];
	int rc;

	final_path(a, path);
	if ((rc = appendfile_sync(a, f)) == 0 &&
	    (rc = rename_new(a->path, path)) == -1)
		(void)fault_set(f, FAULT_STORAGE, errno, "can't make %s", path);
	if (rc == -1) {
		appendfile_discard(a);
		return -1;
	}
	appendfile_close(a);
	return appendfile_sync_parent(path, f);
}

void
appendfile_discard(struct appendfile *a)
{
	if (a != NULL)
		(void)unlink(a->path);
	appendfile_close(a);
}

int
appendfile_rename(const char *from, const char *to, struct fault *f)
{
	if (rename(from, to) == -1)
		return fault_set(f, FAULT_STORAGE, errno,
		    "can't rename %s to %s", from, strrchr(to, '/') + 1);
	return 0;
}

int
appendfile_unlink(const char *path, struct fault *f)
{
	if (unlink(path) == -1 && errno != ENOENT)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't remove %s", path);
	return 0;
}

int
appendfile_sync_parent(const char *path, struct fault *f)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int fd, rc = -1;

	dir = slash == NULL   ? strdup(".")
	      : slash == path ? strdup("/")
	                      : strndup(path, (size_t)(slash - path));
	if (dir == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1)
		(void)fault_set(f, FAULT_STORAGE, errno,
		    "can't sync the directory %s", dir);
	else
		rc = 0;
	if (fd != -1)
		(void)close(fd);
	free(dir);
	return rc;
}

int
appendfile_mkdir(const char *path, struct fault *f)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return 0;
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a directory; move it away", path);
	}
	if (mkdir(path, 0750) == -1 && errno != EEXIST)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't make %s", path);
	/*
	 * Only where the umask made it another: chmod(2) takes away the bit by
	 * which a directory passes its group on, and with it who may read.
	 */
	if (lstat(path, &st) == -1 ||
	    ((st.st_mode & 0777) != 0750 && chmod(path, 0750) == -1))
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't set the mode of %s", path);
	return appendfile_sync_parent(path, f);
}
