/*
 * answer: the words for what happened, for the sender and for the log.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stddef.h>

#include "base/fault.h"
#include "http/request.h"
#include "http/response.h"
#include "journal/journal.h"
#include "store/store.h"
#include "webhook/delivery.h"

/* Retry-After, in seconds. */
#define ANSWER_RETRY_SOON  10  /* the lock is held, the disk is full */
#define ANSWER_RETRY_LATER 300 /* a person has to do something */

/* The one table from why something failed to what the client hears. */
void
answer_fault(struct response *, const struct fault *) __attribute__((nonnull));

/* A body that is not whole, in any of the ways that there are. */
void answer_body(struct response *, enum request_body, size_t max_body)
    __attribute__((nonnull));

/* A delivery that is kept, or was before. */
void answer_kept(struct response *, const struct record *,
    const struct delivery *, enum store_result) __attribute__((nonnull));

#endif
