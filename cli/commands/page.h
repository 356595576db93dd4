/*
 * page: what "leadsheet page user" and "leadsheet page feed" share.
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cli/cli.h"

/*
 * Make HOME/page where it is missing and makes is 1, and go on as the user whom
 * it belongs to: what root makes the page could not change.  EX_OK, or what
 * cli_fail() returned.
 */
int page_enter(struct cli *, int makes) __attribute__((nonnull));

/* Make a buffer's text a line of stdout, and free it. */
int page_print(struct cli *, struct bytes *) __attribute__((nonnull));

/* "leadsheet page user VERB [NAME]": pageuser.c. */
int page_user(struct cli *, const char *verb, const char *name)
    __attribute__((nonnull(1, 2)));

/* "leadsheet page feed VERB [HASH|NAME]": pagefeed.c. */
int page_feed(struct cli *, const char *verb, const char *which)
    __attribute__((nonnull(1, 2)));

#endif
