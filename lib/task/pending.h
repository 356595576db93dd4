/*
 * pending: the work of a command that must be finished once it has begun, in an
 * endpoint's file "pending".
 *
 * The file is written before anything else is, and removed when all is done.  A
 * command that was cut off has left it there, and the command that comes next
 * finishes that work first.  Mode 0600: it names persons.
 */
#ifndef PENDING_H
#define PENDING_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"

enum pending_task {
	PENDING_NOTHING,
	PENDING_FORGET,
	PENDING_PRUNE,
	PENDING_REBUILD
};

/*
 * All zero to begin with; pending_free() at the end.  A list has a newline
 * behind each of its texts.
 */
struct pending {
	enum pending_task task;
	char before[UTC_DAY_SIZE]; /* prune: the first day that stays */
	struct bytes days; /* rebuild: which; none: every day, and the index */
	struct bytes urns; /* forget: the persons */
	/* forget: names, addresses and comments in the leads that go. */
	struct bytes texts;
	/*
	 * forget: files of someone's below the endpoint's directory from which
	 * their rows can't be told apart.
	 */
	struct bytes named;
	/*
	 * forget: the day in hand, and its sheets that were judged ours before
	 * its journal was replaced, each as the hash of its bytes, a blank, and
	 * its path below sheets/.  Without files no day is half done.
	 */
	char day[UTC_DAY_SIZE];
	struct bytes files;
};

/* The command's word: forget, prune, rebuild; "nothing". */
const char *pending_word(enum pending_task);

/* Read the file: 1; 0 when there is none; or -1 with the fault set. */
int pending_read(const struct endpoint *, struct pending *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Have the file say this, on stable storage; without a task there is no file.
 * 0, or -1 with the fault set and the file as it was.
 */
int pending_write(const struct endpoint *, const struct pending *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Is a text of n bytes in a list? */
int pending_has(const struct bytes *list, const char *, size_t n)
    __attribute__((nonnull));

/*
 * Append it, unless it is there.  What is empty, or has a newline, is left out.
 * A list that ran out of memory says so in bytes_check().
 */
void pending_add(struct bytes *list, const char *, size_t n)
    __attribute__((nonnull));

/* Add what another list has, or take that away. */
void pending_join(struct bytes *list, const struct bytes *other)
    __attribute__((nonnull));
void pending_drop(struct bytes *list, const struct bytes *away)
    __attribute__((nonnull));

void pending_free(struct pending *) __attribute__((nonnull));

#endif
