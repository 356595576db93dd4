/*
 * export: what the commands export and people are.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "cli/cli.h"

/*
 * Write the leads, or the people, that the options select to where they say,
 * and tell what was done.  EX_OK, or what cli_fail() returned.
 */
int export_run_as(struct cli *, int people) __attribute__((nonnull));

#endif
