/*
 * docroot: does a web server hand out what is in a directory?
 */
#ifndef DOCROOT_H
#define DOCROOT_H

#include <stddef.h>

/*
 * Is path, an absolute one without symlinks, in a place that web servers
 * usually serve, or below a root that a configuration names?  conf is a NULL
 * ended list of its directories.  1 with a clause in why, or 0.
 */
int docroot_holds(const char *path, const char *const *conf, char *why,
    size_t size) __attribute__((nonnull));

#endif
