/* pagefile: a file in HOME/page; see pagefile.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/pagefile.h"
#include "base/appendfile.h"

#define PIECE 4096 /* bytes, read at once */

static int
read_all(const char *path, int fd, struct bytes *out, struct fault *f)
{
	size_t begin = out->len;
	ssize_t n;

	do {
		if (out->len - begin > PAGEFILE_MAX)
			return fault_set(f, FAULT_SETUP, 0,
			    "%s is larger than 1 MiB; make it shorter", path);
		if (bytes_reserve(out, PIECE) == -1)
			return bytes_check(out, f);
		n = read(fd, out->data + out->len, PIECE);
		if (n == -1 && errno != EINTR)
			return fault_set(
			    f, FAULT_STORAGE, errno, "can't read %s", path);
		if (n > 0)
			out->len += (size_t)n;
	} while (n != 0);
	return 0;
}

int
pagefile_read(const char *path, struct bytes *out, struct fault *f)
{
	struct stat st;
	int fd, rc;

	/* O_NONBLOCK: a FIFO in its place must not hang us. */
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return fault_open(f, path, 1, errno);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		rc = fault_set(f, FAULT_SETUP, 0,
		    "%s is not a plain file; move it away", path);
	else
		rc = read_all(path, fd, out, f);
	(void)close(fd);
	return rc == 0 ? 1 : -1;
}

static int
write_all(int fd, const struct bytes *b)
{
	size_t done = 0;
	ssize_t n;

	while (done < b->len) {
		n = write(fd, b->data + done, b->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return fsync(fd);
}

int
pagefile_write(const char *path, const struct bytes *b, struct fault *f)
{
	char next[PATH_MAX];
	int fd;

	if (bytes_check(b, f) == -1)
		return -1;
	appendfile_new_path(next, path);
	(void)unlink(next); /* what an earlier one left that was killed */
	fd = open(
	    next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", next);
	if (fchmod(fd, 0600) == -1 || write_all(fd, b) == -1) {
		(void)fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", next);
		(void)close(fd);
		(void)unlink(next);
		return -1;
	}
	(void)close(fd);
	if (appendfile_rename(next, path, f) == -1) {
		(void)unlink(next);
		return -1;
	}
	return appendfile_sync_parent(path, f);
}
