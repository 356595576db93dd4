/*
 * byhand: what a person does with a relay: try it, look what goes next, have it
 * go on.
 *
 * Each returns EX_OK, or what cli_fail() returned.
 */
#ifndef BYHAND_H
#define BYHAND_H

#include "cli/cli.h"

/* Make the secret that it signs with, and show it once. */
int byhand_make_secret(struct cli *, const char *name) __attribute__((nonnull));

/* Send a made-up test delivery, and tell what came back. */
int byhand_test(struct cli *, const char *name) __attribute__((nonnull));

/*
 * Print the body of the next message of each endpoint, or with --test that of
 * the test delivery.  Nothing is sent or noted, and no lock taken.
 */
int byhand_print(struct cli *, const char *name) __attribute__((nonnull));

/* Where it stands still, or waits for its next try: try again now. */
int byhand_resume(struct cli *, const char *name) __attribute__((nonnull));

/* Pass over the delivery at which it stands, or waits. */
int byhand_skip(struct cli *, const char *name) __attribute__((nonnull));

#endif
