/*
 * health: how the receiver is, for whoever sees the page: when the last
 * delivery came, and what needs a hand.
 *
 * It reads no more than a journal's end, takes no lock, and needs no file that
 * only the receiver's owner may read: "leadsheet status" tells more.
 */
#ifndef HEALTH_H
#define HEALTH_H

#include <stdint.h>

#include "base/fault.h"
#include "config/conf.h"
#include "page/data/catalog.h"

struct health {
	const char *home; /* all is borrowed */
	const struct conf *conf;
	struct catalog *catalog; /* brought up to date */
	const struct catalog_state *state;
	const struct catalog_scope *scope;
	int64_t now;
};

/*
 * When the last delivery came to an endpoint of the scope, a test too:
 * microseconds UTC; 0: none ever did, or it can't be read.
 */
int64_t health_newest(const struct health *) __attribute__((nonnull));

enum health_grade {
	HEALTH_ACT, /* leads are kept out, or may be lost: do something */
	HEALTH_NOTE /* good to know */
};

/*
 * Call tell with each thing that needs a person, a sentence with the remedy;
 * those to act on come first.  How many there were, or -1 with the fault set.
 */
int health_each(const struct health *,
    void (*tell)(void *, enum health_grade, const char *), void *context,
    struct fault *) __attribute__((nonnull(1, 2, 4), warn_unused_result));

#endif
