/* output: where the bytes of an export go; see output.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

#define START_EVERY (4 << 20) /* bytes */

int
output_open(struct output *o, const char *path, struct fault *f)
{
	struct stat st;
	int there, n;

	memset(o, 0, sizeof(*o));
	o->fd = STDOUT_FILENO;
	if (path == NULL || strcmp(path, "-") == 0)
		return 0;
	there = stat(path, &st) == 0;
	/* What a link leads to is replaced, and not the link. */
	if (!there || !S_ISREG(st.st_mode) || realpath(path, o->path) == NULL)
		(void)snprintf(o->path, sizeof(o->path), "%s", path);
	n = snprintf(
	    o->temp, sizeof(o->temp), "%s.part-%ld", o->path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(o->temp)) {
		o->temp[0] = '\0';
		return fault_set(
		    f, FAULT_SETUP, ENAMETOOLONG, "can't write %.100s", path);
	}
	if (there && !S_ISREG(st.st_mode)) {
		o->temp[0] = '\0';
		o->fd = open(path, O_WRONLY | O_CLOEXEC);
	} else {
		(void)unlink(o->temp); /* of a process long gone */
		o->fd = open(o->temp,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    there ? 0600 : 0666);
	}
	/* Who could read the file that it replaces can read it, no one else. */
	if (o->fd != -1 && o->temp[0] != '\0' && there)
		(void)fchmod(o->fd, st.st_mode & 0777);
	if (o->fd == -1)
		return fault_set(f, FAULT_STORAGE, errno,
		    "can't write %s; name another place with -o", path);
	return 0;
}

/*
 * Have the disk begin with what it would else be given all at once, while we
 * wait in fsync(2).  No promise, and nothing that can't do without: a pipe
 * says ESPIPE.
 */
static void
start_writing(struct output *o, size_t n)
{
	o->written += (int64_t)n;
	if (o->written - o->started < START_EVERY)
		return;
#ifdef SYNC_FILE_RANGE_WRITE
	(void)sync_file_range(
	    o->fd, o->started, o->written - o->started, SYNC_FILE_RANGE_WRITE);
#endif
	o->started = o->written;
}

int
output_write(struct output *o, struct bytes *b, struct fault *f)
{
	size_t done = 0;
	ssize_t n;

	if (bytes_check(b, f) == -1)
		return -1;
	while (done < b->len) {
		n = write(o->fd, b->data + done, b->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_set(f, FAULT_STORAGE,
			    n == 0 ? ENOSPC : errno, "can't write %s",
			    o->path[0] == '\0' ? "the output" : o->path);
		done += (size_t)n;
	}
	start_writing(o, done);
	bytes_reset(b);
	return 0;
}

int
output_stopped(const struct output *o, struct fault *f)
{
	return fault_set(f, FAULT_BUSY, 0, "stopped%s",
	    o->temp[0] == '\0' ? " before the end" : "; nothing is written");
}

int
output_commit(struct output *o, struct fault *f)
{
	if (o->path[0] == '\0')
		return 0;
	/* A pipe can't be synced, and need not be. */
	if (fsync(o->fd) == -1 && errno != EINVAL && errno != EROFS)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", o->path);
	if (o->temp[0] != '\0' && rename(o->temp, o->path) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", o->path);
	o->temp[0] = '\0';
	return 0;
}

void
output_close(struct output *o)
{
	if (o->fd > STDERR_FILENO)
		(void)close(o->fd);
	if (o->temp[0] != '\0')
		(void)unlink(o->temp);
	memset(o, 0, sizeof(*o));
}
