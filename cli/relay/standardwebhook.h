/*
 * standardwebhook: a message signed in the form of Standard Webhooks
 * (standardwebhooks.com, version 1): the headers webhook-id, webhook-timestamp
 * and webhook-signature, which is "v1," and the base64 of the HMAC-SHA256 of
 * "ID.TIMESTAMP.BODY".
 */
#ifndef STANDARDWEBHOOK_H
#define STANDARDWEBHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* 24 to 64 bytes, as the specification wants them. */
#define STANDARDWEBHOOK_KEY_MAX 64

/* "whsec_", base64 of a key, and NUL. */
#define STANDARDWEBHOOK_SECRET_SIZE 96

/* "v1,", 44 characters, and NUL. */
#define STANDARDWEBHOOK_SIGNATURE_SIZE 48

struct standardwebhook_key {
	unsigned char bytes[STANDARDWEBHOOK_KEY_MAX];
	size_t n; /* 0: there is none */
	/* The secret as it was written, also a key for X-Webhook-Signature. */
	char secret[STANDARDWEBHOOK_SECRET_SIZE];
};

/*
 * Read the secret, whsec_ and base64, from the first line of the file at path:
 * 1; 0 where there is no file; or -1 with FAULT_SETUP and what to do: it is no
 * such secret, others can read it, it can't be read.  Wipe it with
 * explicit_bzero().
 */
int standardwebhook_read(const char *path, struct standardwebhook_key *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Make a new secret of 32 random bytes and put it into a file of mode 0600 that
 * isn't there yet.  0, or -1 with the fault set.
 */
int standardwebhook_create(const char *path, struct standardwebhook_key *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Sign; seconds since 1970 UTC.  0, or -1 with the fault set. */
int standardwebhook_sign(const struct standardwebhook_key *, const char *id,
    int64_t seconds, const char *body, size_t,
    char out[static STANDARDWEBHOOK_SIGNATURE_SIZE], struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
