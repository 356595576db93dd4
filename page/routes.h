/*
 * routes: which screen a path is, and what holds for it.
 */
#ifndef ROUTES_H
#define ROUTES_H

#include <stddef.h>

struct fault;
struct viewing;
struct visit;

enum {
	ROUTE_GET = 1,      /* asked for by GET and HEAD */
	ROUTE_POST = 2,     /* a form is sent to it */
	ROUTE_OPEN = 4,     /* without a login */
	ROUTE_LEADS = 8,    /* leads are read, which ones the query says */
	ROUTE_PLAIN = 16,   /* programs read it: errors are plain sentences */
	ROUTE_LASTS = 32,   /* it may take long */
	ROUTE_DAY = 64,     /* the rest of the path is a day */
	ROUTE_PERSON = 128, /* or the number of a person */
	ROUTE_POSTED = 256, /* or that of a post */
	ROUTE_STATIC = 512  /* the same for everybody: nothing is looked at */
};

struct route {
	const char *path; /* below SCRIPT_NAME; with a rest: its beginning */
	size_t len;       /* of that */
	int has_rest;     /* there is more of it: a day, a number, a name */
	const char *name; /* in the log; static */
	unsigned is;      /* ROUTE_... */
	/*
	 * Makes the reply: 0; or -1 with the fault set, where what isn't begun
	 * of it is to be thrown away.
	 */
	int (*screen)(struct viewing *, struct fault *);
};

/* The route of a path, and what follows it; NULL: there is none. */
const struct route *
routes_find(const char *path, const char **rest) __attribute__((nonnull));

/* The value of a header Allow for it. */
const char *routes_allow(const struct route *) __attribute__((nonnull));

/* Is that its answer to this visit: a file, such as a spreadsheet takes? */
int routes_is_file(const struct route *, const struct visit *)
    __attribute__((nonnull));

/* May the answer to a visit take long: a file, or a password's hash? */
int routes_lasts(const struct visit *) __attribute__((nonnull));

#endif
