/*
 * signature: is it from the sender?  HMAC-SHA256 over the raw body, and
 * plain SHA-256 (OpenSSL libcrypto).
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <stddef.h>

#include "base/fault.h"

#define SIGNATURE_BYTES 32 /* of SHA-256 */
#define SIGNATURE_SIZE  65 /* 64 hex digits and NUL */

/* The secrets of an endpoint; borrowed, each NUL-terminated and not empty. */
struct signature_secrets {
	const char *const *list;
	size_t n;
};

/*
 * Start OpenSSL without its configuration file: reading that costs most of a
 * CGI's start, and OPENSSL_CONF in the environment is not ours to trust.  Where
 * nobody else in this process wants OpenSSL it also does without the names of
 * all its methods, and a CGI without a tenth of its time.  Once a process,
 * before the rest.
 */
int signature_start(int alone, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* HMAC-SHA256 of the body in lower-case hex; 0, or -1 with the fault set. */
int signature_make(const char *secret, const char *body, size_t,
    char out[static SIGNATURE_SIZE], struct fault *)
    __attribute__((nonnull(1, 4, 5), warn_unused_result));

/*
 * Is header the signature of the body with one of the secrets?  Blanks and
 * TABs around it and either case are fine, nothing else is.  Every secret is
 * tried, in constant time.  Returns 1 with the digits in lower case in out;
 * 0 when it is not; -1 with the fault set when OpenSSL fails.
 */
int signature_verify(const struct signature_secrets *, const char *header,
    const char *body, size_t, char out[static SIGNATURE_SIZE], struct fault *)
    __attribute__((nonnull(1, 2, 5, 6), warn_unused_result));

/*
 * The same for one body after the other: what the secrets alone make of an
 * HMAC is computed once.  The secrets need not stay.  NULL with the fault set
 * when one of them is empty, or OpenSSL fails.
 */
struct signature_keys;
struct signature_keys *signature_keys_new(const struct signature_secrets *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * As signature_verify(); and where it is the signature, and sha256 is not NULL,
 * that gets the body's SHA-256 in lower-case hex, SIGNATURE_SIZE bytes.
 */
int signature_keys_verify(struct signature_keys *, const char *header,
    const char *body, size_t, char out[static SIGNATURE_SIZE], char *sha256,
    struct fault *) __attribute__((nonnull(1, 2, 5, 7), warn_unused_result));

/* Wipe and free them; takes NULL. */
void signature_keys_free(struct signature_keys *);

/*
 * HMAC-SHA256 with a key of n bytes, whatever they are, of pieces as if they
 * stood one behind the other.  0, or -1 with the fault set.
 */
struct signature_piece {
	const void *data;
	size_t len;
};
int signature_hmac(const void *key, size_t n, const struct signature_piece *,
    size_t npieces, unsigned char out[static SIGNATURE_BYTES], struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* SHA-256 in lower-case hex; 0, or -1 with the fault set. */
int signature_sha256(const char *, size_t, char out[static SIGNATURE_SIZE],
    struct fault *) __attribute__((nonnull(3, 4), warn_unused_result));

/*
 * The same for one text after the other, in two thirds of the time: OpenSSL
 * looks for its parts only once.  All zero to begin with, freed at the end.
 */
struct signature_digest {
	void *context;
};
int signature_digest(struct signature_digest *, const char *, size_t,
    char out[static SIGNATURE_SIZE], struct fault *)
    __attribute__((nonnull(1, 4, 5), warn_unused_result));
void signature_digest_free(struct signature_digest *) __attribute__((nonnull));

/*
 * The same of a text that comes in pieces: begin, add each, end, which may be
 * begun anew.  0, or -1 with the fault set.
 */
int signature_digest_begin(struct signature_digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int signature_digest_add(struct signature_digest *, const char *, size_t,
    struct fault *) __attribute__((nonnull, warn_unused_result));
int
signature_digest_end(struct signature_digest *, char out[static SIGNATURE_SIZE],
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
