/*
 * Another time for every program, for /etc/ld.so.preload: the clock is AHEAD by
 * so many seconds, and so is each time that a file has or is given.  Times
 * since the boot are not.  See t/at.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		t->tv_sec += AHEAD;
	return rc;
}

time_t
time(time_t *out)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}

int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
	struct timespec t;
	int rc = clock_gettime(CLOCK_REALTIME, &t);

	(void)zone;
	*out = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
	return rc;
}

/* By these names libfaketime asks, which counts from this clock then. */
int __clock_gettime(clockid_t, struct timespec *)
    __attribute__((alias("clock_gettime")));
int __gettimeofday(struct timeval *restrict, void *restrict)
    __attribute__((alias("gettimeofday")));

/* The times that a file has. */
#define STAT(name, parameters, ...)                                            \
	int name parameters                                                    \
	{                                                                      \
		int(*next) parameters = dlsym(RTLD_NEXT, #name);               \
		int rc = next(__VA_ARGS__);                                    \
                                                                               \
		if (rc == 0) {                                                 \
			s->st_atim.tv_sec += AHEAD;                            \
			s->st_mtim.tv_sec += AHEAD;                            \
			s->st_ctim.tv_sec += AHEAD;                            \
		}                                                              \
		return rc;                                                     \
	}
#define STATS(type)                                                            \
	STAT(type, (const char *restrict path, struct type *restrict s), path, \
	    s)                                                                 \
	STAT(l##type, (const char *restrict path, struct type *restrict s),    \
	    path, s)                                                           \
	STAT(f##type, (int fd, struct type *s), fd, s)
STATS(stat)
STATS(stat64)
STAT(fstatat,
    (int fd, const char *restrict path, struct stat *restrict s, int flags), fd,
    path, s, flags)
STAT(fstatat64,
    (int fd, const char *restrict path, struct stat64 *restrict s, int flags),
    fd, path, s, flags)

int
statx(int fd, const char *restrict path, int flags, unsigned mask,
    struct statx *restrict s)
{
	int rc = (int)syscall(SYS_statx, fd, path, flags, mask, s);

	if (rc == 0) {
		s->stx_atime.tv_sec += AHEAD;
		s->stx_mtime.tv_sec += AHEAD;
		s->stx_ctime.tv_sec += AHEAD;
		s->stx_btime.tv_sec += AHEAD;
	}
	return rc;
}

/* And those that it is given. */
static int
give(int fd, const char *path, const struct timespec *times, int flags)
{
	struct timespec real[2];
	int i;

	for (i = 0; times != NULL && i < 2; i++) {
		real[i] = times[i];
		if (times[i].tv_nsec != UTIME_NOW &&
		    times[i].tv_nsec != UTIME_OMIT)
			real[i].tv_sec -= AHEAD;
	}
	return (int)syscall(
	    SYS_utimensat, fd, path, times != NULL ? real : NULL, flags);
}

static int
give_micro(int fd, const char *path, const struct timeval *t)
{
	if (t == NULL)
		return give(fd, path, NULL, 0);
	return give(fd, path,
	    (struct timespec[]){{t[0].tv_sec, t[0].tv_usec * 1000},
		{t[1].tv_sec, t[1].tv_usec * 1000}},
	    0);
}

int
utimensat(int fd, const char *path, const struct timespec times[2], int flags)
{
	return give(fd, path, times, flags);
}

int
futimens(int fd, const struct timespec times[2])
{
	return give(fd, NULL, times, 0);
}

int
utimes(const char *path, const struct timeval times[2])
{
	return give_micro(AT_FDCWD, path, times);
}

int
futimes(int fd, const struct timeval times[2])
{
	return give_micro(fd, NULL, times);
}

/* The kernel waits by its own clock; the monotonic one's times are small. */
int
pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m,
    const struct timespec *restrict t)
{
	int (*next)(
	    pthread_cond_t *, pthread_mutex_t *, const struct timespec *) =
	    dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
	struct timespec until = *t;

	if (until.tv_sec > 1000000000)
		until.tv_sec -= AHEAD;
	return next(c, m, &until);
}
