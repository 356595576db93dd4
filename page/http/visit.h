/*
 * visit: a request to the page, as plain data.
 */
#ifndef VISIT_H
#define VISIT_H

#include <stddef.h>
#include <stdint.h>

#include "http/request.h"
#include "select/query.h"

/* More of a form is not taken: bytes. */
#define VISIT_BODY_MAX 16384

/*
 * All zero to begin with; visit_free() at the end.  What is absent is "".
 *
 * script is SCRIPT_NAME as a URL has it: escaped, without a / at its end, and
 * with one at its beginning: where there are two another site's name follows.
 */
struct visit {
	struct request request; /* method, path, https, who asks */
	const char *script;     /* what stands before the path in a URL */
	const char *host;       /* HTTP_HOST */
	const char *origin;     /* HTTP_ORIGIN */
	const char *fetch_site; /* HTTP_SEC_FETCH_SITE */
	const char *cookies;    /* HTTP_COOKIE */
	const char *languages;  /* HTTP_ACCEPT_LANGUAGE */
	const char *user;       /* REMOTE_USER, as the web server knows them */
	const char *type;       /* CONTENT_TYPE */
	const char *query_text; /* QUERY_STRING */
	struct query query;     /* of the URL */
	struct query form;      /* of the body of a POST */
	char *script_text;      /* owned */
	int64_t now;            /* microseconds UTC */
};

/*
 * Take what we use of the web server's environment, which is borrowed, and of
 * a body that is whole.  now is the caller's to set.  0, or -1 with
 * FAULT_MEMORY.
 */
int visit_read(struct visit *, char *const *environment, const char *body,
    size_t n, struct fault *) __attribute__((nonnull, warn_unused_result));

/* The value of a cookie, into out: 1, or 0 where it is absent or too long. */
int visit_cookie(const struct visit *, const char *name, char *out, size_t size)
    __attribute__((nonnull));

/* Is it a GET, or a HEAD? */
int visit_is_get(const struct visit *) __attribute__((nonnull));

/*
 * Was a POST made by a page of ours: the browser says so itself
 * (Sec-Fetch-Site, which no page can set, is same-origin: right also where a
 * proxy calls us by another name); or, an older one, Origin is scheme and host
 * of this request?
 */
int visit_is_ours(const struct visit *, int https) __attribute__((nonnull));

void visit_free(struct visit *) __attribute__((nonnull));

#endif
