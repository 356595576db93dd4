/*
 * rebuild: sheets and index made again from the journal.
 */
#ifndef REBUILD_H
#define REBUILD_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "journal/names.h"

struct hold;

/* A part of a sheet that went to sheets/replaced/. */
struct rebuild_moved {
	char name[NAMES_SIZE]; /* under which it stood */
	char to[NAMES_SIZE];   /* in replaced/ */
	int differs;           /* from what the journal makes */
};

/* What came of a day; rebuild_free() at the end. */
struct rebuild {
	int has_journal; /* else nothing was touched */
	int is_new;      /* one of its sheets was made again */
	int64_t leads;   /* rows */
	int64_t tests;
	struct rebuild_moved *moved; /* owned */
	size_t nmoved, room;
};

/* Have the file "pending" say what is about to be done.  0, or -1. */
int rebuild_start(struct hold *, const struct bytes *days, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * A sheet of which every part is as the journal makes it stays.  Of any other
 * every part is moved away, and one is made of all rows.  A day without a
 * journal keeps what it has.  0, or -1 with the fault set: then what is missing
 * is made by the next try.
 */
int rebuild_day(struct hold *, const char *day, struct rebuild *,
    struct fault *) __attribute__((nonnull, warn_unused_result));
void rebuild_free(struct rebuild *) __attribute__((nonnull));

/* Make the index again: every key of the journal. */
int rebuild_index(struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* All is done.  0, or -1. */
int rebuild_finish(struct hold *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
