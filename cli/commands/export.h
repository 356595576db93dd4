/*
 * export: what the commands export and people are, and find says like them.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "cli/cli.h"

/*
 * Write the leads, or the people, that the options select to where they say,
 * and tell what was done.  EX_OK, or what cli_fail() returned.
 */
int export_run_as(struct cli *, int people) __attribute__((nonnull));

/*
 * It is made, but for so many lines of journals that can't be read any more;
 * this endpoint has some.  EX_DATAERR.
 */
int export_complain_damaged(const struct cli *, int64_t lines,
    const char *endpoint) __attribute__((nonnull));

#endif
