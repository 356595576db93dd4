/*
 * walk: every file below a directory.
 */
#ifndef WALK_H
#define WALK_H

#include <stddef.h>
#include <sys/stat.h>

/*
 * Call what with each thing below dir, in order of their names, and with what
 * lstat(2) says of it (of what it leads to, where follow is 1); a directory
 * comes before what is in it.  what returns 1 to leave out what is in a
 * directory.  0, or an errno with *where the directory that can't be read.
 */
int walk(const char *dir, int follow,
    int (*what)(void *, const char *path, const struct stat *), void *context,
    char *where, size_t size) __attribute__((nonnull(1, 3, 5)));

#endif
