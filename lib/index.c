/* index: which deliveries are known; see index.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "database.h"
#include "index.h"

/*
 * Kibibytes of the file to keep in memory.  Keys come in no order: with less
 * than the whole index, pages are written out and read again many times.  A
 * million keys take about 140 MB; these are 200,000.
 */
#define CACHE_MANY  (32 << 10)
#define CACHE_USUAL 2000 /* SQLite's own default */

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

enum statement {
	READ,
	BEGIN,
	COMMIT,
	ROLLBACK,
	FIND,
	ADD,
	ADD_NEW,
	FORGET,
	SEGMENT,
	SET_SEGMENT,
	DISTRUST_SEGMENT,
	DISTRUST_SHEETS,
	SWEEP_IDS,
	SWEEP_SEGMENTS,
	SHEET,
	SET_SHEET,
	FORGET_SEGMENTS,
	FORGET_SHEETS,
	CHECK,
	STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [READ] = "BEGIN",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [FIND] = "SELECT day, segment, offset, sha256 FROM ids WHERE key = ?",
    [ADD] = "REPLACE INTO ids VALUES(?, ?, ?, ?, ?)",
    [ADD_NEW] = "INSERT INTO ids VALUES(?, ?, ?, ?, ?)"
		" ON CONFLICT DO NOTHING",
    [FORGET] = "DELETE FROM ids WHERE day = ? AND segment = ?"
	       " AND offset >= ?",
    [SEGMENT] = "SELECT size, boot, inode FROM segments"
		" WHERE day = ? AND segment = ?",
    [SET_SEGMENT] = "REPLACE INTO segments VALUES(?, ?, ?, ?, ?)",
    /* A size of -1 marks it for the sweep, in the same transaction. */
    [DISTRUST_SEGMENT] = "REPLACE INTO segments VALUES(?, ?, -1, '', 0)",
    [DISTRUST_SHEETS] = "UPDATE sheets SET first_row = -1, next_row = 0,"
			" segment = 1, offset = 0, inode = 0, size = 0,"
			" mtime = 0, boot = '' WHERE day = ?",
    [SWEEP_IDS] = "DELETE FROM ids WHERE (day, segment) IN"
		  " (SELECT day, segment FROM segments WHERE size = -1)",
    [SWEEP_SEGMENTS] = "DELETE FROM segments WHERE size = -1",
    [SHEET] = "SELECT part, first_row, next_row, segment, offset, inode,"
	      " size, mtime, boot, shape FROM sheets"
	      " WHERE day = ? AND kind = ?",
    [SET_SHEET] = "REPLACE INTO sheets"
		  " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [FORGET_SEGMENTS] = "DELETE FROM segments WHERE day = ?"
			" AND segment > 0",
    [FORGET_SHEETS] = "DELETE FROM sheets WHERE day = ?",
    [CHECK] = "PRAGMA integrity_check(1)",
};

static const struct database_plan plan = {schema, 2, sql, STATEMENTS, upgrade};

_Static_assert(STATEMENTS <= DATABASE_STATEMENTS, "room for every statement");

struct index {
	struct database *db;
};

/* Takes the database, which may be NULL. */
static struct index *
make_index(struct database *db, struct fault *f)
{
	struct index *x;

	if (db == NULL)
		return NULL;
	if ((x = calloc(1, sizeof(*x))) == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		database_close(db);
		return NULL;
	}
	x->db = db;
	return x;
}

struct index *
index_open(const char *path, struct fault *f)
{
	return make_index(database_open(path, &plan, f), f);
}

struct index *
index_view(const char *path, struct fault *f)
{
	return make_index(database_view(path, &plan, f), f);
}

int
index_is_current(const struct index *x)
{
	return database_is_current(x->db);
}

/* The way back can't wait for memory. */
static int
begin(struct index *x, enum statement how, struct fault *f)
{
	if (database_in_transaction(x->db))
		return 0;
	if (database_prepare(x->db, ROLLBACK, f) == -1)
		return -1;
	return database_run(x->db, f, how, "");
}

int
index_read(struct index *x, struct fault *f)
{
	return begin(x, READ, f);
}

int
index_begin(struct index *x, struct fault *f)
{
	return begin(x, BEGIN, f);
}

int
index_commit(struct index *x, struct fault *f)
{
	return database_run(x->db, f, COMMIT, "");
}

void
index_rollback(struct index *x)
{
	struct fault ignored = {0};

	if (database_in_transaction(x->db) &&
	    database_run(x->db, &ignored, ROLLBACK, "") == -1)
		fault_clear(&ignored);
}

void
index_end(struct index *x)
{
	struct fault ignored = {0};

	if (database_in_transaction(x->db) && index_commit(x, &ignored) == -1)
		index_rollback(x);
	fault_clear(&ignored);
}

int
index_find(struct index *x, const char *key, size_t n, struct index_id *id,
    struct fault *f)
{
	int found = database_run(x->db, f, FIND, "t", key, n);

	if (found != 1)
		return found;
	database_text(x->db, FIND, 0, id->day, sizeof(id->day));
	id->segment = (int)database_number(x->db, FIND, 1);
	id->offset = database_number(x->db, FIND, 2);
	database_text(x->db, FIND, 3, id->sha256, sizeof(id->sha256));
	database_done(x->db, FIND);
	return 1;
}

int
index_add(struct index *x, const char *key, size_t n, const struct index_id *id,
    struct fault *f)
{
	return database_run(x->db, f, ADD, "tsiis", key, n, id->day,
	    (int64_t)id->segment, id->offset, id->sha256);
}

int
index_add_new(struct index *x, const char *key, size_t n,
    const struct index_id *id, struct fault *f)
{
	if (database_run(x->db, f, ADD_NEW, "tsiis", key, n, id->day,
		(int64_t)id->segment, id->offset, id->sha256) == -1)
		return -1;
	return database_changes(x->db) > 0;
}

void
index_expect_many(struct index *x, int many)
{
	struct fault ignored = {0};

	if (database_set_cache(
		x->db, many ? CACHE_MANY : CACHE_USUAL, &ignored) == -1)
		fault_clear(&ignored);
}

int
index_forget(struct index *x, const char *day, int segment, int64_t offset,
    struct fault *f)
{
	return database_run(
	    x->db, f, FORGET, "sii", day, (int64_t)segment, offset);
}

int
index_segment(struct index *x, const char *day, int segment,
    struct index_segment *out, struct fault *f)
{
	int found =
	    database_run(x->db, f, SEGMENT, "si", day, (int64_t)segment);

	memset(out, 0, sizeof(*out));
	if (found != 1)
		return found;
	out->size = database_number(x->db, SEGMENT, 0);
	database_text(x->db, SEGMENT, 1, out->boot, sizeof(out->boot));
	out->inode = database_number(x->db, SEGMENT, 2);
	database_done(x->db, SEGMENT);
	return 1;
}

int
index_set_segment(struct index *x, const char *day, int segment,
    const struct index_segment *s, struct fault *f)
{
	return database_run(x->db, f, SET_SEGMENT, "siisi", day,
	    (int64_t)segment, s->size, s->boot, s->inode);
}

int
index_distrust(struct index *x, const char *day, int segment, struct fault *f)
{
	return database_run(
	    x->db, f, DISTRUST_SEGMENT, "si", day, (int64_t)segment);
}

int
index_distrust_sheets(struct index *x, const char *day, struct fault *f)
{
	return database_run(x->db, f, DISTRUST_SHEETS, "s", day);
}

int
index_forget_day(struct index *x, const char *day, struct fault *f)
{
	if (database_run(x->db, f, FORGET_SEGMENTS, "s", day) == -1)
		return -1;
	return database_run(x->db, f, FORGET_SHEETS, "s", day);
}

int
index_check(struct index *x, struct fault *f)
{
	char says[64] = "";
	int rc = database_run(x->db, f, CHECK, "");

	if (rc == -1)
		return -1;
	if (rc == 1)
		database_text(x->db, CHECK, 0, says, sizeof(says));
	database_done(x->db, CHECK);
	if (strcmp(says, "ok") != 0)
		return fault_set(
		    f, FAULT_DAMAGED, 0, "the index is damaged: %s", says);
	return 0;
}

int
index_sweep(struct index *x, struct fault *f)
{
	if (database_run(x->db, f, SWEEP_IDS, "") == -1)
		return -1;
	return database_run(x->db, f, SWEEP_SEGMENTS, "");
}

int
index_sheet(struct index *x, const char *day, const char *kind,
    struct index_sheet *out, struct fault *f)
{
	int found = database_run(x->db, f, SHEET, "ss", day, kind);

	memset(out, 0, sizeof(*out));
	if (found != 1)
		return found;
	out->part = (int)database_number(x->db, SHEET, 0);
	out->first_row = database_number(x->db, SHEET, 1);
	out->next_row = database_number(x->db, SHEET, 2);
	out->segment = (int)database_number(x->db, SHEET, 3);
	out->offset = database_number(x->db, SHEET, 4);
	out->inode = database_number(x->db, SHEET, 5);
	out->size = database_number(x->db, SHEET, 6);
	out->mtime = database_number(x->db, SHEET, 7);
	database_text(x->db, SHEET, 8, out->boot, sizeof(out->boot));
	database_text(x->db, SHEET, 9, out->shape, sizeof(out->shape));
	database_done(x->db, SHEET);
	return 1;
}

int
index_set_sheet(struct index *x, const char *day, const char *kind,
    const struct index_sheet *s, struct fault *f)
{
	return database_run(x->db, f, SET_SHEET, "ssiiiiiiiiss", day, kind,
	    (int64_t)s->part, s->first_row, s->next_row, (int64_t)s->segment,
	    s->offset, s->inode, s->size, s->mtime, s->boot, s->shape);
}

void
index_close(struct index *x)
{
	if (x == NULL)
		return;
	database_close(x->db);
	free(x);
}

int
index_set_aside(const char *path, struct fault *f)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
	char from[PATH_MAX], to[PATH_MAX];
	struct stat st;
	size_t i;
	int n;

	for (n = 1;; n++) {
		(void)snprintf(to, sizeof(to), "%s.damaged-%d", path, n);
		if (lstat(to, &st) == -1)
			break;
	}
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		(void)snprintf(from, sizeof(from), "%s%s", path, suffixes[i]);
		(void)snprintf(
		    to, sizeof(to), "%s.damaged-%d%s", path, n, suffixes[i]);
		if (rename(from, to) == -1 && errno != ENOENT)
			return fault_set(f, FAULT_STORAGE, errno,
			    "can't set %s aside", from);
	}
	return 0;
}
