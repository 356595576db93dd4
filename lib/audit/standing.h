/*
 * standing: how the file of a part stands to its view, for a reader: no lock is
 * taken and nothing is written, so that deliveries may come meanwhile.
 */
#ifndef STANDING_H
#define STANDING_H

#include <stddef.h>

#include "base/fault.h"
#include "journal/names.h"
#include "sheet/view.h"

enum standing_result {
	STANDING_EQUAL,
	STANDING_EDITED,  /* someone's; nothing is lost by it */
	STANDING_LACKS,   /* a beginning of what it should be */
	STANDING_OLDER,   /* edited, and lacks the last deliveries */
	STANDING_MISSING, /* someone took it away */
	STANDING_SEALED,  /* of rules that this program doesn't know */
	STANDING_CLOSED,  /* it can't be read: the fault says why */
	STANDING_STOPPED  /* the view's step ended it */
};

struct standing {
	/* All borrowed. */
	struct view *views; /* of the day, both; they may be read anew */
	const char *sheets; /* the directory */
	const char *lock;   /* the path of the lock */
	const char *zone;   /* as in view_read() */
	/* The result. */
	enum standing_result result;
	size_t lacks;     /* OLDER: so many of its last deliveries */
	struct fault why; /* CLOSED */
};

/*
 * Judge the file of one of the view's parts.  What a delivery may be about to
 * write is waited for.  0, or -1 with the fault set.
 */
int standing_judge(struct standing *, enum sheet_kind, const struct name *file,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
