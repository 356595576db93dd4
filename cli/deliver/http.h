/*
 * http: the client's part of HTTP and HTTPS (libcurl), as LikesToLeads plays
 * it, or as a relay does: a POST, no redirect followed, TLS 1.2 or newer, the
 * certificate looked at.  Several can be under way at once.
 *
 * A connection has to stand within 10 seconds, and the whole answer to be here
 * 30 seconds after the request began, and a second later for each 64 KiB of its
 * body.  An answer is read up to 64 KiB of its body, and of its headers; the
 * status of one with a longer body counts, one with longer headers is none.
 *
 * A connection is used again.  Where the server closes it just then, libcurl
 * sends the request once more by a new one.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "cli/deliver/trouble.h"

#define HTTP_TAG_SIZE 208

struct http_options {
	int jobs;     /* so many at once, 1 or more */
	int insecure; /* a certificate that nobody vouches for will do */

	/*
	 * It is a relay that asks: what goes wrong is told in the words for
	 * one, with no more of a URL than its host, and the environment's
	 * proxies (https_proxy) are not used.
	 */
	int relay;

	/*
	 * Only https://, and only to a public address (address.h): what a name
	 * resolves to is looked at when the connection is made.
	 */
	int public_only;
};

/* Neither has a control character in it, and a value is not empty. */
struct http_header {
	const char *name;
	const char *value; /* not NUL-terminated */
	size_t len;
};

struct http_request {
	const char *url;
	const char *body; /* NULL: a GET; else a POST of application/json */
	size_t len;
	const struct http_header *headers; /* beside our own */
	size_t nheaders;
	int64_t number;          /* what the reply is known by */
	char tag[HTTP_TAG_SIZE]; /* ... and a text that it gets as well */
};

enum http_trouble {
	HTTP_FINE,        /* there is a status, and a whole answer */
	HTTP_UNREACHABLE, /* no answer: later, perhaps */
	HTTP_UNUSABLE     /* the certificate, or no HTTP at all */
};

struct http_reply {
	int64_t number;
	const char *tag; /* this and what follows is borrowed until the next */
	enum http_trouble trouble;
	const char *why; /* of a trouble, or a redirect: a clause; else "" */
	int status;      /* 0 with a trouble */
	int64_t took;    /* microseconds */
	int64_t retry_after; /* it asked for so many seconds; -1: it didn't */
	const char *type;    /* Content-Type, or "" */
	const char *server;  /* Server, or "" */
	const char *body;    /* its first 64 KiB */
	size_t len;
};

struct http;

/* Was this program built with libcurl? */
int http_is_there(void);

/* Ready for so many at once; NULL with the fault set. */
struct http *http_open(const struct http_options *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* How many are under way, and may one more begin? */
int http_running(const struct http *) __attribute__((nonnull));
int http_has_room(const struct http *) __attribute__((nonnull));

/* Begin one where there is room; all of it is copied.  0, or -1 and the fault.
 */
int http_begin(struct http *, const struct http_request *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Wait a fifth of a second at most: 1 with the next that has ended, or 0. */
int http_wait(struct http *, struct http_reply *) __attribute__((nonnull));

/* Whatever is under way is given up. */
void http_close(struct http *);

#endif
