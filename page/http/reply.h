/*
 * reply: what goes out to a browser or a spreadsheet: collected and sent whole,
 * or, where it is long, begun and written on.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

struct reply {
	int status;           /* of HTTP; 200 to begin with */
	const char *type;     /* Content-Type; static; NULL: there is no body */
	const char *cache;    /* Cache-Control; static; NULL: no-store */
	struct bytes headers; /* further ones, each with CRLF; owned */
	struct bytes body;    /* owned */
	int is_head;          /* the body is not sent */
	int begun;            /* status and headers are on their way */
	int gone;             /* nobody listens any more */
	/* What was begun isn't whole: the door breaks it off, as it can. */
	int cut;
	size_t sent; /* bytes of body so far */

	/* The door's, which begins with the headers: 0, or -1 where nobody
	 * listens any more. */
	int (*put)(void *door, const char *, size_t);
	void *door;

	/* For the log: which screen, which reader, why not; never a query. */
	const char *screen; /* static */
	char reader[65];
	char reason[512];
};

/* One that answers 200; put is the door's.  Headers that every answer has, such
 * as Content-Security-Policy, come by themselves. */
void reply_start(struct reply *, int (*put)(void *, const char *, size_t),
    void *door) __attribute__((nonnull(1, 2)));

/* Add a header.  Of the value control characters are left out. */
void reply_header(struct reply *, const char *name, const char *value)
    __attribute__((nonnull));

/* 303 See Other: a path of ours, which begins with the visit's script. */
void reply_redirect(struct reply *, const char *url) __attribute__((nonnull));

/*
 * Send status and headers, and what is in the body now; from here on
 * reply_write() sends what is given.  0, or -1 where nobody listens.
 */
int reply_begin(struct reply *) __attribute__((nonnull, warn_unused_result));
int reply_write(struct reply *, const char *, size_t)
    __attribute__((nonnull, warn_unused_result));

/* Send all of what wasn't begun, with Content-Length. */
void reply_end(struct reply *) __attribute__((nonnull));

/*
 * Throw away what was written and wasn't begun: another answer takes its place.
 * What is for the log stays.
 */
void reply_reset(struct reply *) __attribute__((nonnull));

void reply_free(struct reply *) __attribute__((nonnull));

#endif
