/*
 * doors: how a visit comes in and its reply goes out.
 */
#ifndef PAGE_DOORS_H
#define PAGE_DOORS_H

struct page;

/*
 * Answer the one request that the environment and stdin hold (RFC 3875), its
 * log line on stderr.  Returns the exit status.
 */
int plaincgi_serve(struct page *) __attribute__((nonnull));

/* Were we started as a FastCGI responder, with a listening socket as fd 0? */
int fastcgi_is(void);

/*
 * Answer requests from the listening socket, fd 0, until SIGTERM, SIGINT,
 * SIGQUIT or SIGUSR1: then those in hand are finished first.  One that may take
 * long, or comes slowly, has a process of its own.  Log lines go to the web
 * server, or, where to_stderr is set, to stderr.  Returns the exit status.
 */
int fastcgi_serve(struct page *, int to_stderr) __attribute__((nonnull));

#endif
