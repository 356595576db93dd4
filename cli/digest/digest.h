/*
 * digest: what a morning's mail tells: what came since the last one, of all
 * endpoints, and what needs a person.
 *
 *	open		when the last one was, and what is new is settled
 *	gather		it is read, and counted
 *	commit		it has been told, and is new no more
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "cli/cli.h"
#include "cli/endpoints.h"
#include "reader/consumer.h"

/* The name of its cursor at each endpoint. */
#define DIGEST_CURSOR "digest"

/* So many people are named at most; the leads of the others are counted. */
#define DIGEST_PEOPLE 40

/* So many signals are told apart; the leads of further ones are counted. */
#define DIGEST_SIGNALS 500

/* The longest mail, as it goes out: bytes. */
#define DIGEST_MAIL_MAX (30 * 1000)

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

/* All zero to begin with; digest_free() at the end. */
struct digest {
	/* To be set before digest_gather(). */
	int names; /* who they are is told; else nothing of them is kept */
	const char *page; /* borrowed: the page's URL; "" for none */
	const char *site; /* borrowed: this machine's name; "" for none */

	/* By digest_open(). */
	const struct cli *cli;             /* borrowed */
	const struct endpoint *found;      /* borrowed; as many */
	struct digest_endpoint *endpoints; /* owned */
	size_t nendpoints;
	int64_t now;
	int64_t since; /* of the last mail, of any endpoint; 0: the first */

	/* By digest_gather(). */
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
	char *status; /* owned: the command that tells all of them, complete */
};

/*
 * Open the cursor at each of these endpoints, at least one, whose list must
 * last until digest_free(), as the settings that hold for all are in use.  With
 * CONSUMER_MOVE nobody else does now: FAULT_BUSY.  0, or -1 with the fault set.
 */
int digest_open(struct digest *, const struct cli *, const struct endpoints *,
    enum consumer_mode, int64_t now, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Read what is new, and ask for concerns.  Of an endpoint that nobody was
 * mailed of before only what came yesterday and today is told.  0, or -1 with
 * the fault set: FAULT_BUSY where the journal was rewritten meanwhile.
 */
int digest_gather(struct digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* It has been told, all of it.  0, or -1: then some of it comes again. */
int digest_commit(struct digest *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void digest_free(struct digest *) __attribute__((nonnull));

#endif
