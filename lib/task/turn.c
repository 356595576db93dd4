/* turn: a command's turn at a store; see turn.h. */
#include "base/utc.h"
#include "store/catchup.h"
#include "store/hold.h"
#include "task/turn.h"

int
turn_begin(struct hold *h, struct fault *f)
{
	if (utc_zone(h->settings->shape.timezone, f) == -1 ||
	    hold_take(h, h->settings->lock_timeout, utc_now(), f) == -1)
		return -1;
	if (catchup_run(h, f) == 0)
		return 0;
	hold_release(h);
	return -1;
}

int
turn_end(struct hold *h, int rc, struct fault *f)
{
	if (rc != -1 && h->control.day[0] != '\0' && hold_save(h, 0, f) == -1)
		rc = -1;
	hold_release(h);
	return rc;
}

int
turn_view(struct hold *h, const char *day, struct fault *f)
{
	if (utc_zone(h->settings->shape.timezone, f) == -1)
		return -1;
	return view_read(h->views, h->journal, day, h->settings->shape.timezone,
	    APPENDFILE_READ, f);
}
