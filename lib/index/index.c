/* index: where in the journal each known delivery stands; see index.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "index/head.h"
#include "index/index.h"
#include "index/tables.h"

#define MAX_ASIDE  1000
#define FEW        32 /* entries that need no memory of their own */
#define OPEN_FLAGS (O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

struct index {
	struct tables tables;
	char *path;
	uid_t user; /* who opened it */
	dev_t dev;  /* which file it is */
	ino_t ino;
	int fd;
	int is_private;
	int is_view;
	int failed; /* a sync */
};

static void
set_file(struct index *x, int fd, const struct stat *st)
{
	if (x->fd != -1)
		(void)close(x->fd);
	x->fd = x->tables.fd = fd;
	x->dev = st->st_dev;
	x->ino = st->st_ino;
	tables_forget_spots(&x->tables);
	/*
	 * Blocks are read one here, one there.  Reading ahead would cost more
	 * than it helps: Linux keeps what it read ahead in large pieces, and
	 * walks through the whole of one for each write into it.
	 */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
}

static struct index *
make(const char *path, struct fault *f)
{
	struct index *x = calloc(1, sizeof(*x));

	if (x == NULL || (x->path = strdup(path)) == NULL) {
		free(x);
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	x->fd = -1;
	x->user = geteuid();
	x->tables.path = x->path;
	return x;
}

/*
 * Open the file that is there, or make it: 1; 0 when something else stands in
 * its place; -1 when it can't be had.
 */
static int
open_file(struct index *x, int flags, struct fault *f)
{
	int fd = open(x->path, OPEN_FLAGS | O_RDWR | flags, 0640);
	struct stat st;

	if (fd == -1)
		return errno == ELOOP || errno == EISDIR || errno == ENXIO ||
		               errno == EACCES || errno == EPERM
		           ? 0
		           : fault_set(f, FAULT_STORAGE, errno, "can't open %s",
				 x->path);
	if (fstat(fd, &st) == -1) {
		(void)close(fd);
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", x->path);
	}
	set_file(x, fd, &st);
	if (!S_ISREG(st.st_mode) || st.st_nlink > 1 || st.st_uid != x->user)
		return 0;
	if ((flags & O_CREAT) != 0)
		return fchmod(fd, 0640) == -1 ||
		               head_write(&x->tables, 0, f) == -1
		           ? -1
		           : 1;
	return head_is_ours(&x->tables);
}

/* Rename what stands in its place; 0 or -1. */
static int
put_aside(const struct index *x, struct fault *f)
{
	char to[PATH_MAX];
	struct stat st;
	int i, n;

	for (i = 1; i <= MAX_ASIDE; i++) {
		n = snprintf(to, sizeof(to), "%s.damaged-%d", x->path, i);
		if (n < 0 || (size_t)n >= sizeof(to))
			break;
		if (lstat(to, &st) == 0)
			continue;
		return errno == ENOENT ? appendfile_rename(x->path, to, f) : -1;
	}
	return -1;
}

/*
 * A sync of the directory that fails is no harm: what was there before comes
 * back, and is put aside again, or the index is made again.
 */
static int
open_or_make(struct index *x)
{
	struct fault ignored = {0};
	int rc = open_file(x, 0, &ignored);

	if (rc == 0 && put_aside(x, &ignored) == -1)
		return -1;
	if (rc == 0 || (rc == -1 && ignored.err == ENOENT)) {
		rc = open_file(x, O_CREAT | O_EXCL, &ignored) == 1 ? 1 : -1;
		if (appendfile_sync_parent(x->path, &ignored) == -1)
			return rc == 1 ? 0 : -1;
	}
	return rc == 1 ? 0 : -1;
}

/* A file without a name. */
static int
nameless(void)
{
	char path[] = "/tmp/leadsheet-index-XXXXXX";
	int fd = memfd_create("leadsheet-index", MFD_CLOEXEC);

	if (fd != -1)
		return fd;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd != -1)
		(void)unlink(path);
	return fd;
}

static int
make_private(struct index *x, struct fault *f)
{
	struct stat st;
	int fd = nameless();

	if (fd == -1 || fstat(fd, &st) == -1) {
		(void)fault_set(f, FAULT_STORAGE, errno,
		    "can't make %s, nor a file without a name", x->path);
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	set_file(x, fd, &st);
	x->is_private = 1;
	return head_write(&x->tables, 0, f);
}

struct index *
index_open(const char *path, struct fault *f)
{
	struct index *x = make(path, f);

	if (x == NULL)
		return NULL;
	if (open_or_make(x) == -1 && make_private(x, f) == -1) {
		index_close(x);
		return NULL;
	}
	return x;
}

static int
open_view(struct index *x, struct fault *f)
{
	int fd = open(x->path, OPEN_FLAGS | O_RDONLY);
	struct stat st;

	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't open %s", x->path);
	if (fstat(fd, &st) == -1) {
		(void)close(fd);
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", x->path);
	}
	set_file(x, fd, &st);
	if (!S_ISREG(st.st_mode) || !head_is_ours(&x->tables))
		return fault_set(
		    f, FAULT_DAMAGED, 0, "%s is no index", x->path);
	return 0;
}

struct index *
index_view(const char *path, struct fault *f)
{
	struct index *x = make(path, f);

	if (x == NULL)
		return NULL;
	x->is_view = 1;
	if (open_view(x, f) == -1) {
		index_close(x);
		return NULL;
	}
	return x;
}

int
index_is_private(const struct index *x)
{
	return x->is_private;
}

void
index_close(struct index *x)
{
	if (x == NULL)
		return;
	/* Nothing is lost by a close that fails: syncs came before. */
	if (x->fd != -1)
		(void)close(x->fd);
	free(x->path);
	free(x);
}

static void
set_state(struct index_state *out, const struct stat *st)
{
	out->inode = (int64_t)st->st_ino;
	out->ctime =
	    (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

int
index_look(struct index *x, struct index_state *out, struct fault *f)
{
	struct stat st = {0};

	if (!x->is_private && fstat(x->fd, &st) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't look at %s", x->path);
	set_state(out, &st);
	return 0;
}

int
index_is_current(const struct index *x, struct index_state *now)
{
	struct stat st = {0};

	if (!x->is_private && (lstat(x->path, &st) == -1 ||
				  st.st_dev != x->dev || st.st_ino != x->ino))
		return 0;
	if (!x->is_private && !x->is_view &&
	    (st.st_nlink > 1 || st.st_uid != x->user))
		return 0;
	set_state(now, &st);
	return 1;
}

void
index_refresh(struct index *x)
{
	tables_forget_block(&x->tables);
}

int
index_hash(struct signature_digest *d, const char *key, size_t n, uint64_t *out,
    struct fault *f)
{
	char hex[SIGNATURE_SIZE];

	if (signature_digest(d, key, n, hex, f) == -1)
		return -1;
	hex[16] = '\0';
	*out = strtoull(hex, NULL, 16);
	return 0;
}

int
index_find(struct index *x, uint64_t hash,
    struct place places[static INDEX_HITS_MAX], struct fault *f)
{
	uint64_t numbers[TABLES_HITS_MAX];
	int i, n, found = 0;

	n = tables_find(&x->tables, hash, numbers, f);
	for (i = 0; i < n && i < INDEX_HITS_MAX; i++)
		found += head_unpack(numbers[i], &places[found]);
	return n == -1 ? -1 : found;
}

int
index_add(
    struct index *x, const struct index_entry *e, size_t n, struct fault *f)
{
	struct table_entry few[FEW], *all = few;
	size_t i;
	int rc = -1;

	if (n > FEW && (all = calloc(n, sizeof(*all))) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "out of memory");
	for (i = 0; i < n; i++) {
		all[i].hash = e[i].hash;
		if (head_pack(&e[i].place, &all[i].place, f) == -1)
			goto out;
	}
	rc = tables_add(&x->tables, all, n, f);
out:
	if (all != few)
		free(all);
	return rc;
}

int
index_synced(struct index *x, struct place *out, struct fault *f)
{
	/* The caller may be about to add what another file lacks. */
	tables_forget_spots(&x->tables);
	return head_read(&x->tables, out, f);
}

/* The file is in doubt when this fails, and is removed. */
static int
sync_file(struct index *x, struct fault *f)
{
	struct index_state ignored;
	int rc;

	if (x->is_private)
		return 0;
	/* The next one may say 0, and yet the bytes are lost. */
	if (x->failed)
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s can't be synced any more", x->path);
	while ((rc = fdatasync(x->fd)) == -1 && errno == EINTR)
		continue;
	if (rc == 0)
		return 0;
	(void)fault_set(f, FAULT_STORAGE, errno, "can't sync %s", x->path);
	x->failed = 1;
	if (!x->is_view && index_is_current(x, &ignored))
		(void)unlink(x->path);
	return -1;
}

int
index_sync(struct index *x, const struct place *p, struct fault *f)
{
	uint64_t number;

	if (head_pack(p, &number, f) == -1 || sync_file(x, f) == -1 ||
	    head_write(&x->tables, number, f) == -1)
		return -1;
	return sync_file(x, f);
}

int
index_clear(struct index *x, struct fault *f)
{
	struct index new = *x;
	char path[PATH_MAX];

	if (x->is_private)
		return make_private(x, f);
	if (x->is_view)
		return fault_set(f, FAULT_STORAGE, EBADF,
		    "%s is open for reading only", x->path);
	appendfile_new_path(path, x->path);
	new.fd = -1;
	new.failed = 0;
	new.path = path;
	new.tables.path = path;
	(void)unlink(path);
	if (open_file(&new, O_CREAT | O_EXCL, f) != 1 ||
	    appendfile_rename(path, x->path, f) == -1) {
		(void)fault_set(f, FAULT_STORAGE, 0, "can't make %s", path);
		if (new.fd != -1)
			(void)close(new.fd);
		(void)unlink(path);
		return -1;
	}
	(void)close(x->fd);
	new.path = x->path;
	new.tables.path = x->path;
	*x = new;
	return appendfile_sync_parent(x->path, f);
}
