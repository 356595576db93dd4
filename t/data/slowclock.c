/*
 * To be preloaded: a clock by which each look at it takes two seconds, so that
 * nothing is done in one.
 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int
clock_gettime(clockid_t clock, struct timespec *at)
{
	static long looks;
	int rc = (int)syscall(SYS_clock_gettime, clock, at);
	if (clock != CLOCK_REALTIME)
		at->tv_sec += 2 * ++looks;
	return rc;
}
