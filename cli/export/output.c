/* output: where the bytes of an export go; see output.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
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
		    o->path, (long)getpid(), (int)o->nwhole + try);
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

static int
complain_writing(const struct output *o, int err, struct fault *f)
{
	return fault_set(f, FAULT_STORAGE, err, "can't write %s",
	    o->path[0] == '\0' ? "the output" : o->path);
}

static int
write_bytes(struct output *o, const char *data, size_t size, struct fault *f)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = write(o->fd, data + done, size - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return complain_writing(o, n == 0 ? ENOSPC : errno, f);
		done += (size_t)n;
	}
	start_writing(o, done);
	return 0;
}

static int go_on(void *, struct fault *);

/* How many of the bytes are rows that the file in hand has room for. */
static size_t
count_room(struct output *o, const char *data, size_t size)
{
	const char *at = data, *end = data + size;

	while (at < end && o->rows < o->rows_most &&
	       (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at++;
		o->rows++;
	}
	return at == NULL ? size : (size_t)(at - data);
}

/* The same for one that is limited. */
static int
write_rows(struct output *o, const char *data, size_t size, struct fault *f)
{
	size_t n;

	while (size > 0) {
		if (o->rows == o->rows_most &&
		    (go_on(o, f) == -1 ||
			write_bytes(o, o->head.data, o->head.len, f) == -1))
			return -1;
		n = count_room(o, data, size);
		if (write_bytes(o, data, n, f) == -1)
			return -1;
		data += n;
		size -= n;
	}
	return 0;
}

static int
write_sunk(void *output, struct bytes *b, struct fault *f)
{
	struct output *o = output;

	if (bytes_check(b, f) == -1)
		return -1;
	if (o->by_lines ? write_rows(o, b->data, b->len, f) == -1
			: write_bytes(o, b->data, b->len, f) == -1)
		return -1;
	bytes_reset(b);
	return 0;
}

static int
limit_rows(
    void *output, int64_t rows, const struct bytes *head, struct fault *f)
{
	struct output *o = output;

	o->rows_most = rows;
	if (head == NULL)
		return 0;
	o->by_lines = 1;
	o->rows = head->len > 0 ? -1 : 0;
	bytes_add(&o->head, head->data, head->len);
	return bytes_check(&o->head, f);
}

/*
 * The name of the nth file of several, from 1 on: the number stands before the
 * ending.  0, or -1 where that is too long.
 */
static int
name_file(const struct output *o, size_t n, char out[static PATH_MAX])
{
	const char *slash = strrchr(o->path, '/');
	const char *name = slash == NULL ? o->path : slash + 1;
	const char *dot = strrchr(name, '.');
	size_t stem = dot == NULL || dot == name ? strlen(o->path)
	                                         : (size_t)(dot - o->path);
	int len = snprintf(
	    out, PATH_MAX, "%.*s-%zu%s", (int)stem, o->path, n, o->path + stem);

	errno = ENAMETOOLONG;
	return len < PATH_MAX ? 0 : -1;
}

/* May the nth file get its place?  Not that of a directory, link or device. */
static int
check_place(const struct output *o, size_t n, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	if (name_file(o, n, path) == -1)
		return complain_writing(o, errno, f);
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return fault_set(f, FAULT_STORAGE, 0,
		    "can't write %s, as something that is no file has that "
		    "name; name another place",
		    path);
	return 0;
}

/* The file in hand is on the disk, and joins those that are whole. */
static int
seal(struct output *o, struct fault *f)
{
	char **longer =
	    array_grow(o->whole, o->nwhole, &o->room, sizeof(*o->whole));
	int fd = o->fd;

	if (longer == NULL)
		return fault_memory(f);
	o->whole = longer;
	if (fsync(fd) == -1 && errno != EINVAL && errno != EROFS)
		return complain_writing(o, errno, f);
	o->fd = -1;
	if (close(fd) == -1)
		return complain_writing(o, errno, f);
	if ((o->whole[o->nwhole] = strdup(o->temp)) == NULL)
		return fault_memory(f);
	o->nwhole++;
	o->temp[0] = '\0';
	return 0;
}

static int
go_on(void *output, struct fault *f)
{
	struct output *o = output;
	struct stat st;

	if (o->temp[0] == '\0')
		return fault_set(f, FAULT_SETUP, 0,
		    "there are more rows than the %lld that one file may have; "
		    "name a file with -o, as in -o leads.csv, and there will "
		    "be leads-1.csv, leads-2.csv and so on",
		    (long long)o->rows_most);
	if ((o->nwhole == 0 && check_place(o, 1, f) == -1) ||
	    check_place(o, o->nwhole + 2, f) == -1 || fstat(o->fd, &st) == -1 ||
	    seal(o, f) == -1)
		return fault_set(f, FAULT_STORAGE, errno, "can't go on");
	if (open_temp(o, st.st_mode & 0777) == -1)
		return complain_writing(o, errno, f);
	(void)fchmod(o->fd, st.st_mode & 0777);
	o->written = o->started = 0;
	o->rows = 0;
	return 0;
}

struct sink
output_sink(struct output *o)
{
	const char *dir = getenv("TMPDIR");

	return (struct sink){.write = write_sunk,
	    .limit = limit_rows,
	    .next = go_on,
	    .context = o,
	    .scratch = dir == NULL || dir[0] != '/' ? "/tmp" : dir,
	    .remedy = "set TMPDIR to a directory with room"};
}

int
output_stopped(const struct output *o, struct fault *f)
{
	return fault_set(f, FAULT_BUSY, 0, "stopped%s",
	    o->temp[0] == '\0' ? " before the end" : "; nothing is written");
}

/* Put one of several in its place; who could read what it replaces can. */
static int
place(const struct output *o, size_t n, const char *temp, struct fault *f)
{
	char path[PATH_MAX];
	struct stat st;

	if (name_file(o, n, path) == -1)
		return complain_writing(o, errno, f);
	if (lstat(path, &st) == 0)
		(void)chmod(temp, st.st_mode & 0777);
	return rename(temp, path) == 0
	           ? 0
	           : fault_set(f, FAULT_STORAGE, errno, "can't write %s", path);
}

static int
place_all(struct output *o, struct fault *f)
{
	size_t i;

	for (i = 0; i < o->nwhole; i++) {
		if (place(o, i + 1, o->whole[i], f) == -1)
			return -1;
		o->whole[i][0] = '\0';
	}
	return place(o, o->nwhole + 1, o->temp, f);
}

int
output_commit(struct output *o, struct fault *f)
{
	if (o->path[0] == '\0')
		return 0;
	/* A pipe can't be synced, and need not be. */
	if (fsync(o->fd) == -1 && errno != EINVAL && errno != EROFS)
		return complain_writing(o, errno, f);
	if (o->nwhole > 0) {
		if (place_all(o, f) == -1)
			return -1;
	} else if (o->temp[0] != '\0' && rename(o->temp, o->path) == -1) {
		return complain_writing(o, errno, f);
	}
	o->temp[0] = '\0';
	return 0;
}

static void
tell_older(FILE *to, const char *path)
{
	if (access(path, F_OK) == 0)
		(void)fprintf(to,
		    "%s was there before, and has none of these rows\n", path);
}

void
output_tell(const struct output *o, FILE *to, const char *fmt, ...)
{
	char first[PATH_MAX], last[PATH_MAX];
	va_list ap;

	if (o->path[0] == '\0')
		return;
	va_start(ap, fmt);
	(void)vfprintf(to, fmt, ap);
	va_end(ap);
	if (o->nwhole > 0 && name_file(o, 1, first) == 0 &&
	    name_file(o, o->nwhole + 1, last) == 0)
		(void)fprintf(to, " in %s to %s\n", first, last);
	else
		(void)fprintf(to, " in %s\n", o->path);
	if (o->rows_most == 0)
		return;
	if (o->nwhole > 0)
		tell_older(to, o->path);
	/* Where there is one file only, the first is not of these. */
	if (name_file(o, o->nwhole == 0 ? 1 : o->nwhole + 2, last) == 0)
		tell_older(to, last);
}

void
output_close(struct output *o)
{
	size_t i;

	if (o->fd > STDERR_FILENO)
		(void)close(o->fd);
	if (o->temp[0] != '\0')
		(void)unlink(o->temp);
	for (i = 0; i < o->nwhole; i++) {
		if (o->whole[i][0] != '\0')
			(void)unlink(o->whole[i]);
		free(o->whole[i]);
	}
	free(o->whole);
	bytes_free(&o->head);
	memset(o, 0, sizeof(*o));
}
