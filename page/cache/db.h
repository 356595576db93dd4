/*
 * db: a SQLite database: the one file that knows SQLite.
 *
 * It is made for a cache: nothing is synced, and a file that can't be trusted
 * is FAULT_DAMAGED, to be removed and made anew.  FAULT_BUSY: somebody else is
 * writing, or it took too long; FAULT_STORAGE: it can't be written.
 */
#ifndef DB_H
#define DB_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct db;
struct db_query; /* a statement that was made ready, and its row */

/*
 * Open the file at path, a plain one, made with mode 0660 where it is missing;
 * with NULL one in memory, of so many bytes at most.  NULL with the fault set.
 */
struct db *db_open(const char *path, int64_t most, struct fault *)
    __attribute__((nonnull(3), warn_unused_result));

/* Is the file at its path still the one that is open?  (One in memory is.) */
int db_is_current(const struct db *) __attribute__((nonnull));

/* So long the others are waited for: milliseconds. */
void db_patience(struct db *, int milliseconds) __attribute__((nonnull));

/* Another number where somebody else has written since.  0, or -1. */
int db_version(struct db *, int64_t *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* From here on no query works longer than until then (utc_ticks(); 0: none). */
void db_deadline(struct db *, int64_t ticks) __attribute__((nonnull));

/* Do one or several statements that have no rows.  0, or -1. */
int db_do(struct db *, const char *sql, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* What was begun is not to be; harmless where nothing was. */
void db_undo(struct db *) __attribute__((nonnull));

/*
 * A query, made ready once and kept by the address of its text, which is to be
 * static.  It is reset: nothing is bound.  NULL with the fault set.
 */
struct db_query *db_query(struct db *, const char *sql, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Bind a value to ?1, ?2, ...; a text is borrowed until the reset. */
void db_bind(struct db_query *, int at, int64_t) __attribute__((nonnull));
void db_bind_text(struct db_query *, int at, const char *, size_t)
    __attribute__((nonnull(1)));

/* The same for a short one, of which a copy is made. */
void
db_copy_text(struct db_query *, int at, const char *) __attribute__((nonnull));

/* The next row: 1, 0 at the end, or -1 with the fault set. */
int db_next(struct db *, struct db_query *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Its columns, from 0 on.  The text is borrowed until the next row. */
int64_t db_number(struct db_query *, int at) __attribute__((nonnull));
const char *
db_text(struct db_query *, int at, size_t *n) __attribute__((nonnull));

/* It is done with: it holds no lock any more. */
void db_reset(struct db_query *) __attribute__((nonnull));

/* The same where no rows are wanted: do it.  0, or -1 with the fault set. */
int db_run(struct db *, struct db_query *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void db_close(struct db *);

#endif
