/*
 * endpoints: those that a command is about, where it can be about several.
 */
#ifndef ENDPOINTS_H
#define ENDPOINTS_H

#include "cli/cli.h"

/* All zero to begin with; endpoints_free() at the end. */
struct endpoints {
	struct endpoint *list; /* owned */
	size_t n;
};

/* Which are meant where --endpoint isn't given. */
enum endpoints_default {
	ENDPOINTS_THE_ONLY, /* with several a person has to say which */
	ENDPOINTS_ALL
};

/*
 * Those that --endpoint names: one, several with commas between them, in that
 * order, or "all", in the order of their names.  The settings in use are then
 * those of the one, and of several those that hold for all endpoints.  EX_OK,
 * or what cli_fail() returned.
 */
int endpoints_choose(struct endpoints *, struct cli *, enum endpoints_default)
    __attribute__((nonnull));

void endpoints_free(struct endpoints *) __attribute__((nonnull));

#endif
