/* indexsql: the tables of the index; see indexsql.h. */
#include <string.h>

#include "index/indexsql.h"

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE ids(key TEXT PRIMARY KEY, day TEXT, segment INTEGER,"
    " offset INTEGER, sha256 TEXT) WITHOUT ROWID;"
    "CREATE TABLE segments(day TEXT, segment INTEGER, size INTEGER,"
    " boot TEXT, inode INTEGER DEFAULT 0, PRIMARY KEY(day, segment))"
    " WITHOUT ROWID;"
    "CREATE TABLE sheets(day TEXT, kind TEXT, part INTEGER,"
    " first_row INTEGER, next_row INTEGER, segment INTEGER, offset INTEGER,"
    " inode INTEGER, size INTEGER, mtime INTEGER, boot TEXT, shape TEXT,"
    " PRIMARY KEY(day, kind)) WITHOUT ROWID;"
    "PRAGMA user_version=2;"
    "COMMIT;";

/*
 * From version 1.  Not made anew: it may know ids of days whose journal was
 * put away.
 */
static const char upgrade[] =
    "BEGIN IMMEDIATE;"
    "ALTER TABLE segments ADD COLUMN inode INTEGER DEFAULT 0;"
    "PRAGMA user_version=2;"
    "COMMIT;";

static const char *const sql[SQL_STATEMENTS] = {
    [SQL_READ] = "BEGIN",
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_FIND] = "SELECT day, segment, offset, sha256 FROM ids WHERE key = ?",
    [SQL_ADD] = "REPLACE INTO ids VALUES(?, ?, ?, ?, ?)",
    [SQL_ADD_NEW] = "INSERT INTO ids VALUES(?, ?, ?, ?, ?)"
		    " ON CONFLICT DO NOTHING",
    [SQL_FORGET] = "DELETE FROM ids WHERE day = ? AND segment = ?"
		   " AND offset >= ?",
    [SQL_SEGMENT] = "SELECT size, boot, inode FROM segments"
		    " WHERE day = ? AND segment = ?",
    [SQL_SET_SEGMENT] = "REPLACE INTO segments VALUES(?, ?, ?, ?, ?)",
    /* A size of -1 marks it for the sweep, in the same transaction. */
    [SQL_DISTRUST_SEGMENT] = "REPLACE INTO segments VALUES(?, ?, -1, '', 0)",
    [SQL_DISTRUST_SHEETS] = "UPDATE sheets SET first_row = -1, next_row = 0,"
			    " segment = 1, offset = 0, inode = 0, size = 0,"
			    " mtime = 0, boot = '' WHERE day = ?",
    [SQL_SWEEP_IDS] = "DELETE FROM ids WHERE (day, segment) IN"
		      " (SELECT day, segment FROM segments WHERE size = -1)",
    [SQL_SWEEP_SEGMENTS] = "DELETE FROM segments WHERE size = -1",
    [SQL_SHEET] = "SELECT part, first_row, next_row, segment, offset, inode,"
		  " size, mtime, boot, shape FROM sheets"
		  " WHERE day = ? AND kind = ?",
    [SQL_SET_SHEET] = "REPLACE INTO sheets"
		      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_FORGET_SEGMENTS] = "DELETE FROM segments WHERE day = ?"
			    " AND segment > 0",
    [SQL_FORGET_SHEETS] = "DELETE FROM sheets WHERE day = ?",
    [SQL_CHECK] = "PRAGMA integrity_check(1)",
};

const struct database_plan indexsql_plan = {
    schema, 2, sql, SQL_STATEMENTS, upgrade};

_Static_assert(
    SQL_STATEMENTS <= DATABASE_STATEMENTS, "room for every statement");

int
indexsql_find(struct database *db, const char *key, size_t n,
    struct index_id *id, struct fault *f)
{
	int found = database_run(db, f, SQL_FIND, "t", key, n);

	if (found != 1)
		return found;
	database_text(db, SQL_FIND, 0, id->day, sizeof(id->day));
	id->segment = (int)database_number(db, SQL_FIND, 1);
	id->offset = database_number(db, SQL_FIND, 2);
	database_text(db, SQL_FIND, 3, id->sha256, sizeof(id->sha256));
	database_done(db, SQL_FIND);
	return 1;
}

int
indexsql_add(struct database *db, const char *key, size_t n,
    const struct index_id *id, struct fault *f)
{
	return database_run(db, f, SQL_ADD, "tsiis", key, n, id->day,
	    (int64_t)id->segment, id->offset, id->sha256);
}

int
indexsql_segment(struct database *db, const char *day, int segment,
    struct index_segment *out, struct fault *f)
{
	int found =
	    database_run(db, f, SQL_SEGMENT, "si", day, (int64_t)segment);

	memset(out, 0, sizeof(*out));
	if (found != 1)
		return found;
	out->size = database_number(db, SQL_SEGMENT, 0);
	database_text(db, SQL_SEGMENT, 1, out->boot, sizeof(out->boot));
	out->inode = database_number(db, SQL_SEGMENT, 2);
	database_done(db, SQL_SEGMENT);
	return 1;
}

int
indexsql_set_segment(struct database *db, const char *day, int segment,
    const struct index_segment *s, struct fault *f)
{
	return database_run(db, f, SQL_SET_SEGMENT, "siisi", day,
	    (int64_t)segment, s->size, s->boot, s->inode);
}

int
indexsql_sheet(struct database *db, const char *day, const char *kind,
    struct index_sheet *out, struct fault *f)
{
	int found = database_run(db, f, SQL_SHEET, "ss", day, kind);

	memset(out, 0, sizeof(*out));
	if (found != 1)
		return found;
	out->part = (int)database_number(db, SQL_SHEET, 0);
	out->first_row = database_number(db, SQL_SHEET, 1);
	out->next_row = database_number(db, SQL_SHEET, 2);
	out->segment = (int)database_number(db, SQL_SHEET, 3);
	out->offset = database_number(db, SQL_SHEET, 4);
	out->inode = database_number(db, SQL_SHEET, 5);
	out->size = database_number(db, SQL_SHEET, 6);
	out->mtime = database_number(db, SQL_SHEET, 7);
	database_text(db, SQL_SHEET, 8, out->boot, sizeof(out->boot));
	database_text(db, SQL_SHEET, 9, out->shape, sizeof(out->shape));
	database_done(db, SQL_SHEET);
	return 1;
}

int
indexsql_set_sheet(struct database *db, const char *day, const char *kind,
    const struct index_sheet *s, struct fault *f)
{
	return database_run(db, f, SQL_SET_SHEET, "ssiiiiiiiiss", day, kind,
	    (int64_t)s->part, s->first_row, s->next_row, (int64_t)s->segment,
	    s->offset, s->inode, s->size, s->mtime, s->boot, s->shape);
}

int
indexsql_check(struct database *db, struct fault *f)
{
	char says[64] = "";
	int rc = database_run(db, f, SQL_CHECK, "");

	if (rc == -1)
		return -1;
	if (rc == 1)
		database_text(db, SQL_CHECK, 0, says, sizeof(says));
	database_done(db, SQL_CHECK);
	if (strcmp(says, "ok") != 0)
		return fault_set(
		    f, FAULT_DAMAGED, 0, "the index is damaged: %s", says);
	return 0;
}
