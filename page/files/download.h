/*
 * download: all leads, or people, that a screen is about, as a file: the URL of
 * the screen with "as=" and a form behind it (form.h).
 */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include "base/fault.h"

struct viewing;

/* Is a file asked for, and not a screen? */
int download_wants(const struct viewing *) __attribute__((nonnull));

/*
 * Answer with the file, all of viewing->choice in it whatever "before" says,
 * the newest first; or with the sentence why there is none.  0, or -1 with the
 * fault set, and nothing begun.
 */
int download_leads(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int download_people(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Has the catalog all that is chosen?  It begins with the newest days; of
 * people it has to have all, as they may have come before these.
 */
int
download_is_whole(const struct viewing *, int people) __attribute__((nonnull));

#endif
