/*
 * leftovers: the files of a home in which someone stands who was forgotten, and
 * which are not the journals of those endpoints.
 */
#ifndef LEFTOVERS_H
#define LEFTOVERS_H

#include "base/bytes.h"
#include "base/fault.h"
#include "cli/commands/remains.h"
#include "journal/segments.h"
#include "task/pending.h"

struct hold;

/* An endpoint that was looked through; all is borrowed. */
struct leftovers_place {
	struct hold *hold;
	const struct pending *pending;
	const struct segments *hits; /* that had leads to go */
};

/*
 * Look through every file below the home for the urns of all places, and, where
 * it isn't a dry run, for the other texts.  A sheet that is as its journal
 * makes it has these of another person.  Before the journals are written the
 * sheets of those days say nothing: a dry run leaves them out.  0; 1 when a
 * signal ended it; or -1 with the fault set.
 */
int leftovers_search(const char *home, const struct leftovers_place *, size_t n,
    int dry, struct remains *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
