/*
 * random: bytes that nobody can guess (getrandom(2)).
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>

#include "base/fault.h"

/* Fill n bytes, 256 at most; 0, or -1 with the fault set. */
int random_bytes(void *out, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* n random bytes, 64 at most, as 2 * n lower-case hex digits and NUL. */
int random_hex(char *out, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
