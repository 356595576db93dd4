/* index: which deliveries are known; see index.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "index.h"

#define SCHEMA_VERSION 1

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE ids(key TEXT PRIMARY KEY, day TEXT, segment INTEGER,"
    " offset INTEGER, sha256 TEXT) WITHOUT ROWID;"
    "CREATE TABLE segments(day TEXT, segment INTEGER, size INTEGER,"
    " boot TEXT, PRIMARY KEY(day, segment)) WITHOUT ROWID;"
    "CREATE TABLE sheets(day TEXT, kind TEXT, part INTEGER,"
    " first_row INTEGER, next_row INTEGER, segment INTEGER, offset INTEGER,"
    " inode INTEGER, size INTEGER, mtime INTEGER, boot TEXT, shape TEXT,"
    " PRIMARY KEY(day, kind)) WITHOUT ROWID;"
    "PRAGMA user_version=1;"
    "COMMIT;";

enum statement {
	BEGIN,
	COMMIT,
	ROLLBACK,
	FIND,
	ADD,
	FORGET,
	SEGMENT,
	SET_SEGMENT,
	SHEET,
	SET_SHEET,
	STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [FIND] = "SELECT day, segment, offset, sha256 FROM ids WHERE key = ?",
    [ADD] = "REPLACE INTO ids VALUES(?, ?, ?, ?, ?)",
    [FORGET] = "DELETE FROM ids WHERE day = ? AND segment = ?"
	       " AND offset >= ?",
    [SEGMENT] = "SELECT size, boot FROM segments"
		" WHERE day = ? AND segment = ?",
    [SET_SEGMENT] = "REPLACE INTO segments VALUES(?, ?, ?, ?)",
    [SHEET] = "SELECT part, first_row, next_row, segment, offset, inode,"
	      " size, mtime, boot, shape FROM sheets"
	      " WHERE day = ? AND kind = ?",
    [SET_SHEET] = "REPLACE INTO sheets"
		  " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

struct index {
	char *path;
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS]; /* prepared when first used */
	dev_t dev;
	ino_t ino;
};

static int
complain(struct index *x, int rc, struct fault *f)
{
	enum fault_kind kind = FAULT_STORAGE;

	/* ERROR is what a missing table or column gives. */
	if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB ||
	    (rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_FORMAT ||
	    (rc & 0xff) == SQLITE_MISMATCH)
		kind = FAULT_DAMAGED;
	if ((rc & 0xff) == SQLITE_NOMEM)
		kind = FAULT_MEMORY;
	return fault_set(f, kind, 0, "%s: %s", x->path,
	    x->db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(x->db));
}

/* WAL shares memory between processes: not over a network. */
static int
is_on_network(const char *path)
{
	static const unsigned int kinds[] = {
	    0x6969,     /* NFS */
	    0x517b,     /* SMB */
	    0xfe534d42, /* SMB2 */
	    0xff534d42, /* CIFS */
	    0x01021997, /* 9P */
	    0x00c36400, /* Ceph */
	    0x5346414f, /* AFS */
	    0x47504653, /* GPFS */
	    0x0bd00bd0, /* Lustre */
	    0x65735546  /* FUSE: sshfs, GlusterFS */
	};
	struct statfs st;
	size_t i;

	if (statfs(path, &st) == -1)
		return 0;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((unsigned int)st.f_type == kinds[i])
			return 1;
	return 0;
}

/* Made here and not by SQLite, so that the mode is ours. */
static int
make_file(struct index *x, struct fault *f)
{
	struct stat st;
	int fd, rc = 0;

	fd = open(x->path,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't open %s", x->path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		rc = fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a plain file; move it away", x->path);
	else if (st.st_size == 0 && fchmod(fd, 0640) == -1)
		rc = fault_set(f, FAULT_STORAGE, errno,
		    "can't set the mode of %s", x->path);
	x->dev = st.st_dev;
	x->ino = st.st_ino;
	(void)close(fd);
	return rc;
}

static int
run(struct index *x, const char *text, struct fault *f)
{
	int rc = sqlite3_exec(x->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : complain(x, rc, f);
}

/* The number in the first column of a query's first row. */
static int
query_number(struct index *x, const char *text, int *out, struct fault *f)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(x->db, text, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*out = sqlite3_column_int(st, 0);
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_OK)
		(void)complain(x, rc, f);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_OK ? 0 : -1;
}

static int
set_up(struct index *x, struct fault *f)
{
	int version = 0, tables = 0;

	(void)sqlite3_busy_timeout(x->db, 1000);
	/* A checkpoint at every close would sync at every CGI request. */
	(void)sqlite3_db_config(
	    x->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* temp_store: SQLITE_TMPDIR of the environment is not ours. */
	if (run(x,
		is_on_network(x->path) ? "PRAGMA journal_mode=TRUNCATE;"
					 "PRAGMA synchronous=NORMAL;"
					 "PRAGMA temp_store=MEMORY"
				       : "PRAGMA journal_mode=WAL;"
					 "PRAGMA synchronous=NORMAL;"
					 "PRAGMA temp_store=MEMORY",
		f) == -1 ||
	    query_number(x, "PRAGMA user_version", &version, f) == -1)
		return -1;
	if (version == SCHEMA_VERSION)
		return 0;
	if (query_number(x, "SELECT count(*) FROM sqlite_schema", &tables, f) ==
	    -1)
		return -1;
	if (version != 0 || tables != 0)
		return fault_set(f, FAULT_DAMAGED, 0,
		    "%s has version %d, this program writes %d", x->path,
		    version, SCHEMA_VERSION);
	return run(x, schema, f);
}

struct index *
index_open(const char *path, struct fault *f)
{
	struct index *x = calloc(1, sizeof(*x));
	int rc;

	if (x == NULL || (x->path = strdup(path)) == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		goto fail;
	}
	if (make_file(x, f) == -1)
		goto fail;
	rc = sqlite3_open_v2(
	    path, &x->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK) {
		(void)complain(x, rc, f);
		goto fail;
	}
	(void)sqlite3_extended_result_codes(x->db, 1);
	if (set_up(x, f) == -1)
		goto fail;
	return x;
fail:
	index_close(x);
	return NULL;
}

int
index_is_current(const struct index *x)
{
	struct stat st;

	return lstat(x->path, &st) == 0 && st.st_dev == x->dev &&
	       st.st_ino == x->ino;
}

/* The statement, ready to be bound; NULL with the fault set. */
static sqlite3_stmt *
get(struct index *x, enum statement which, struct fault *f)
{
	int rc;

	if (x->statements[which] != NULL)
		return x->statements[which];
	rc = sqlite3_prepare_v3(x->db, sql[which], -1,
	    SQLITE_PREPARE_PERSISTENT, &x->statements[which], NULL);
	if (rc != SQLITE_OK)
		(void)complain(x, rc, f);
	return x->statements[which];
}

/* Run a bound statement: 1 when it gave a row, 0 when it is done, -1. */
static int
step(struct index *x, sqlite3_stmt *st, struct fault *f)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		(void)complain(x, rc, f);
	/* What was bound is the caller's: the next use binds anew. */
	(void)sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

static int
simple(struct index *x, enum statement which, struct fault *f)
{
	sqlite3_stmt *st = get(x, which, f);

	return st == NULL ? -1 : step(x, st, f);
}

int
index_begin(struct index *x, struct fault *f)
{
	return simple(x, BEGIN, f);
}

int
index_commit(struct index *x, struct fault *f)
{
	return simple(x, COMMIT, f);
}

void
index_rollback(struct index *x)
{
	struct fault ignored = {0};

	if (!sqlite3_get_autocommit(x->db))
		(void)simple(x, ROLLBACK, &ignored);
}

static void
bind_text(sqlite3_stmt *st, int at, const char *s, size_t n)
{
	/* STATIC: the caller's bytes live until the statement has run. */
	(void)sqlite3_bind_text(st, at, s, (int)n, SQLITE_STATIC);
}

static void
copy_text(char *out, size_t size, sqlite3_stmt *st, int column)
{
	const unsigned char *s = sqlite3_column_text(st, column);

	(void)snprintf(out, size, "%s", s == NULL ? "" : (const char *)s);
}

int
index_find(struct index *x, const char *key, size_t n, struct index_id *id,
    struct fault *f)
{
	sqlite3_stmt *st = get(x, FIND, f);
	int found;

	if (st == NULL)
		return -1;
	bind_text(st, 1, key, n);
	if ((found = step(x, st, f)) != 1)
		return found;
	copy_text(id->day, sizeof(id->day), st, 0);
	id->segment = sqlite3_column_int(st, 1);
	id->offset = sqlite3_column_int64(st, 2);
	copy_text(id->sha256, sizeof(id->sha256), st, 3);
	(void)sqlite3_reset(st);
	return 1;
}

int
index_add(struct index *x, const char *key, size_t n, const struct index_id *id,
    struct fault *f)
{
	sqlite3_stmt *st = get(x, ADD, f);

	if (st == NULL)
		return -1;
	bind_text(st, 1, key, n);
	bind_text(st, 2, id->day, strlen(id->day));
	(void)sqlite3_bind_int(st, 3, id->segment);
	(void)sqlite3_bind_int64(st, 4, id->offset);
	bind_text(st, 5, id->sha256, strlen(id->sha256));
	return step(x, st, f);
}

int
index_forget(struct index *x, const char *day, int segment, int64_t offset,
    struct fault *f)
{
	sqlite3_stmt *st = get(x, FORGET, f);

	if (st == NULL)
		return -1;
	bind_text(st, 1, day, strlen(day));
	(void)sqlite3_bind_int(st, 2, segment);
	(void)sqlite3_bind_int64(st, 3, offset);
	return step(x, st, f);
}

int
index_segment(struct index *x, const char *day, int segment,
    struct index_segment *out, struct fault *f)
{
	sqlite3_stmt *st = get(x, SEGMENT, f);
	int found;

	memset(out, 0, sizeof(*out));
	if (st == NULL)
		return -1;
	bind_text(st, 1, day, strlen(day));
	(void)sqlite3_bind_int(st, 2, segment);
	if ((found = step(x, st, f)) != 1)
		return found;
	out->size = sqlite3_column_int64(st, 0);
	copy_text(out->boot, sizeof(out->boot), st, 1);
	(void)sqlite3_reset(st);
	return 1;
}

int
index_set_segment(struct index *x, const char *day, int segment,
    const struct index_segment *s, struct fault *f)
{
	sqlite3_stmt *st = get(x, SET_SEGMENT, f);

	if (st == NULL)
		return -1;
	bind_text(st, 1, day, strlen(day));
	(void)sqlite3_bind_int(st, 2, segment);
	(void)sqlite3_bind_int64(st, 3, s->size);
	bind_text(st, 4, s->boot, strlen(s->boot));
	return step(x, st, f);
}

int
index_sheet(struct index *x, const char *day, const char *kind,
    struct index_sheet *out, struct fault *f)
{
	sqlite3_stmt *st = get(x, SHEET, f);
	int found;

	memset(out, 0, sizeof(*out));
	if (st == NULL)
		return -1;
	bind_text(st, 1, day, strlen(day));
	bind_text(st, 2, kind, strlen(kind));
	if ((found = step(x, st, f)) != 1)
		return found;
	out->part = sqlite3_column_int(st, 0);
	out->first_row = sqlite3_column_int64(st, 1);
	out->next_row = sqlite3_column_int64(st, 2);
	out->segment = sqlite3_column_int(st, 3);
	out->offset = sqlite3_column_int64(st, 4);
	out->inode = sqlite3_column_int64(st, 5);
	out->size = sqlite3_column_int64(st, 6);
	out->mtime = sqlite3_column_int64(st, 7);
	copy_text(out->boot, sizeof(out->boot), st, 8);
	copy_text(out->shape, sizeof(out->shape), st, 9);
	(void)sqlite3_reset(st);
	return 1;
}

int
index_set_sheet(struct index *x, const char *day, const char *kind,
    const struct index_sheet *s, struct fault *f)
{
	sqlite3_stmt *st = get(x, SET_SHEET, f);

	if (st == NULL)
		return -1;
	bind_text(st, 1, day, strlen(day));
	bind_text(st, 2, kind, strlen(kind));
	(void)sqlite3_bind_int(st, 3, s->part);
	(void)sqlite3_bind_int64(st, 4, s->first_row);
	(void)sqlite3_bind_int64(st, 5, s->next_row);
	(void)sqlite3_bind_int(st, 6, s->segment);
	(void)sqlite3_bind_int64(st, 7, s->offset);
	(void)sqlite3_bind_int64(st, 8, s->inode);
	(void)sqlite3_bind_int64(st, 9, s->size);
	(void)sqlite3_bind_int64(st, 10, s->mtime);
	bind_text(st, 11, s->boot, strlen(s->boot));
	bind_text(st, 12, s->shape, strlen(s->shape));
	return step(x, st, f);
}

void
index_close(struct index *x)
{
	size_t i;

	if (x == NULL)
		return;
	for (i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(x->statements[i]);
	(void)sqlite3_close(x->db);
	free(x->path);
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
