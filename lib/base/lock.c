/* lock: one process at a time in an endpoint's store; see lock.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/utc.h"

struct lock {
	char *path;
	dev_t dev; /* which file it is */
	ino_t ino;
	int fd;
};

static int
open_file(struct lock *l, struct fault *f)
{
	struct stat st;

	/* O_NONBLOCK: a FIFO in its place must not hang us. */
	l->fd = open(l->path,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (l->fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't open %s", l->path);
	/* A hard link is somebody's copy, and our byte would go into it. */
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
	if ((st.st_mode & 07777) != 0640)
		(void)fchmod(l->fd, 0640);
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
is_current(const struct lock *l)
{
	struct stat st;

	return lstat(l->path, &st) == 0 && st.st_dev == l->dev &&
	       st.st_ino == l->ino && st.st_nlink == 1;
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
	return fault_set(f, FAULT_STORAGE, errno, "can't lock %s", l->path);
}

/*
 * Mark that work is under way; the byte that was there, or -1.  The file has
 * its byte from its first day on, so a full disk is no hindrance later.
 */
static int
mark(struct lock *l, struct fault *f)
{
	char was = '0';

	if (pread(l->fd, &was, 1, 0) == -1 || pwrite(l->fd, "1", 1, 0) != 1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't write %s", l->path);
	return was == '1' ? 1 : 0;
}

int
lock_take(struct lock *l, int64_t timeout, struct fault *f)
{
	int rc;

	for (;;) {
		if (take_file(l, timeout, f) == -1)
			return -1;
		if (is_current(l))
			break;
		(void)close(l->fd); /* somebody replaced it: look anew */
		l->fd = -1;
	}
	if ((rc = mark(l, f)) == -1)
		(void)flock(l->fd, LOCK_UN);
	return rc;
}

void
lock_release(struct lock *l)
{
	/* Where this fails the next one looks around needlessly: no harm. */
	if (pwrite(l->fd, "0", 1, 0) != 1)
		errno = 0;
	(void)flock(l->fd, LOCK_UN);
}

void
lock_abandon(struct lock *l)
{
	(void)flock(l->fd, LOCK_UN);
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

int
lock_is_held(const char *path, int64_t *since)
{
	struct stat st;
	int fd, held = 0;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return 0;
	/* Whoever takes it, or lets go of it, writes its byte. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK) {
		held = 1;
		*since = (int64_t)st.st_mtim.tv_sec * UTC_SECOND +
		         st.st_mtim.tv_nsec / 1000;
	}
	(void)close(fd);
	return held;
}
