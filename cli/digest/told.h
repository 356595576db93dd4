/*
 * told: what a morning's mail tells: all that a digest has gathered.
 */
#ifndef TOLD_H
#define TOLD_H

#include <stddef.h>
#include <stdint.h>

struct cli;
struct consumer;
struct endpoint;

/* So many people are named at most; the leads of the others are counted. */
#define DIGEST_PEOPLE 40

/* So many signals are told apart; the leads of further ones are counted. */
#define DIGEST_SIGNALS 500

enum digest_deed {
	DIGEST_COMMENT,
	DIGEST_REACTION,
	DIGEST_REPOST,
	DIGEST_OTHER, /* what LikesToLeads may come to tell */
	DIGEST_DEEDS
};

/*
 * Someone who is named, by the best of their leads: a comment rather than
 * anything else, the newest of those.  The texts are owned, UTF-8, on one line,
 * cut, and "" where there is none.
 */
struct digest_person {
	char *urn;            /* whole; who has none has one lead */
	int64_t received;     /* their best lead, */
	int64_t order;        /* of those received at once the last, */
	const char *endpoint; /* where it came; borrowed */
	enum digest_deed deed;
	int64_t times; /* how many of the leads are theirs */
	char *name;
	char *work;     /* "VP of Sales, Acme Corp" */
	char *reaction; /* "LIKE"; or what else LikesToLeads calls it */
	char *comment;
	char *signal;
	char *url;  /* of the profile: http or https only */
	char *post; /* of the post, the same */
};

struct digest_signal {
	char *name; /* owned, cut; "" where leads have none */
	int64_t leads;
};

struct digest_endpoint {
	const char *name; /* borrowed */
	int64_t leads, tests, others, unreadable;
	struct consumer *consumer; /* owned */
};

struct digest_concern {
	int act;    /* 0: only good to know */
	char *text; /* owned; its commands are complete */
};

/* See digest.h. */
struct digest {
	/* To be set before it is gathered. */
	int names; /* who they are is told; else nothing of them is kept */
	const char *page; /* borrowed: the page's URL; "" for none */
	const char *site; /* borrowed: this machine's name; "" for none */

	/* Known once it is open. */
	const struct cli *cli;             /* borrowed */
	const struct endpoint *found;      /* borrowed; as many */
	struct digest_endpoint *endpoints; /* owned */
	size_t nendpoints;
	int64_t now;
	int64_t since; /* of the last mail, of any endpoint; 0: the first */

	/* What was gathered. */
	int64_t newest; /* when the last delivery was received, new or not; 0 */
	int64_t leads;  /* of all endpoints, and by what was done */
	int64_t deeds[DIGEST_DEEDS];
	struct digest_person *people; /* owned; who commented, then the others,
	                                 the newest first */
	size_t npeople;
	struct digest_signal *signals; /* owned; those with most leads first */
	size_t nsignals;
	int64_t unsorted;                /* leads of further signals */
	struct digest_concern *concerns; /* owned; those to act on first */
	size_t nconcerns, nacts;
	char *status; /* owned: a clause with the command that tells all */
};

#endif
