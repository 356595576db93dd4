/* output: where the bytes of an export go; see output.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "cli/export/output.h"
#include "cli/ownfiles.h"

#define START_EVERY (4 << 20) /* bytes */
#define TEMP_TRIES  100

static int
complain(const struct cli *cli, const char *path)
{
	return cli_fail(cli, EX_IOERR,
	    "can't write %.300s: %s; name another place", path,
	    strerror(errno));
}

/*
 * The path to write to, and not to be one of leadsheet's own files.  What a
 * link leads to is replaced, and not the link.
 */
static int
find_path(const struct cli *cli, const char *path, int is_plain,
    char out[static PATH_MAX])
{
	if (ownfiles_find(path, out) == 0)
		return ownfiles_check(cli, out);
	/* A pipe without a name, as /dev/stdout can be, has no real path. */
	if (is_plain || snprintf(out, PATH_MAX, "%s", path) >= PATH_MAX)
		return complain(cli, path);
	return EX_OK;
}

/*
 * A new file beside it, under a name that nothing has: what stands under a name
 * like ours may be anyone's.  0, or -1 with errno.
 */
static int
open_temp(struct output *o, mode_t mode)
{
	int n, try;

	for (try = 1; try <= TEMP_TRIES; try++) {
		n = snprintf(o->temp, sizeof(o->temp), "%s.part-%ld-%d",
		    o->path, (long)getpid(), try);
		errno = ENAMETOOLONG;
		if (n < (int)sizeof(o->temp))
			o->fd = open(o->temp,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (o->fd != -1)
			return 0;
		if (errno != EEXIST)
			break;
	}
	o->temp[0] = '\0';
	return -1;
}

int
output_open(struct output *o, const struct cli *cli, const char *path)
{
	struct stat st;
	int there, plain, rc;

	memset(o, 0, sizeof(*o));
	o->fd = STDOUT_FILENO;
	if (path == NULL || strcmp(path, "-") == 0)
		return EX_OK;
	o->fd = -1;
	there = stat(path, &st) == 0;
	plain = !there || S_ISREG(st.st_mode);
	if ((rc = find_path(cli, path, plain, o->path)) != EX_OK)
		return rc;
	if (!plain)
		o->fd = open(o->path, O_WRONLY | O_CLOEXEC);
	else if (open_temp(o, there ? 0600 : 0666) == 0 && there)
		/* Who could read the file that it replaces can read it. */
		(void)fchmod(o->fd, st.st_mode & 0777);
	return o->fd == -1 ? complain(cli, path) : EX_OK;
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

/* There is nothing that could be synced, or nobody may. */
static int
needs_none(int err)
{
	return err == EINVAL || err == EROFS || err == ENOTSUP || err == EACCES;
}

int
output_sync(const struct output *o, struct fault *f)
{
	struct fault why = {0};
	int fd;

	if (o->path[0] != '\0')
		return appendfile_sync_parent(o->path, &why) == 0 ||
		               needs_none(why.err)
		           ? 0
		           : fault_take(f, &why);
	if (fsync(o->fd) == -1 && !needs_none(errno))
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write the output");
	/* Some file systems say only now what they couldn't write. */
	if ((fd = dup(o->fd)) == -1 || close(fd) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write the output");
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
