/* stuck: of a relay that doesn't get on; see stuck.h. */
#include <stdio.h>
#include <string.h>

#include "base/utc.h"
#include "reader/stuck.h"

/* One that a person has to set going again. */
static enum stuck
tell_stopped(const struct endpoint *e, const char *cursor,
    const struct attempts *a, char text[static STUCK_SIZE])
{
	const char *relay = cursor + sizeof(STUCK_RELAY) - 1;
	int gone = a->state == ATTEMPTS_GONE;

	(void)snprintf(text, STUCK_SIZE,
	    "%s: relay %s %s: %s%s; nothing is lost; %s run \"leadsheet relay "
	    "%s --resume\"; if nobody wants it any more, delete [relay %s] in "
	    "leadsheet.conf and %s/cursors/%s.attempts",
	    e->name, relay, gone ? "stands still" : "has given up", a->why,
	    gone ? ", which says that it wants nothing more" : "",
	    gone ? "give it a URL in leadsheet.conf that is wanted, and"
		 : "when that is put right",
	    relay, relay, e->dir, cursor);
	return STUCK_ACT;
}

static enum stuck
tell_failing(const struct endpoint *e, const char *relay,
    const struct attempts *a, int64_t now, char text[static STUCK_SIZE])
{
	char since[UTC_LOCAL_SIZE], next[UTC_LOCAL_SIZE];

	utc_local(a->since, since);
	utc_local(a->next, next);
	if (now - a->next >= STUCK_LONG) {
		(void)snprintf(text, STUCK_SIZE,
		    "%s: relay %s was to try again at %.16s, and did not: see "
		    "to its service or its cron job (\"leadsheet relay %s "
		    "--once\" tries now); it has failed since %.16s: %s; "
		    "nothing is lost",
		    e->name, relay, next, relay, since, a->why);
		return STUCK_ACT;
	}
	(void)snprintf(text, STUCK_SIZE,
	    "%s: relay %s has failed since %.16s, %d tr%s: %s; it tries again "
	    "at %.16s; nothing is lost",
	    e->name, relay, since, a->failed, a->failed == 1 ? "y" : "ies",
	    a->why, next);
	return STUCK_NOTE;
}

enum stuck
stuck_tell(const struct endpoint *e, const char *name, const struct attempts *a,
    int64_t now, char text[static STUCK_SIZE])
{
	const size_t n = sizeof(STUCK_RELAY) - 1;

	text[0] = '\0';
	if (strncmp(name, STUCK_RELAY, n) != 0 || name[n] == '\0')
		return STUCK_NONE;
	if (a->state != ATTEMPTS_GO_ON)
		return tell_stopped(e, name, a, text);
	return a->failed > 0 && now - a->since >= STUCK_LONG
	           ? tell_failing(e, name + n, a, now, text)
	           : STUCK_NONE;
}
