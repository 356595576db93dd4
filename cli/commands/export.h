/*
 * export: what the commands that write a selection share.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "cli/cli.h"

struct selection;

/*
 * Write the rows of a selection to where --output says, and say what was done.
 * EX_OK, or what cli_fail() returned.
 */
int export_write(struct selection *) __attribute__((nonnull));

/* There is a word without an option, most likely a day: EX_USAGE. */
int export_complain_argument(const struct cli *, const char *word)
    __attribute__((nonnull));

#endif
