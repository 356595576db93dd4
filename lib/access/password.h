/*
 * password: made, hashed (yescrypt, by libxcrypt's crypt(3)), compared.
 */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "base/fault.h"

/*
 * Four groups of five from 32 letters and digits that nobody mistakes for one
 * another: 100 bits.
 */
#define PASSWORD_SIZE 24
int password_make(char out[static PASSWORD_SIZE], struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is it good enough for one of somebody's own?  0, or -1 with the remedy. */
int password_check(const char *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#define PASSWORD_HASH_SIZE 128
int password_hash(const char *, char out[static PASSWORD_HASH_SIZE],
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Does a text of a readers file look like a hash of ours? */
int password_is_hash(const char *) __attribute__((nonnull));

/*
 * Is it the password of that hash?  With NULL for the hash it takes as long,
 * and it isn't.  1, 0, or -1 with the fault set.
 */
int password_matches(const char *password, const char *hash, struct fault *)
    __attribute__((nonnull(1, 3), warn_unused_result));

#endif
