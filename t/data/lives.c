/*
 * lives: a world that lives.py decides, for LD_PRELOAD: what time it is, which
 * boot this is, and at which call that changes the disk the process is killed,
 * or a sync fails.  LIVES names a file of 4096 bytes with all that, which
 * lives.py writes, see struct world.
 *
 * Files that are written have the time of this clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct world {
	int64_t now;    /* microseconds since 1970; a look is one of them */
	int64_t booted; /* when this boot began */
	int64_t kill;   /* at this call that changes the disk, 1 on; 0: never */
	int64_t torn;   /* a write that is killed has so many 256ths done */
	int64_t fail;   /* this sync of a segment fails, 1 on; 0: none */
	char boot[40];  /* its id */
};

static volatile struct world *world;

static void
begin(void)
{
	static int done;
	const char *path;
	void *p;
	int fd;

	if (done)
		return;
	done = 1;
	if ((path = getenv("LIVES")) == NULL ||
	    (fd = (int)syscall(
		 SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC)) == -1)
		return;
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)syscall(SYS_close, fd);
	if (p != MAP_FAILED)
		world = p;
}

__attribute__((constructor)) static void
constructor(void)
{
	begin();
}

/* ---- the clock */

static void
set(struct timespec *ts, int64_t us)
{
	ts->tv_sec = us / 1000000;
	ts->tv_nsec = us % 1000000 * 1000;
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	begin();
	if (world != NULL &&
	    (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		set(ts, __sync_add_and_fetch(&world->now, 1));
	else if (world != NULL && id == CLOCK_BOOTTIME)
		set(ts, world->now - world->booted);
	else
		return (int)syscall(SYS_clock_gettime, id, ts);
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

/*
 * The kernel's own time of a change can't be set: here it is that of the last
 * write.  Whatever a person of lives.py does to a file sets that too.
 */
static int
look(int at, const char *path, struct stat *st, int flags)
{
	int rc;

	begin();
	rc = (int)syscall(SYS_newfstatat, at, path, st, flags);
	if (rc == 0 && world != NULL)
		st->st_ctim = st->st_mtim;
	return rc;
}

int
stat(const char *restrict path, struct stat *restrict st)
{
	return look(AT_FDCWD, path, st, 0);
}

int
lstat(const char *restrict path, struct stat *restrict st)
{
	return look(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

int
fstat(int fd, struct stat *st)
{
	return look(fd, "", st, AT_EMPTY_PATH);
}

int
fstatat(int at, const char *restrict path, struct stat *restrict st, int flags)
{
	return look(at, path, st, flags);
}

/* The same: off_t has 64 bits. */
int
stat64(const char *restrict path, struct stat64 *restrict st)
{
	return look(AT_FDCWD, path, (struct stat *)st, 0);
}

int
lstat64(const char *restrict path, struct stat64 *restrict st)
{
	return look(AT_FDCWD, path, (struct stat *)st, AT_SYMLINK_NOFOLLOW);
}

int
fstat64(int fd, struct stat64 *st)
{
	return look(fd, "", (struct stat *)st, AT_EMPTY_PATH);
}

int
fstatat64(
    int at, const char *restrict path, struct stat64 *restrict st, int flags)
{
	return look(at, path, (struct stat *)st, flags);
}

static int
is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* A file that was written has the time of this clock. */
static void
touch(int fd)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};
	int saved = errno;

	if (world == NULL)
		return;
	set(&times[1], world->now);
	(void)syscall(SYS_utimensat, fd, NULL, times, 0);
	errno = saved;
}

/* ---- the end */

/* Is this the call to be killed at? */
static int
ends(void)
{
	return world != NULL && world->kill > 0 &&
	       __sync_sub_and_fetch(&world->kill, 1) == 0;
}

static void
end(void)
{
	(void)kill(getpid(), SIGKILL);
	for (;;)
		(void)pause();
}

static void
step(void)
{
	begin();
	if (ends())
		end();
}

ssize_t
write(int fd, const void *p, size_t n)
{
	ssize_t rc;

	begin();
	if (world == NULL || !is_file(fd))
		return syscall(SYS_write, fd, p, n);
	if (ends()) {
		(void)syscall(SYS_write, fd, p, n * (size_t)world->torn / 256);
		touch(fd);
		end();
	}
	if ((rc = syscall(SYS_write, fd, p, n)) > 0)
		touch(fd);
	return rc;
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t rc;

	begin();
	if (world == NULL || !is_file(fd))
		return syscall(SYS_pwrite64, fd, p, n, at);
	/* An aligned block is whole or not at all. */
	if (ends())
		end();
	if ((rc = syscall(SYS_pwrite64, fd, p, n, at)) > 0)
		touch(fd);
	return rc;
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return pwrite(fd, p, n, at);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	ssize_t rc;

	begin();
	if (world == NULL || !is_file(fd))
		return syscall(SYS_writev, fd, v, n);
	step();
	if ((rc = syscall(SYS_writev, fd, v, n)) > 0)
		touch(fd);
	return rc;
}

int
ftruncate(int fd, off_t n)
{
	int rc;

	step();
	if ((rc = (int)syscall(SYS_ftruncate, fd, n)) == 0)
		touch(fd);
	return rc;
}

int
ftruncate64(int fd, off64_t n)
{
	return ftruncate(fd, n);
}

/* Does the sync of this file fail? */
static int
fails(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	if (world == NULL || world->fail <= 0)
		return 0;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n < 0 ? 0 : n] = '\0';
	if (strstr(path, "/journal/") == NULL || strstr(path, ".jsonl") == NULL)
		return 0;
	if (__sync_sub_and_fetch(&world->fail, 1) != 0)
		return 0;
	errno = EIO;
	return 1;
}

int
fsync(int fd)
{
	step();
	return fails(fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	step();
	return fails(fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
rename(const char *from, const char *to)
{
	step();
	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
renameat(int a, const char *from, int b, const char *to)
{
	step();
	return (int)syscall(SYS_renameat2, a, from, b, to, 0);
}

int
renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
	step();
	return (int)syscall(SYS_renameat2, a, from, b, to, flags);
}

int
link(const char *from, const char *to)
{
	step();
	return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
linkat(int a, const char *from, int b, const char *to, int flags)
{
	step();
	return (int)syscall(SYS_linkat, a, from, b, to, flags);
}

int
unlink(const char *path)
{
	step();
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int
unlinkat(int at, const char *path, int flags)
{
	step();
	return (int)syscall(SYS_unlinkat, at, path, flags);
}

int
mkdir(const char *path, mode_t mode)
{
	step();
	return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

/* ---- the boot */

/* What these files of the kernel say here; NULL for any other path. */
static const char *
kernel_file(const char *path, char text[128])
{
	if (world == NULL)
		return NULL;
	if (strcmp(path, "/proc/sys/kernel/random/boot_id") == 0)
		(void)snprintf(text, 128, "%.36s\n", (const char *)world->boot);
	else if (strcmp(path, "/proc/stat") == 0)
		(void)snprintf(text, 128, "btime %lld\n",
		    (long long)(world->booted / 1000000));
	else
		return NULL;
	return text;
}

static int
open_at(int at, const char *path, int flags, mode_t mode)
{
	char text[128];
	struct stat st;
	int fd;

	begin();
	if (kernel_file(path, text) != NULL) {
		fd = (int)syscall(SYS_memfd_create, "kernel", 0);
		if (fd != -1) {
			(void)syscall(
			    SYS_pwrite64, fd, text, strlen(text), (off_t)0);
		}
		return fd;
	}
	if (world == NULL || !(flags & (O_CREAT | O_TRUNC)))
		return (int)syscall(SYS_openat, at, path, flags, mode);
	step();
	fd = (int)syscall(SYS_openat, at, path, flags, mode);
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size == 0)
		touch(fd);
	return fd;
}

static mode_t
mode_of(int flags, va_list list)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_of(flags, list);
	va_end(list);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_of(flags, list);
	va_end(list);
	return open_at(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int
openat(int at, const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_of(flags, list);
	va_end(list);
	return open_at(at, path, flags, mode);
}

int
openat64(int at, const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_of(flags, list);
	va_end(list);
	return open_at(at, path, flags | O_LARGEFILE, mode);
}
