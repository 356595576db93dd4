/*
 * database: the little of SQLite that the index needs: open a file with a
 * schema, run prepared statements, look at the row that one gave.
 */
#ifndef DATABASE_H
#define DATABASE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* What a database is to be; all of it static. */
struct database_plan {
	const char *schema;            /* SQL that makes it */
	int version;                   /* user_version, which schema sets */
	const char *const *statements; /* SQL, by their numbers */
	size_t nstatements;            /* at most DATABASE_STATEMENTS */
	const char
	    *upgrade; /* SQL that makes it of the version before, or NULL */
};

#define DATABASE_STATEMENTS 32

struct database;

/*
 * Open the database at path, mode 0640, making it where there is none.  NULL
 * with the fault set: FAULT_DAMAGED when it is none of this plan, or broken;
 * FAULT_STORAGE when it can't be read or written just now.
 *
 * It is in WAL mode, but on a network file system, and never synced for its
 * own sake but in checkpoints, of which closing makes none.
 */
struct database *database_open(const char *path, const struct database_plan *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * The same for a reader: nothing is written, not even beside the file, and the
 * right to read is enough.  The fault's err is ENOENT where there is no file.
 */
struct database *database_view(const char *path, const struct database_plan *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Are the file and what belongs to it still those under their names? */
int database_is_current(const struct database *) __attribute__((nonnull));

/* Have a statement ready, so that to run it later takes no memory; 0, or -1. */
int database_prepare(struct database *, size_t statement, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Run a statement with its parameters.  types has a letter for each: t is a
 * text and its length as size_t; s a string; i an int64_t.  Returns 1 when
 * it gave a row: look at that, then call database_done(); 0 when it gave
 * none; -1 with the fault set.
 */
int database_run(struct database *, struct fault *, size_t statement,
    const char *types, ...) __attribute__((nonnull, warn_unused_result));

/* A column of the row, counted from 0. */
int64_t database_number(struct database *, size_t statement, int column)
    __attribute__((nonnull));
void database_text(struct database *, size_t statement, int column, char *out,
    size_t size) __attribute__((nonnull));
void
database_done(struct database *, size_t statement) __attribute__((nonnull));

/* How many rows the last statement that changes rows has changed. */
int database_changes(const struct database *) __attribute__((nonnull));

/*
 * How many bytes of the file may be kept in memory; more is given back.  It
 * takes no more than there is to keep.
 */
int database_set_cache(struct database *, int kilobytes, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* From now on a commit is on stable storage when it returns. */
int database_sync_commits(struct database *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is a transaction under way? */
int database_in_transaction(const struct database *) __attribute__((nonnull));

void database_close(struct database *);

#endif
