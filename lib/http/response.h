/*
 * response: what goes out, to the client and to the log, as plain data.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct response {
	int status;        /* of HTTP */
	const char *allow; /* the header Allow; static, or NULL */
	int retry_after;   /* seconds; 0 is none */
	struct bytes body; /* JSON and a newline; owned */

	/* For the log only. */
	char endpoint[65];
	const char *outcome; /* stored, duplicate, bad_signature, ...; static */
	char id[200];        /* the delivery's, id_len bytes of anything */
	size_t id_len;       /* 0: there is none */
	size_t leads;
	char reason[1024]; /* what went wrong, or what to know; may be empty */
};

/*
 * Answer {"status":outcome,"delivery_id":id,"leads":leads}; without the last
 * two where id is NULL.  outcome is static.
 */
void response_kept(struct response *, int status, const char *outcome,
    const char *id, size_t id_len, size_t leads) __attribute__((nonnull(1, 3)));

/*
 * Answer {"error":outcome,"message":message}.  Both are static, or the
 * message lives as long as the call.
 */
void response_error(struct response *, int status, const char *outcome,
    const char *message) __attribute__((nonnull));

/* Add "reason":clause to what response_kept() made. */
void response_tell_reason(struct response *, const char *clause)
    __attribute__((nonnull));

/* Add "skipped":n to what response_kept() made: leads that have no row. */
void
response_tell_skipped(struct response *, size_t n) __attribute__((nonnull));

/* Add "bytes":n to what response_error() made: how much of a body came. */
void response_tell_bytes(struct response *, size_t n) __attribute__((nonnull));

/* Add what only the log is to know: a path, an errno, a remedy. */
void response_reason(struct response *, const char *fmt, ...)
    __attribute__((nonnull, format(printf, 2, 3)));

/*
 * Complete the commands in the reason, which is whole by now, for who reads the
 * log of the receiver whose home that is.
 */
void
response_complete(struct response *, const char *home) __attribute__((nonnull));

/* The phrase of a status, "Not Found". */
const char *response_phrase(int status);

/*
 * The response as a CGI program writes it (RFC 3875 section 6): Status,
 * headers, an empty line, the body.  Where there is no memory for it, it is
 * RESPONSE_NO_MEMORY that is to be sent: a 503, as a retry is never wrong.
 */
#define RESPONSE_NO_MEMORY                                                     \
	"Status: 503 Service Unavailable\r\n"                                  \
	"Content-Type: application/json\r\n"                                   \
	"Retry-After: 10\r\n"                                                  \
	"\r\n"                                                                 \
	"{\"error\":\"memory\",\"message\":\"There is no "                     \
	"memory left; send this one again later.\"}\n"

void response_write(const struct response *, struct bytes *)
    __attribute__((nonnull));

/*
 * One line of logfmt with its newline: endpoint, status, what happened, id,
 * leads, bytes received, milliseconds taken, reason.
 */
void response_log(const struct response *, size_t bytes, int64_t microseconds,
    struct bytes *) __attribute__((nonnull));

void response_free(struct response *) __attribute__((nonnull));

#endif
