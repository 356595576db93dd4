/*
 * feed: a saved selection as CSV, for a spreadsheet that reads it by its URL:
 * GET /feed/TOKEN.csv, without a login.
 */
#ifndef FEED_H
#define FEED_H

#include "base/fault.h"

struct viewing;

/*
 * Answer for what stands behind /feed/.  Whose feed it is says what it may
 * show, as things are now: scope, state and choice of the viewing are set here.
 * 404 for a token that is none, or whose reader was removed.  0, or -1 with the
 * fault set, and nothing begun.
 */
int feed_answer(struct viewing *, const char *file, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
