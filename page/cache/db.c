/* db: a SQLite database; see db.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utc.h"
#include "page/cache/db.h"

#define QUERIES   64
#define PAGE_SIZE 4096

/* Steps of SQLite's machine between two looks at the clock. */
#define STEPS 2000

/* No row and no text of ours is longer. */
#define LENGTH_MAX (16 << 20)

struct db {
	sqlite3 *sqlite;
	char path[PATH_MAX]; /* empty: in memory */
	dev_t device;
	ino_t inode;
	int64_t deadline;
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} queries[QUERIES];
	size_t n;
};

static int
set_fault(struct db *db, int rc, struct fault *f)
{
	const char *why = sqlite3_errmsg(db->sqlite);
	const char *what = db->path[0] == '\0' ? "the list of leads" : db->path;

	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return fault_memory(f);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fault_set(f, FAULT_BUSY, 0,
		    "%s is being written by another process; try again", what);
	case SQLITE_INTERRUPT:
		return fault_set(f, FAULT_BUSY, 0,
		    "That would take too long; choose fewer days");
	case SQLITE_FULL:
	case SQLITE_READONLY:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_NOLFS:
		return fault_set(
		    f, FAULT_STORAGE, 0, "can't write %s: %s", what, why);
	default:
		return fault_set(
		    f, FAULT_DAMAGED, 0, "%s is damaged: %s", what, why);
	}
}

/* SQLite would make it with another mode, and follow a link. */
static int
make_file(struct db *db, struct fault *f)
{
	struct stat st;
	int fd = open(db->path,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0660);

	if (fd == -1)
		return fault_open(f, db->path, 0, errno);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is no plain file; remove it", db->path);
	}
	/* Whatever the umask: who forgets may be another user. */
	if (st.st_size == 0 && st.st_uid == geteuid())
		(void)fchmod(fd, 0660);
	db->device = st.st_dev;
	db->inode = st.st_ino;
	(void)close(fd);
	return 0;
}

static int
look_at_clock(void *context)
{
	const struct db *db = context;

	return db->deadline != 0 && utc_ticks() >= db->deadline;
}

/* What may be in the file is not to be trusted. */
static int
confine(struct db *db)
{
	int rc =
	    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db->sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(
		    db->sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	(void)sqlite3_limit(db->sqlite, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
	(void)sqlite3_limit(db->sqlite, SQLITE_LIMIT_ATTACHED, 0);
	return rc;
}

/*
 * The rollback journal is emptied, never unlinked, at a commit: by its name it
 * could be that of a file which was made anew in the meantime.
 */
static int
set_up(struct db *db, int64_t most, struct fault *f)
{
	char limit[64];

	(void)snprintf(limit, sizeof(limit), "PRAGMA max_page_count=%lld",
	    (long long)(most / PAGE_SIZE));
	if (db_do(db,
		"PRAGMA cell_size_check=ON;PRAGMA synchronous=OFF;"
		"PRAGMA temp_store=MEMORY;PRAGMA cache_size=-2000;"
		"PRAGMA mmap_size=0;PRAGMA journal_mode=TRUNCATE;",
		f) == -1)
		return -1;
	return most == 0 ? 0 : db_do(db, limit, f);
}

struct db *
db_open(const char *path, int64_t most, struct fault *f)
{
	struct db *db = calloc(1, sizeof(*db));
	int rc;

	if (db == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	if (path != NULL) {
		(void)snprintf(db->path, sizeof(db->path), "%s", path);
		if (make_file(db, f) == -1)
			goto fail;
	}
	rc = sqlite3_open_v2(path == NULL ? ":memory:" : path, &db->sqlite,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
	    NULL);
	if (rc == SQLITE_OK)
		rc = confine(db);
	if (rc != SQLITE_OK) {
		(void)set_fault(db, rc, f);
		goto fail;
	}
	sqlite3_progress_handler(db->sqlite, STEPS, look_at_clock, db);
	db_patience(db, 1000);
	if (set_up(db, most, f) == -1)
		goto fail;
	return db;
fail:
	db_close(db);
	return NULL;
}

int
db_is_current(const struct db *db)
{
	struct stat st;

	return db->path[0] == '\0' ||
	       (lstat(db->path, &st) == 0 && st.st_dev == db->device &&
		   st.st_ino == db->inode);
}

void
db_patience(struct db *db, int milliseconds)
{
	(void)sqlite3_busy_timeout(db->sqlite, milliseconds);
}

void
db_deadline(struct db *db, int64_t ticks)
{
	db->deadline = ticks;
}

int
db_do(struct db *db, const char *sql, struct fault *f)
{
	int rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : set_fault(db, rc, f);
}

void
db_undo(struct db *db)
{
	if (!sqlite3_get_autocommit(db->sqlite))
		(void)sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

struct db_query *
db_query(struct db *db, const char *sql, struct fault *f)
{
	sqlite3_stmt *statement = NULL;
	size_t i;
	int rc;

	for (i = 0; i < db->n; i++)
		if (db->queries[i].sql == sql) {
			statement = db->queries[i].statement;
			(void)sqlite3_reset(statement);
			(void)sqlite3_clear_bindings(statement);
			return (struct db_query *)statement;
		}
	if (db->n == QUERIES) {
		(void)fault_set(f, FAULT_SETUP, 0, "too many queries");
		return NULL;
	}
	rc = sqlite3_prepare_v3(
	    db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
	if (rc != SQLITE_OK) {
		(void)set_fault(db, rc, f);
		return NULL;
	}
	db->queries[db->n].sql = sql;
	db->queries[db->n++].statement = statement;
	return (struct db_query *)statement;
}

void
db_bind(struct db_query *q, int at, int64_t value)
{
	(void)sqlite3_bind_int64((sqlite3_stmt *)q, at, value);
}

/* Where there is no memory the step fails as well: it lacks a value. */
void
db_bind_text(struct db_query *q, int at, const char *s, size_t n)
{
	(void)sqlite3_bind_text64((sqlite3_stmt *)q, at, n == 0 ? "" : s, n,
	    SQLITE_STATIC, SQLITE_UTF8);
}

void
db_copy_text(struct db_query *q, int at, const char *s)
{
	(void)sqlite3_bind_text((sqlite3_stmt *)q, at, s, -1, SQLITE_TRANSIENT);
}

int
db_next(struct db *db, struct db_query *q, struct fault *f)
{
	int rc = sqlite3_step((sqlite3_stmt *)q);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		(void)set_fault(db, rc, f);
	(void)sqlite3_reset((sqlite3_stmt *)q);
	return rc == SQLITE_DONE ? 0 : -1;
}

int64_t
db_number(struct db_query *q, int at)
{
	return sqlite3_column_int64((sqlite3_stmt *)q, at);
}

const char *
db_text(struct db_query *q, int at, size_t *n)
{
	const char *s =
	    (const char *)sqlite3_column_text((sqlite3_stmt *)q, at);

	*n =
	    s == NULL ? 0 : (size_t)sqlite3_column_bytes((sqlite3_stmt *)q, at);
	return s == NULL ? "" : s;
}

void
db_reset(struct db_query *q)
{
	(void)sqlite3_reset((sqlite3_stmt *)q);
}

int
db_run(struct db *db, struct db_query *q, struct fault *f)
{
	int rc = db_next(db, q, f);

	db_reset(q);
	return rc == -1 ? -1 : 0;
}

int
db_version(struct db *db, int64_t *version, struct fault *f)
{
	struct db_query *q = db_query(db, "PRAGMA data_version", f);
	int rc;

	if (q == NULL || (rc = db_next(db, q, f)) == -1)
		return -1;
	*version = rc == 1 ? db_number(q, 0) : 0;
	db_reset(q);
	return 0;
}

void
db_close(struct db *db)
{
	size_t i;

	if (db == NULL)
		return;
	for (i = 0; i < db->n; i++)
		(void)sqlite3_finalize(db->queries[i].statement);
	(void)sqlite3_close(db->sqlite);
	free(db);
}
