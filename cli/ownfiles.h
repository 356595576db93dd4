/*
 * ownfiles: which files are leadsheet's own, so that no command puts another
 * in their place.
 */
#ifndef OWNFILES_H
#define OWNFILES_H

#include "cli/cli.h"

/*
 * The real path of a file, absolute and without links; of one that isn't there
 * the real path of its directory, and its name.  0, or -1 with errno.
 */
int ownfiles_find(const char *path, char out[static PATH_MAX])
    __attribute__((nonnull, warn_unused_result));

/*
 * May something be made at this real path for a user?  Not in an endpoint of
 * any home, nor in one that was deleted, nor among the page's files; under no
 * name that is that of settings or of a secret; and in the place of no file
 * that the settings name for a relay.  EX_OK, or what cli_fail() returned.
 */
int
ownfiles_check(const struct cli *, const char *path) __attribute__((nonnull));

/*
 * May a folder be kept at that path, which need not be there yet: not in the
 * home, nor where ownfiles_check() says no?  Writes its real path.  EX_OK, or
 * what cli_fail() returned.
 */
int ownfiles_folder(const struct cli *, const char *path,
    char out[static PATH_MAX]) __attribute__((nonnull));

#endif
