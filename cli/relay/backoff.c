/* backoff: when to try again; see backoff.h. */
#include "cli/relay/backoff.h"

void
backoff_failed(struct attempts *a, int64_t now, int64_t wait)
{
	a->next = now + wait;
}
