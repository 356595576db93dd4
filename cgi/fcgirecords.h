/*
 * fcgirecords: FastCGI records as bytes (FastCGI 1.0, section 3.3).
 *
 * libfcgi is who reads a request out of them; here they are only counted, to
 * know when all of a request has come, and made.
 */
#ifndef FCGIRECORDS_H
#define FCGIRECORDS_H

#include <stddef.h>

#include "base/bytes.h"

/* How far a request has come.  All zero: nothing of it has. */
struct fcgirecords {
	int id;       /* of the request; 0 before it begins */
	int keep;     /* the connection is to be kept after it */
	int params;   /* all of its parameters are there */
	int whole;    /* and all of its body */
	size_t taken; /* bytes of the buffer that are whole records of it */
	int dropped;  /* some of that is not in the buffer */
	size_t body;  /* bytes of the body that came */
	size_t last;  /* where in the buffer the last of these records begins */
};

/*
 * Take the whole records that stand in the buffer behind r->taken, up to the
 * end of the request.  Neighbours of one stream become one record, and of a
 * body what comes after it has reached more than limit bytes is dropped: so a
 * request never takes much more room than its content.  Records of no request
 * are dropped as well; what is to be said to them is added to reply.  0, or -1:
 * this is no request that a web server makes, and the connection is of no use.
 */
int fcgirecords_take(struct fcgirecords *, struct bytes *, size_t limit,
    struct bytes *reply) __attribute__((nonnull, warn_unused_result));

/*
 * The same without changing the bytes: is it exactly one whole request, from
 * the first of them to the last, and nothing else?
 */
int fcgirecords_are_request(struct fcgirecords *, const char *, size_t n)
    __attribute__((nonnull, warn_unused_result));

/* A whole stream of that type as records, with the one that ends it. */
void fcgirecords_add_stream(struct bytes *, int type, int id,
    const struct bytes *content) __attribute__((nonnull));

/* The record that ends a request. */
void fcgirecords_add_end(struct bytes *, int id) __attribute__((nonnull));

#endif
