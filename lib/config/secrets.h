/*
 * secrets: the secrets that an endpoint accepts, in its file "secret": one a
 * line, the newest first.
 */
#ifndef SECRETS_H
#define SECRETS_H

#include "base/fault.h"
#include "config/endpoint.h"
#include "webhook/signature.h"

/*
 * Read them, blanks around each taken off.  A file that is missing, empty,
 * readable by others, or can't be read is FAULT_SETUP with what to do.  The
 * list is owned; free it with secrets_forget(), which also wipes it.
 */
int secrets_read(const struct endpoint *, struct signature_secrets *,
    struct fault *) __attribute__((nonnull, warn_unused_result));
void secrets_forget(struct signature_secrets *) __attribute__((nonnull));

/*
 * What hardly belongs to a secret, and came along when it was copied: a clause
 * such as "there is a no-break space in it", or NULL.
 */
const char *secrets_oddity(const char *) __attribute__((nonnull));

/* Could they be read?  0, or -1 with the fault set. */
int secrets_check(const struct endpoint *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Put these, the newest first, in the place of those that are there: all of
 * them or, on failure, none.  0, or -1 with the fault set.
 */
int secrets_write(const struct endpoint *, const struct signature_secrets *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
