/*
 * digest: what a morning's mail tells: what came since the last one, of all
 * endpoints, and what needs a person.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

/* The name of its cursor at each endpoint. */
#define DIGEST_CURSOR "digest"

/* So many leads are named at most, the newest; the others are counted. */
#define DIGEST_LEADS 40

/* The longest mail, as it goes out: bytes. */
#define DIGEST_MAIL_MAX (30 * 1000)

/* A lead that is named; the strings are owned, UTF-8, "" where it has none. */
struct digest_lead {
	int64_t received;
	const char *endpoint; /* borrowed */
	char *name;
	char *work;    /* "VP of Sales, Acme Corp" */
	char *deed;    /* "commented", "reacted LIKE" */
	char *comment; /* cut */
	char *signal;
	char *url; /* of the profile: http or https only */
};

struct digest_count {
	char *name; /* owned: a signal's; or borrowed: an endpoint's */
	int64_t leads;
};

struct digest_endpoint {
	const char *name; /* borrowed */
	int enabled;
	int64_t leads, deliveries, tests, others, unreadable;
};

struct digest_concern {
	int act;    /* 0: only good to know */
	char *text; /* owned; its commands are complete */
};

/* All zero to begin with; digest_free() at the end. */
struct digest {
	int64_t now;
	int64_t since;    /* of the last mail; 0: this is the first */
	int names;        /* who they are is told */
	const char *page; /* borrowed: the page's URL; "" for none */
	const char *site; /* borrowed: this machine's name */
	struct digest_endpoint *endpoints; /* owned */
	size_t nendpoints;
	int64_t leads;                /* of all */
	struct digest_lead *list;     /* owned; the newest first */
	size_t nlist;                 /* DIGEST_LEADS at most */
	struct digest_count *signals; /* owned; those with most leads first */
	size_t nsignals;
	struct digest_concern *concerns; /* owned; those to act on first */
	size_t nconcerns;
};

void digest_free(struct digest *) __attribute__((nonnull));

#endif
