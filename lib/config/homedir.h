/*
 * homedir: where everything lies.
 */
#ifndef HOMEDIR_H
#define HOMEDIR_H

#include <limits.h>

#include "base/fault.h"

/*
 * The home directory: the one that was asked for (--home), or the variable
 * LEADSHEET_HOME, or .leadsheet below the user's own home where there is one,
 * or the one that was compiled in.  Each but the last may be NULL; the first
 * that counts is returned, borrowed from the caller.
 */
const char *homedir_find(char room[static PATH_MAX], const char *option,
    const char *variable, const char *user_home, const char *compiled)
    __attribute__((nonnull(1, 5)));

/*
 * May this process write there?  As root in another user's home it may not:
 * that user could not write to what it makes.  0, also where there is no home,
 * or -1 with FAULT_SETUP.
 */
int homedir_check_user(const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
