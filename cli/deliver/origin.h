/*
 * origin: how much of a URL may be shown.  Its path, its query and a user in it
 * are often a secret, as those of a chat's incoming webhook are.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <stddef.h>

/*
 * Write the scheme, the host and, where there is one, the port of a URL:
 * "https://chat.example.org", "http://[::1]:8080".  0; or -1 with "?" where it
 * is no http:// or https:// URL, has an unusual character there, or the size
 * won't do.
 */
int origin_of(const char *url, char *out, size_t size) __attribute__((nonnull));

#endif
