/*
 * rights: whose the home is, and what they can do whose it isn't.
 */
#ifndef RIGHTS_H
#define RIGHTS_H

#include "cli/cli.h"
#include "config/remedy.h"

/* Who pastes a command that this process tells, and whose the home is. */
struct rights {
	struct remedy remedy;
	char program[PATH_MAX];
	char owner[REMEDY_USER_SIZE];
};

void rights_find(struct rights *, const struct cli *) __attribute__((nonnull));

/*
 * Does the home belong to whoever runs this?  What root makes in another
 * user's home the receiver could not write to.  EX_OK, or what cli_fail()
 * returned.
 */
int rights_check_owner(const struct cli *) __attribute__((nonnull));

/* Has whoever runs this come upon what only others may read? */
int rights_are_others(const struct cli *) __attribute__((nonnull));

/* Say who may read it, and what to do; what cli_fail() returned. */
int rights_complain(const struct cli *, const struct fault *)
    __attribute__((nonnull));

#endif
