/* silence: has nothing come for too long?  See silence.h. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/utc.h"
#include "journal/journal.h"
#include "upkeep/silence.h"

#define SPAN_SIZE 32

/* In days or, where it isn't two of them yet, in hours. */
static void
write_span(int64_t span, char out[static SPAN_SIZE])
{
	long long hours = span / (3600 * UTC_SECOND);

	if (hours >= 48)
		(void)snprintf(out, SPAN_SIZE, "%lld days", hours / 24);
	else
		(void)snprintf(out, SPAN_SIZE, "%lld hour%s", hours,
		    hours == 1 ? "" : "s");
}

/* When its secret was set; 0 where it has none. */
static int64_t
look_at_secret(const struct endpoint *e)
{
	char path[PATH_MAX];
	struct stat st;

	endpoint_path(e, path, "secret");
	return stat(path, &st) == -1 ? 0
	                             : (int64_t)st.st_mtim.tv_sec * UTC_SECOND;
}

int
silence_check(const struct endpoint *e, const struct settings *s, int64_t now,
    struct fault *f)
{
	struct fault ignored = {0};
	char journal[PATH_MAX], at[UTC_LOCAL_SIZE], span[SPAN_SIZE];
	int64_t since = 0;
	int any;

	if (s->quiet == 0 || e->disabled)
		return 0;
	endpoint_path(e, journal, "journal");
	any = journal_newest(journal, &since, &ignored);
	if (any == 0)
		since = look_at_secret(e);
	if (since == 0 || now - since < s->quiet)
		return 0;
	utc_local(since, at);
	write_span(now - since, span);
	return fault_set(f, FAULT_SETUP, 0,
	    "%s: nothing came for %s (%s %.16s); press \"Test\" beside the "
	    "webhook in LikesToLeads, and see whether it arrives",
	    e->name, span,
	    any == 1 ? "the last delivery was on"
		     : "nothing ever did, and its secret was set on",
	    at);
}
