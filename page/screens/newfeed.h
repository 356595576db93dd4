/*
 * newfeed: how a link for a spreadsheet comes to be: the form, and its outcome.
 */
#ifndef NEWFEED_H
#define NEWFEED_H

#include "access/feeds.h"

struct bytes;
struct viewing;

/* Append the form for one that reads viewing->choice.  0, or -1. */
int newfeed_form(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Save what the form says; the token is told this once.  1; 0 where that is
 * wrong, with a sentence for who filled it in appended; or -1 with the fault
 * set.
 */
int newfeed_save(struct viewing *, char token[static FEEDS_TOKEN_SIZE],
    struct bytes *wrong, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Append the address of a new one, and how it is used.  0, or -1. */
int newfeed_show(struct viewing *, const char *token, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
