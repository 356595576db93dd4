/*
 * tally: an endpoint's last days, counted.
 *
 * Who may read the endpoint can have it: nothing is written and no lock is
 * taken, so that deliveries that come meanwhile may be counted or not.  The
 * journal is read of these days only.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"

#define TALLY_DAYS 14

struct tally_day {
	char day[UTC_DAY_SIZE]; /* that the journal's files are named after */
	int64_t leads;          /* rows that the deliveries made */
	int64_t deliveries;     /* records, by their kind */
	int64_t tests;
	int64_t others;
	int64_t unreadable;
	int64_t damaged; /* lines that don't count, though they should */
	int64_t failed;  /* segments that a sync failed on */
};

struct tally {
	struct tally_day days[TALLY_DAYS]; /* the last one is today */
	int64_t newest;            /* when the last record was received, or 0 */
	size_t days_kept;          /* of which there is a journal */
	char oldest[UTC_DAY_SIZE]; /* of them; empty when there is none */
	int64_t disk;              /* bytes that all of the endpoint takes */
	int part; /* number of today's sheet that is written; 1 without one */
};

/* Count; now tells which day is today.  0, or -1 with the fault set. */
int tally_count(struct tally *, const struct endpoint *, int64_t now,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Each count over all the days; day is empty. */
struct tally_day tally_sum(const struct tally *) __attribute__((nonnull));

#endif
