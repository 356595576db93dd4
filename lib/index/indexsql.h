/*
 * indexsql: the tables of the index (SQLite), and the statements over them.
 */
#ifndef INDEXSQL_H
#define INDEXSQL_H

#include <stddef.h>
#include <stdint.h>

#include "index/database.h"
#include "index/indexrow.h"

enum indexsql {
	SQL_READ,
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_FIND,
	SQL_ADD,
	SQL_ADD_NEW,
	SQL_FORGET,
	SQL_SEGMENT,
	SQL_SET_SEGMENT,
	SQL_DISTRUST_SEGMENT,
	SQL_DISTRUST_SHEETS,
	SQL_SWEEP_IDS,
	SQL_SWEEP_SEGMENTS,
	SQL_SHEET,
	SQL_SET_SHEET,
	SQL_FORGET_SEGMENTS,
	SQL_FORGET_SHEETS,
	SQL_CHECK,
	SQL_STATEMENTS
};

extern const struct database_plan indexsql_plan;

/* A row of a table: 1 when there is one, 0 when not (and all zero), or -1. */
int indexsql_find(struct database *, const char *key, size_t, struct index_id *,
    struct fault *) __attribute__((nonnull, warn_unused_result));
int indexsql_segment(struct database *, const char *day, int segment,
    struct index_segment *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int indexsql_sheet(struct database *, const char *day, const char *kind,
    struct index_sheet *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Put one, in the place of what was there; 0 or -1. */
int indexsql_add(struct database *, const char *key, size_t,
    const struct index_id *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int indexsql_set_segment(struct database *, const char *day, int segment,
    const struct index_segment *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int indexsql_set_sheet(struct database *, const char *day, const char *kind,
    const struct index_sheet *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Read all of it: 0 when it is whole, -1 with FAULT_DAMAGED when it isn't. */
int indexsql_check(struct database *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
