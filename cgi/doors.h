/*
 * doors: how a request comes in and its response goes out.  Each is thin:
 * what is in between is lib/'s.
 */
#ifndef DOORS_H
#define DOORS_H

#include "http/intake.h"

/*
 * Answer the one request that the environment and stdin hold (RFC 3875), its
 * log line on stderr.  Returns the exit status.
 */
int plaincgi_serve(struct intake *) __attribute__((nonnull));

/* Were we started as a FastCGI responder, with a listening socket as fd 0? */
int fastcgi_is(void);

/*
 * Answer requests from the listening socket, fd 0, one at a time, until
 * SIGTERM, SIGINT, SIGQUIT or SIGUSR1: then the request in hand is finished
 * first.
 * Log lines go to the web server, or, where to_stderr is set, to stderr.
 * Returns the exit status.
 */
int fastcgi_serve(struct intake *, int to_stderr) __attribute__((nonnull));

#endif
