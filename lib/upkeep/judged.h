/*
 * judged: the files of a day's sheets that are ours: the sheets, and the copies
 * in replaced/, that are as the journal makes them now or made them once.
 *
 * They are judged before the journal changes, and made again after that.
 */
#ifndef JUDGED_H
#define JUDGED_H

#include <stddef.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "task/listing.h"

struct hold;

/* All zero to begin with; judged_free() at the end. */
struct judged {
	struct listing listing;   /* all files of the day */
	struct judged_file *list; /* owned; of them those that are ours */
	size_t n;
	/* A line each: the hash of its bytes, a blank, its path in sheets/. */
	struct bytes files;
	struct bytes piece;
};

/* Who hears of files that are someone's. */
struct judged_others {
	void (*is_other)(void *context, const struct listed *);
	/* It was ours, and someone has saved it before it was made again. */
	void (*has_changed)(void *context, const struct listed *);
	void *context;
};

/*
 * Under the lock: which files are ours?  Also those whose hash is in noted, as
 * files of an earlier call.  h->views are of the day then, and the files that
 * are ours are on stable storage.  0, or -1 with the fault set.
 */
int judged_read(struct judged *, struct hold *, const char *day,
    const struct bytes *noted, const struct judged_others *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The journal has changed: make those again that are parts of the day and not
 * as it makes them now, and remove the others.  The control record has the
 * sheets that are being written; it is not saved.  0, or -1 with the fault set.
 */
int judged_mend(struct judged *, struct hold *, const char *day,
    const struct judged_others *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * By h->views: is the open file, which has that name, as the journal makes it
 * or once made it?  1, 0, or -1 with the fault set.
 */
int judged_is_made(struct hold *, const struct name *, struct appendfile *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

void judged_free(struct judged *) __attribute__((nonnull));

#endif
