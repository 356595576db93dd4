/*
 * A clock of a test's own, for LD_PRELOAD: it began at $TEST_CLOCK, in seconds,
 * when the program did, and the machine was started a minute before that.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define UPTIME 60

int
clock_gettime(clockid_t id, struct timespec *t)
{
	static struct timespec began;
	const char *text = getenv("TEST_CLOCK");
	int rc = (int)syscall(
	    SYS_clock_gettime, id == CLOCK_REALTIME ? CLOCK_MONOTONIC : id, t);

	if (rc == -1 || text == NULL)
		return rc;
	if (id == CLOCK_BOOTTIME)
		t->tv_sec = UPTIME;
	if (id != CLOCK_REALTIME)
		return 0;
	if (began.tv_sec == 0)
		began = *t;
	t->tv_sec += atoll(text) - began.tv_sec - (t->tv_nsec < began.tv_nsec);
	t->tv_nsec += t->tv_nsec < began.tv_nsec ? 1000000000 : 0;
	t->tv_nsec -= began.tv_nsec;
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_REALTIME, &t);
	if (out != NULL)
		*out = t.tv_sec;
	return t.tv_sec;
}
