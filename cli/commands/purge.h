/*
 * purge: what leadsheet made in an endpoint's directory is deleted, and nothing
 * else.
 */
#ifndef PURGE_H
#define PURGE_H

#include "cli/cli.h"

/*
 * Delete it from dir, where the endpoint's directory is now, and dir as well
 * when nothing is left in it.  No link is followed, and no other file system is
 * entered.  What others made directly in dir stays, and is named.  EX_OK, or
 * what cli_fail() returned.
 */
int purge_run(const struct cli *, const struct endpoint *, const char *dir)
    __attribute__((nonnull));

#endif
