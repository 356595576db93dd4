/*
 * finish: what a command that was cut off has left to be done: the next one of
 * forget, prune, and rebuild does it first.
 */
#ifndef FINISH_H
#define FINISH_H

#include "cli/cli.h"
#include "task/pending.h"

/*
 * Finish, at the endpoints that are chosen, what other commands than this have
 * begun.  A rebuild that can't be finished keeps nobody: it is told, and given
 * up.  EX_OK, or what cli_fail() returned.
 */
int finish_others(struct cli *, enum pending_task own) __attribute__((nonnull));

/* The commands' own part in it.  EX_OK, or what cli_fail() returned. */
int
forget_pending(struct cli *, const struct endpoint *) __attribute__((nonnull));
int prune_pending(struct cli *, const struct endpoint *, const char *before)
    __attribute__((nonnull));
int rebuild_pending(struct cli *, const struct endpoint *, const struct bytes *)
    __attribute__((nonnull));

/* Say why forget is not done with an endpoint, and what goes on.  The status.
 */
int finish_later(const struct cli *, const struct endpoint *,
    const struct fault *) __attribute__((nonnull));

#endif
