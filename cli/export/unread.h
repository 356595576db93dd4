/*
 * unread: what --new wants: the leads that came since the last export of that
 * name, and to have them remembered.
 */
#ifndef UNREAD_H
#define UNREAD_H

#include <stddef.h>

#include "cli/cli.h"
#include "cli/endpoints.h"
#include "cli/export/output.h"

struct consumer;

struct unread_endpoint {
	const char *name; /* borrowed */
	struct consumer *consumer;
};

struct unread {
	struct cli *cli;
	const char *name; /* of the reader; NULL: --new wasn't given */
	int peek;
	struct unread_endpoint *list; /* owned */
	size_t n, room;
};

/* Does a cursor of that name belong to another command, the digest or a relay?
 */
int unread_is_taken(const char *name) __attribute__((nonnull));

/* Read the options; EX_OK, or what cli_fail() returned. */
int unread_read(struct unread *, struct cli *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Settle what is new of each endpoint, which is borrowed; nothing to do without
 * --new.  EX_OK, or what cli_fail() returned.
 */
int unread_open(struct unread *, const struct endpoints *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The output was committed: say what of it may surprise; and unless --peek was
 * given have it outlast a power cut, and then the cursors remember it.  EX_OK,
 * or what cli_fail() returned.
 */
int unread_commit(struct unread *, const struct output *)
    __attribute__((nonnull, warn_unused_result));

void unread_close(struct unread *) __attribute__((nonnull));

#endif
