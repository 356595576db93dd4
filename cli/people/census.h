/*
 * census: everyone who engaged, from all that a journal keeps: who is to be
 * listed, by the newest of which leads, and since when and how often they came.
 */
#ifndef CENSUS_H
#define CENSUS_H

#include <stdint.h>

#include "base/fault.h"
#include "cli/export/output.h"
#include "cli/export/pass.h"
#include "cli/export/selection.h"
#include "cli/people/people.h"

struct census {
	const struct selection *selection; /* borrowed */
	const struct output *output;       /* borrowed */
	int counts, judges; /* what the pass in hand does with a lead */
	int newcomers; /* only who has no lead but those that are asked for */
	struct people *people;
	unsigned char *pieces; /* owned; 1: someone's lead to show is in it */
	struct pass_damage damage;
};

/*
 * Go through whole journals for the history; and who is listed, by which lead,
 * is told by them too, or by the part of them that is asked for: people lists
 * of these only who has no other lead.  The
 * census is all zero, and to be freed in any case.  0, or -1 with the fault
 * set.
 */
int
census_take(struct census *, const struct selection *, const struct output *,
    const struct journals *all, const struct journals *asked, struct fault *)
    __attribute__((nonnull(1, 2, 3, 4, 6), warn_unused_result));

/*
 * Is it the lead that somebody is listed by?  1, 0, or -1 with the fault set.
 * *person is who it is, and NULL where the lead has no urn: then it stands for
 * itself.
 */
int census_lists(const struct census *, const struct pass_lead *,
    const struct person **, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Has a piece of the journal no such lead? */
int census_skips(const struct census *, int64_t piece) __attribute__((nonnull));

void census_free(struct census *) __attribute__((nonnull));

#endif
