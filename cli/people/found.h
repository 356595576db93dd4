/*
 * found: everyone who is looked for, over all days.
 */
#ifndef FOUND_H
#define FOUND_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "cli/people/seek.h"
#include "config/endpoint.h"

struct cli;

/* What is told of a person: texts, with times in the time zone in use. */
enum {
	FOUND_NAME,
	FOUND_JOB,
	FOUND_COMPANY,
	FOUND_URL,
	FOUND_URN, /* empty: they have none */
	FOUND_FIRST,
	FOUND_LAST,
	FOUND_TIMES,
	FOUND_CELLS
};

/* What was found. */
struct found {
	int64_t count;
	int64_t damaged; /* lines of the journals that don't count */
	char endpoint[ENDPOINT_NAME_SIZE]; /* the first that has one */
	/* Of each person, 0 or -1 with the fault set; NULL: JSON on stdout. */
	int (*take)(void *context, const char *const cells[FOUND_CELLS],
	    struct fault *);
	void *context;
	const char *cells[FOUND_CELLS]; /* of the one in hand */
};

/*
 * Look for them in the endpoints that --endpoint names, or in all.  EX_OK, or
 * what cli_fail() returned.
 */
int found_people(struct found *, struct cli *, const struct seek *)
    __attribute__((nonnull));

#endif
