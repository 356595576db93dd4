/*
 * relay: pass on what comes at all endpoints of a relay, once or until it is
 * stopped.
 *
 * It tells each message on stdout, a line of logfmt as the receiver's log has,
 * and on stderr what goes wrong, in sentences.  Between two looks it sleeps a
 * second, whatever fails.
 */
#ifndef RELAY_H
#define RELAY_H

#include "cli/cli.h"
#include "reader/attempts.h"

struct relayconf;

/*
 * Pass on what is due, and end: EX_OK; EX_TEMPFAIL where a try failed and
 * another is to come; EX_UNAVAILABLE where it stands still; or the code of what
 * went wrong here.
 */
int relay_once(struct cli *, const char *name) __attribute__((nonnull));

/*
 * Go on until somebody wants it to end: EX_OK.  Another code is that of what is
 * wrong when it begins; later it waits until that is put right.
 */
int relay_run_on(struct cli *, const char *name) __attribute__((nonnull));

/*
 * Say how it stands at an endpoint where it waits or stands still, with the
 * remedy; returns the exit code for it.
 */
int relay_explain(const struct cli *, const struct relayconf *,
    const char *endpoint, const struct attempts *) __attribute__((nonnull));

#endif
