/*
 * request: what came in, as plain data, whichever door it came through.
 *
 * The door (cgi/) fills it; a name of a header or of the environment ends
 * here.  All strings are borrowed from the door and may be NULL where there
 * was nothing.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>
#include <stdint.h>

enum request_body {
	REQUEST_BODY_WHOLE,
	REQUEST_BODY_SHORT,      /* it ended early, or the client left */
	REQUEST_BODY_MISMATCHED, /* it is not as long as it said */
	REQUEST_BODY_BAD_LENGTH, /* CONTENT_LENGTH is no number */
	REQUEST_BODY_TOO_LARGE,  /* larger than the limit; read and dropped */
	REQUEST_BODY_NO_MEMORY,  /* there was no room for it */
	REQUEST_BODY_SLOW,       /* it took too long to come */
	REQUEST_BODY_STOPPED     /* we were told to stop while it came */
};

struct request {
	const char *method;          /* REQUEST_METHOD */
	const char *length;          /* CONTENT_LENGTH */
	const char *path;            /* PATH_INFO */
	const char *signature;       /* X-Webhook-Signature */
	int signatures;              /* how many of these headers came */
	const char *encoding;        /* Content-Encoding */
	const char *https;           /* HTTPS: "on" by the web server */
	const char *scheme;          /* REQUEST_SCHEME */
	const char *forwarded_proto; /* X-Forwarded-Proto: from outside */
	const char *forwarded;       /* Forwarded and the like, by a proxy */
	const char *client;          /* REMOTE_ADDR */
	const char *server;          /* SERVER_ADDR */
	enum request_body state;
	const char *body; /* body_len bytes; empty unless it is whole */
	size_t body_len;
	int64_t received; /* when, in microseconds UTC */
};

/*
 * What CONTENT_LENGTH says, at most limit: 0 with *length set, *unknown set
 * where there is none.  Otherwise the state for the request: it is no number,
 * or too large a one.
 */
enum request_body request_length(const char *, size_t limit, size_t *length,
    int *unknown) __attribute__((nonnull(3, 4)));

/*
 * Take what we use of the web server's environment, NAME=value each, NULL at
 * the end; other names are passed over.  Of a name that comes twice the first
 * counts (of X-Forwarded-Proto what is not https), and signatures are counted.
 */
void
request_environment(struct request *, char *const *) __attribute__((nonnull));

/*
 * The name that stands in the path, "/main" or "/main/", into out; an empty
 * one where there is no path.  0, or -1 when it is no name of an endpoint
 * ([a-z0-9][a-z0-9-]{0,63}).
 */
#define REQUEST_NAME_SIZE 65
int request_name(const struct request *, char out[static REQUEST_NAME_SIZE])
    __attribute__((nonnull));

/*
 * Did it come by HTTPS?  trust: believe X-Forwarded-Proto as well, where each
 * proxy that is in it says https.
 */
int
request_is_https(const struct request *, int trust) __attribute__((nonnull));

/*
 * Was it made on this machine: from a loopback address, or from the address
 * that it came to?  Where a header says that a proxy passed it on, whoever made
 * it may be anywhere.
 */
int request_is_local(const struct request *) __attribute__((nonnull));

#endif
