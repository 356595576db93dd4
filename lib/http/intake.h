/*
 * intake: from a request to its response: every rule of what the sender
 * hears, in one place.
 */
#ifndef INTAKE_H
#define INTAKE_H

#include <stddef.h>

#include "base/utc.h"
#include "http/request.h"
#include "http/response.h"

struct intake;

/*
 * home is the directory that all endpoints lie in.  Nothing is read or opened
 * yet: a request finds out what is wrong, and answers so.  NULL when memory
 * runs out.
 */
struct intake *intake_open(const char *home, const struct boot *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Read the settings if they changed, and say how large a body may be.  Once
 * before each request's body is read.
 */
size_t intake_begin(struct intake *) __attribute__((nonnull));

/* One request of several; both borrowed. */
struct intake_item {
	const struct request *request;
	struct response *response; /* all zero to begin with */
};

/*
 * Answer n requests.  Nothing is written to a client before this returns: 200
 * means that the delivery is on stable storage.  The deliveries of one endpoint
 * share its lock and its sync.
 */
void intake_answer_many(struct intake *, const struct intake_item *, size_t n)
    __attribute__((nonnull));

/* The same for one. */
void intake_answer(struct intake *, const struct request *, struct response *)
    __attribute__((nonnull));

/* There is nothing to do: give back memory that was kept for the next turn. */
void intake_rest(struct intake *) __attribute__((nonnull));

void intake_close(struct intake *);

#endif
