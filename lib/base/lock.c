/* lock: one process at a time in an endpoint's store; see lock.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/utc.h"

struct lock {
	char *path;
	dev_t dev; /* which file it is */
	ino_t ino;
	int64_t written; /* lock_written() */
	int fd;
};

static int
open_file(struct lock *l, struct fault *f)
{
	struct stat st;

	/* O_NONBLOCK: a FIFO in its place must not hang us. */
	l->fd = open(l->path,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (l->fd == -1)
		return fault_open(f, l->path, 0, errno);
	/* A hard link is somebody's copy, and our block would go into it. */
	if (fstat(l->fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    st.st_nlink > 1) {
		(void)close(l->fd);
		l->fd = -1;
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a plain file, or has another name; move it away",
		    l->path);
	}
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	/* The mode is ours, whatever the umask. */
	if ((st.st_mode & 07777) != 0600)
		(void)fchmod(l->fd, 0600);
	return 0;
}

struct lock *
lock_open(const char *path, struct fault *f)
{
	struct lock *l = calloc(1, sizeof(*l));

	if (l == NULL || (l->path = strdup(path)) == NULL) {
		free(l);
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		return NULL;
	}
	if (open_file(l, f) == -1) {
		lock_close(l);
		return NULL;
	}
	return l;
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/*
 * Wait in flock(2) itself, which serves its waiters in order.  The timer
 * interrupts it when the time is up; then it goes on firing, as the first one
 * may come just before the call.
 */
static int
wait_for(int fd, int64_t timeout)
{
	static const struct itimerval off;
	struct itimerval alarm = {
	    {0, 50000}, {timeout / UTC_SECOND, timeout % UTC_SECOND}};
	struct sigaction sa, old;
	sigset_t unblocked, mask;
	int64_t end = utc_ticks() + timeout;
	int rc, err;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_alarm; /* no SA_RESTART: flock is to come back */
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGALRM, &sa, &old);
	/* Whoever started us may have it blocked: that outlives exec. */
	(void)sigemptyset(&unblocked);
	(void)sigaddset(&unblocked, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &unblocked, &mask);
	(void)setitimer(ITIMER_REAL, &alarm, NULL);
	do {
		rc = flock(fd, LOCK_EX);
		err = errno;
	} while (rc == -1 && err == EINTR && utc_ticks() < end);
	(void)setitimer(ITIMER_REAL, &off, NULL);
	(void)sigaction(SIGALRM, &old, NULL);
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	errno = err;
	return rc;
}

/* Is the file that we locked still the one under that name? */
static int
is_current(struct lock *l)
{
	struct stat st;

	if (lstat(l->path, &st) == -1 || st.st_dev != l->dev ||
	    st.st_ino != l->ino || st.st_nlink > 1)
		return 0;
	l->written =
	    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return 1;
}

/* The file system doesn't do it: on a network one another service has to. */
static int
complain(const char *path, int err, struct fault *f)
{
	return fault_set(f, FAULT_STORAGE, err,
	    "can't lock %s (on a network file system its lock service must "
	    "run; a local disk needs none)",
	    path);
}

static int
take_file(struct lock *l, int64_t timeout, struct fault *f)
{
	if (l->fd == -1 && open_file(l, f) == -1)
		return -1;
	if (flock(l->fd, LOCK_EX | LOCK_NB) == 0 ||
	    ((errno == EWOULDBLOCK || errno == EINTR) && timeout > 0 &&
		wait_for(l->fd, timeout) == 0))
		return 0;
	if (errno == EINTR || errno == EWOULDBLOCK)
		return fault_set(f, FAULT_BUSY, 0,
		    "%s was held by another process for %d ms", l->path,
		    (int)(timeout / 1000));
	return complain(l->path, errno, f);
}

int
lock_take(struct lock *l, int64_t timeout, struct fault *f)
{
	for (;;) {
		if (take_file(l, timeout, f) == -1)
			return -1;
		if (is_current(l))
			return 0;
		(void)close(l->fd); /* somebody replaced it: look anew */
		l->fd = -1;
	}
}

int64_t
lock_written(const struct lock *l)
{
	return l->written;
}

void
lock_release(struct lock *l)
{
	(void)flock(l->fd, LOCK_UN);
}

int
lock_read(struct lock *l, void *out, size_t n, struct fault *f)
{
	ssize_t got;

	memset(out, 0, n);
	do
		got = pread(l->fd, out, n, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't read %s", l->path);
	return 0;
}

int
lock_write(
    struct lock *l, const void *block, size_t n, int sync, struct fault *f)
{
	ssize_t done;

	do
		done = pwrite(l->fd, block, n, 0);
	while (done == -1 && errno == EINTR);
	if (done != (ssize_t)n)
		return fault_set(f, FAULT_STORAGE, done == -1 ? errno : ENOSPC,
		    "can't write %s", l->path);
	if (sync && fdatasync(l->fd) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't sync %s", l->path);
	return 0;
}

void
lock_close(struct lock *l)
{
	if (l == NULL)
		return;
	if (l->fd != -1)
		(void)close(l->fd);
	free(l->path);
	free(l);
}

/* Is it held now? */
static int
is_taken(int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB) == -1)
		return errno == EWOULDBLOCK;
	(void)flock(fd, LOCK_UN);
	return 0;
}

int
lock_is_held(const char *path, int64_t patience)
{
	const struct timespec pause = {0, 20 * 1000000};
	int64_t end = utc_ticks() + patience;
	struct stat st;
	int fd, held = 0;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while ((held = is_taken(fd)) && utc_ticks() < end)
			(void)nanosleep(&pause, NULL);
	(void)close(fd);
	return held;
}

int
lock_check(const char *path, struct fault *f)
{
	struct stat st;
	int fd, err = 0;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : fault_open(f, path, 1, errno);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return fault_open(f, path, 1, EISDIR);
	}
	if (flock(fd, LOCK_SH | LOCK_NB) == -1)
		err = errno;
	(void)close(fd); /* which gives it back */
	return err == 0 || err == EWOULDBLOCK || err == EINTR
	           ? 0
	           : complain(path, err, f);
}

pid_t
lock_holder(const char *path, char name[static LOCK_NAME_SIZE])
{
	FILE *locks = fopen("/proc/locks", "re"), *comm;
	unsigned long long inode;
	unsigned major, minor;
	char line[256], file[64];
	struct stat st;
	long pid = 0, found = 0;

	(void)strcpy(name, "?");
	if (stat(path, &st) == -1)
		st.st_ino = 0;
	while (locks != NULL && found == 0 &&
	       fgets(line, sizeof(line), locks) != NULL)
		if (sscanf(line, "%*u: FLOCK %*s WRITE %ld %x:%x:%llu", &pid,
			&major, &minor, &inode) == 4 &&
		    inode == st.st_ino && makedev(major, minor) == st.st_dev)
			found = pid;
	if (locks != NULL)
		(void)fclose(locks);
	(void)snprintf(file, sizeof(file), "/proc/%ld/comm", found);
	if (found > 0 && (comm = fopen(file, "re")) != NULL) {
		if (fgets(name, LOCK_NAME_SIZE, comm) != NULL)
			name[strcspn(name, "\n")] = '\0';
		(void)fclose(comm);
	}
	return found > 0 ? (pid_t)found : 0;
}
