/*
 * http: the sender's part of HTTP and HTTPS (libcurl), as LikesToLeads plays
 * it: a POST, no redirect followed, the certificate looked at.  Several can be
 * under way at once.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define HTTP_TAG_SIZE 208

struct http_request {
	const char *url;
	const char *body; /* NULL: a GET */
	size_t len;
	const char *signature; /* X-Webhook-Signature, or NULL */
	const char *event;     /* X-Webhook-Event, or NULL; event_len bytes */
	size_t event_len;
	int64_t number;          /* what the reply is known by */
	char tag[HTTP_TAG_SIZE]; /* ... and a text that it gets as well */
};

enum http_trouble {
	HTTP_FINE,        /* there is a status */
	HTTP_UNREACHABLE, /* no answer: later, perhaps */
	HTTP_UNUSABLE     /* the certificate, or no HTTP at all */
};

struct http_reply {
	int64_t number;
	const char *tag; /* this and what follows is borrowed until the next */
	enum http_trouble trouble;
	const char *why;    /* of a trouble, or a redirect: a clause; else "" */
	int status;         /* 0 without one */
	int64_t took;       /* microseconds */
	const char *type;   /* Content-Type, or "" */
	const char *server; /* Server, or "" */
	const char *body;   /* its first 64 KiB */
	size_t len;
};

struct http;

/* Was this program built with libcurl? */
int http_is_there(void);

/* Ready for so many at once; NULL with the fault set. */
struct http *http_open(int jobs, int insecure, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* How many are under way, and may one more begin? */
int http_running(const struct http *) __attribute__((nonnull));
int http_has_room(const struct http *) __attribute__((nonnull));

/* Begin one; all of it is copied.  0, or -1 with the fault set. */
int http_begin(struct http *, const struct http_request *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Wait a fifth of a second at most: 1 with the next that has ended, or 0. */
int http_wait(struct http *, struct http_reply *) __attribute__((nonnull));

/* Whatever is under way is given up. */
void http_close(struct http *);

#endif
