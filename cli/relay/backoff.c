/* backoff: when to try again; see backoff.h. */
#include <limits.h>

#include "base/utc.h"
#include "cli/relay/backoff.h"

/* How long to wait behind the first try that failed, the second, ... */
static const int64_t steps[] = {5, 60, 300, 900, 3600, 10800, 21600};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* How long behind a try that failed now, as far as it is for us to say. */
static int64_t
step(const struct attempts *a, int64_t now)
{
	size_t n = a->failed < (int)STEPS ? (size_t)a->failed : STEPS;
	int64_t wait = steps[n - 1] * UTC_SECOND;
	int64_t left = a->since + BACKOFF_ENDS - now;

	/* The last of all is at the very end. */
	return wait < left || left <= 0 ? wait : left;
}

void
backoff_failed(struct attempts *a, int64_t now, int64_t wait)
{
	int64_t mine, its;

	/* Later than now: the clock was set back. */
	if (a->since <= 0 || a->since > now)
		a->since = now;
	if (a->failed < INT_MAX)
		a->failed++;
	if (now - a->since >= BACKOFF_ENDS && a->failed > (int)STEPS) {
		a->state = ATTEMPTS_GIVEN_UP;
		a->next = 0;
		return;
	}
	mine = step(a, now);
	if (wait < 0)
		wait = 0;
	its =
	    wait < BACKOFF_MOST / UTC_SECOND ? wait * UTC_SECOND : BACKOFF_MOST;
	a->next = now + (its > mine ? its : mine);
}

int64_t
backoff_left(const struct attempts *a, int64_t now)
{
	int64_t left;

	if (a->next <= now)
		return 0;
	left = a->next - now;
	return left <= BACKOFF_MOST ? left : 0;
}
