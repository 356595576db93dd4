/*
 * everyday: a folder with a file for each day, kept up to date.
 */
#ifndef EVERYDAY_H
#define EVERYDAY_H

#include "cli/cli.h"

/*
 * export --every-day DIR: make what is missing, renew what has changed, remove
 * what has no leads any more.  An exit code.
 */
int everyday_run(struct cli *, const char *dir) __attribute__((nonnull));

#endif
