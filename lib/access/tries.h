/*
 * tries: how often a wrong password came of late, by address and by name; a
 * file of fixed size, shared by all processes of the page.
 */
#ifndef TRIES_H
#define TRIES_H

#include <stdint.h>

#include "base/fault.h"

/* So many wrong ones are let through in so many seconds; then none. */
#define TRIES_ADDRESS 10
#define TRIES_NAME    50
#define TRIES_SECONDS 900

/*
 * May this address (of IPv6 its /64 counts) try that name?  1; 0 and *wait is
 * in how many seconds it may; or -1 with the fault set.  A try counts as wrong
 * from here on, until tries_right() takes it back: side by side none is free.
 */
int tries_begin(const char *home, const char *address, const char *name,
    const char *key, int64_t now, int *wait, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int tries_right(const char *home, const char *address, const char *name,
    const char *key, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
