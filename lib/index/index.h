/*
 * index: which deliveries are known, and how far journal and sheets were
 * last written (SQLite).  A cache: all of it can be made again from the
 * journal, so it is never synced for its own sake.
 *
 * Every call is made under the endpoint's lock: SQLite 3.40 has a bug when
 * two connections write or checkpoint a WAL at once.  A function fails with
 * FAULT_DAMAGED when the file is no index of ours any more and is to be set
 * aside, with FAULT_STORAGE when it can't be read or written just now.
 */
#ifndef INDEX_H
#define INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "index/indexrow.h"
#include "index/recent.h"

struct index;

/* Open the index at path, making it where there is none; NULL on failure. */
struct index *index_open(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Open the index only to look things up: nothing is written, no lock is
 * wanted, and who may only read the file can.  NULL on failure, with err
 * ENOENT where there is none.
 */
struct index *index_view(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is it still the file under its name, and on the same machine's disk? */
int index_is_current(const struct index *) __attribute__((nonnull));

/*
 * One transaction around several look-ups: SQLite takes its locks once.  It
 * holds changes as well, until index_end() or index_commit().
 */
int index_read(struct index *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* End it, where there is one; what can't be written is forgotten. */
void index_end(struct index *) __attribute__((nonnull));

/* One transaction around several changes, or the one that is open already. */
int index_begin(struct index *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int index_commit(struct index *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
void index_rollback(struct index *) __attribute__((nonnull));

/* Look a key up: 1 when it is known, 0 when not, -1 on failure. */
int index_find(struct index *, const char *key, size_t, struct index_id *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Note a key; one that is known gets a new place. */
int index_add(struct index *, const char *key, size_t, const struct index_id *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Note a key unless it is known: 1 when it is new, 0 when not, -1. */
int
index_add_new(struct index *, const char *key, size_t, const struct index_id *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Note a delivery, whose record and rows are written: its key, and how segment
 * and sheet stand now.  Most of the time that is a record in the file of recent
 * deliveries; all else here sees it as if it stood in the tables.  0, or -1:
 * nothing is noted, and nothing that was changed before in this transaction.
 */
int index_note(struct index *, const struct recent_delivery *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Many keys are about to come, or have come: keep what they touch in memory.
 * Where that can't be had it only takes longer.
 */
void index_expect_many(struct index *, int many) __attribute__((nonnull));

/*
 * From now on a commit is on stable storage when it returns.  A delivery needs
 * no such thing: its journal tells.  0, or -1 with the fault set.
 */
int index_sync_commits(struct index *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Forget the keys of a segment from the offset on.  Reads the whole index:
 * for repairs only.
 */
int index_forget(struct index *, const char *day, int segment, int64_t offset,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* 1 when the segment is known, 0 when not (and *s all zero), -1. */
int index_segment(struct index *, const char *day, int segment,
    struct index_segment *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int index_set_segment(struct index *, const char *day, int segment,
    const struct index_segment *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The same for the sheet of a day; kind is its file name's first word. */
int index_sheet(struct index *, const char *day, const char *kind,
    struct index_sheet *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int index_set_sheet(struct index *, const char *day, const char *kind,
    const struct index_sheet *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Nothing that the index has of a segment holds: index_sweep() is to forget
 * all its keys; for many segments it reads the index once.
 */
int index_distrust(struct index *, const char *day, int segment, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int index_sweep(struct index *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* A day's journal has other rows now: first_row of its sheets becomes -1. */
int index_distrust_sheets(struct index *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Forget how far segments and sheets of a day are known, but not its keys. */
int index_forget_day(struct index *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Read all of it: 0 when it is whole, -1 with FAULT_DAMAGED when it isn't. */
int index_check(struct index *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void index_close(struct index *);

#endif
