/*
 * answer: the words for what happened, for the sender and for the log.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stddef.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "config/setting.h"
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

/* The web server doesn't say what was asked for. */
void answer_no_method(struct response *) __attribute__((nonnull));

/* /health is not well, for whoever is not to know more than that. */
void answer_unwell(struct response *) __attribute__((nonnull));

/* No endpoint is called what the path says; NULL: there is no path. */
void answer_not_found(struct response *, const char *path)
    __attribute__((nonnull(1)));

/* A person looks at an endpoint, say. */
void
answer_not_post(struct response *, const char *method) __attribute__((nonnull));

/* It came by HTTP, and must come by HTTPS. */
void answer_plain_http(struct response *) __attribute__((nonnull));

/* It came with a Content-Encoding. */
void answer_encoded(struct response *) __attribute__((nonnull));

/* It isn't signed with a secret of the endpoint in that directory. */
void answer_unsigned(struct response *, const struct request *, const char *dir)
    __attribute__((nonnull));

/* The endpoint is switched off. */
void answer_disabled(struct response *, const struct endpoint *)
    __attribute__((nonnull));

/* A body that is not whole, in any of the ways that there are. */
void answer_body(struct response *, enum request_body, size_t max_body)
    __attribute__((nonnull));

/* Whatever came of it: what is wrong with the settings, if anything is. */
void answer_settings(struct response *, const struct settings *)
    __attribute__((nonnull));

/* A delivery that is kept, or was before. */
void answer_kept(struct response *, const struct record *,
    const struct delivery *, enum store_result) __attribute__((nonnull));

#endif
