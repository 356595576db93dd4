/*
 * help: what --help prints, in lines of the terminal's width.
 */
#ifndef HELP_H
#define HELP_H

#include "cli/cli.h"

/* Of all commands; lists end in a NULL name. */
void help_all(FILE *, const struct command *, const struct flag *global)
    __attribute__((nonnull));

/* Of one. */
void help_command(FILE *, const struct command *, const struct flag *global)
    __attribute__((nonnull));

#endif
