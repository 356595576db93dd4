/*
 * session: that a browser has logged in: the value of its cookie.
 *
 * It says who, since when, a number of its own, and an HMAC of these and of the
 * reader's hash: a new password ends all sessions of its reader, and so does
 * being removed.  A session that was ended (logout) stands in HOME/page/ended
 * until it would have ended by itself.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "access/readers.h"
#include "base/fault.h"

#define SESSION_SECONDS (30 * 24 * 3600)
#define SESSION_SIZE    256

/* Its names: by HTTPS (RFC 6265bis section 4.1.3.2), and for a trial without.
 */
#define SESSION_COOKIE       "__Host-leadsheet"
#define SESSION_COOKIE_TRIAL "leadsheet-trial"

/* Begin one: the cookie's value.  0, or -1 with the fault set. */
int session_begin(char out[static SESSION_SIZE], const struct reader *,
    const char *key, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Whose it is; NULL: nobody's, or it has ended.  *failed is 1 with a fault. */
const struct reader *session_reader(const char *cookie, const struct readers *,
    const char *home, const char *key, int64_t now, int *failed, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * End it; what is nobody's session needs no ending, so that nobody else fills
 * the file.  0, or -1 with the fault set.
 */
int session_end(const char *cookie, const struct readers *, const char *home,
    const char *key, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
