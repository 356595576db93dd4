/*
 * trouble: why a request had no answer, or none that will do, in words.
 *
 * Each is a clause with the remedy, for a sentence that names the URL or its
 * host before it.  There are two sets of words: for who plays LikesToLeads and
 * looks at a receiver of one's own, and for a relay, whose target may be a
 * stranger's.  Those for a relay have nothing of a URL but its host.
 */
#ifndef TROUBLE_H
#define TROUBLE_H

#include <stddef.h>

enum trouble {
	TROUBLE_NAME,        /* no such name */
	TROUBLE_CONNECT,     /* nothing listens, or there is no way to it */
	TROUBLE_PRIVATE,     /* all of its addresses are private ones */
	TROUBLE_TIME,        /* no answer in time */
	TROUBLE_CLOSED,      /* closed before there was one */
	TROUBLE_CUT_OFF,     /* closed in the middle of one */
	TROUBLE_CERTIFICATE, /* nobody vouches for it */
	TROUBLE_AUTHORITIES, /* this machine doesn't say who may */
	TROUBLE_TLS,         /* no TLS there, or none that is safe */
	TROUBLE_URL,         /* that is none */
	TROUBLE_PLAIN,       /* http://, where it has to be https:// */
	TROUBLE_HEADERS,     /* more of them than anybody needs */
	TROUBLE_NO_HTTP,     /* an answer of another kind */
	TROUBLE_REDIRECT,    /* it points elsewhere; detail is where to */
	TROUBLE_OTHER        /* detail is all there is to say */
};

/* Write the clause; detail is what the library says, or "". */
void trouble_tell(enum trouble, int relay, const char *detail, char *out,
    size_t size) __attribute__((nonnull));

#endif
