/* database: the little of SQLite that the index needs; see database.h. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appendfile.h"
#include "database.h"

struct database {
	char *path;
	sqlite3 *db;
	const struct database_plan *plan;
	sqlite3_stmt *statements[DATABASE_STATEMENTS]; /* when first used */
	dev_t dev;
	ino_t ino;
};

static int
complain(struct database *d, int rc, struct fault *f)
{
	enum fault_kind kind = FAULT_STORAGE;

	/* ERROR is what a missing table or column gives. */
	if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB ||
	    (rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_FORMAT ||
	    (rc & 0xff) == SQLITE_MISMATCH || rc == SQLITE_IOERR_SHORT_READ ||
	    rc == SQLITE_IOERR_CORRUPTFS)
		kind = FAULT_DAMAGED;
	if ((rc & 0xff) == SQLITE_NOMEM)
		kind = FAULT_MEMORY;
	return fault_set(f, kind, 0, "%s: %s", d->path,
	    d->db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(d->db));
}

/* Made here and not by SQLite, so that the mode is ours. */
static int
make_file(struct database *d, struct fault *f)
{
	struct stat st;
	int fd, rc = 0;

	fd = open(d->path,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (fd == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "can't open %s", d->path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		rc = fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a plain file; move it away", d->path);
	else if (st.st_size == 0 && fchmod(fd, 0640) == -1)
		rc = fault_set(f, FAULT_STORAGE, errno,
		    "can't set the mode of %s", d->path);
	d->dev = st.st_dev;
	d->ino = st.st_ino;
	(void)close(fd);
	return rc;
}

static int
run(struct database *d, const char *text, struct fault *f)
{
	int rc = sqlite3_exec(d->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : complain(d, rc, f);
}

/* The number in the first column of a query's first row. */
static int
query_number(struct database *d, const char *text, int *out, struct fault *f)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(d->db, text, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*out = sqlite3_column_int(st, 0);
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_OK)
		(void)complain(d, rc, f);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_OK ? 0 : -1;
}

static int
set_up(struct database *d, struct fault *f)
{
	int version = 0, tables = 0;

	(void)sqlite3_busy_timeout(d->db, 1000);
	/* A checkpoint at every close would sync at every CGI request. */
	(void)sqlite3_db_config(
	    d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* temp_store: SQLITE_TMPDIR of the environment is not ours. */
	if (run(d,
		appendfile_can_map(d->path) ? "PRAGMA journal_mode=WAL;"
					      "PRAGMA synchronous=NORMAL;"
					      "PRAGMA temp_store=MEMORY"
					    : "PRAGMA journal_mode=TRUNCATE;"
					      "PRAGMA synchronous=NORMAL;"
					      "PRAGMA temp_store=MEMORY",
		f) == -1 ||
	    query_number(d, "PRAGMA user_version", &version, f) == -1)
		return -1;
	if (version == d->plan->version)
		return 0;
	if (version == d->plan->version - 1 && d->plan->upgrade != NULL)
		return run(d, d->plan->upgrade, f);
	if (query_number(d, "SELECT count(*) FROM sqlite_schema", &tables, f) ==
	    -1)
		return -1;
	if (version != 0 || tables != 0)
		return fault_set(f, FAULT_DAMAGED, 0,
		    "%s has version %d, this program writes %d", d->path,
		    version, d->plan->version);
	return run(d, d->plan->schema, f);
}

struct database *
database_open(
    const char *path, const struct database_plan *plan, struct fault *f)
{
	struct database *d = calloc(1, sizeof(*d));
	int rc;

	if (d == NULL || (d->path = strdup(path)) == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		goto fail;
	}
	d->plan = plan;
	if (make_file(d, f) == -1)
		goto fail;
	rc = sqlite3_open_v2(
	    path, &d->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK) {
		(void)complain(d, rc, f);
		goto fail;
	}
	(void)sqlite3_extended_result_codes(d->db, 1);
	if (set_up(d, f) == -1)
		goto fail;
	return d;
fail:
	database_close(d);
	return NULL;
}

int
database_is_current(const struct database *d)
{
	struct stat st;

	return lstat(d->path, &st) == 0 && st.st_dev == d->dev &&
	       st.st_ino == d->ino;
}

/* The statement, ready to be bound; NULL with the fault set. */
static sqlite3_stmt *
get(struct database *d, size_t which, struct fault *f)
{
	int rc;

	if (d->statements[which] != NULL)
		return d->statements[which];
	rc = sqlite3_prepare_v3(d->db, d->plan->statements[which], -1,
	    SQLITE_PREPARE_PERSISTENT, &d->statements[which], NULL);
	if (rc != SQLITE_OK)
		(void)complain(d, rc, f);
	return d->statements[which];
}

/* Run a bound statement: 1 when it gave a row, 0 when it is done, -1. */
static int
step(struct database *d, sqlite3_stmt *st, struct fault *f)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		(void)complain(d, rc, f);
	/* What was bound is the caller's: the next use binds anew. */
	(void)sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
database_run(
    struct database *d, struct fault *f, size_t which, const char *types, ...)
{
	sqlite3_stmt *st = get(d, which, f);
	const char *text;
	va_list ap;
	int at;

	if (st == NULL)
		return -1;
	va_start(ap, types);
	for (at = 1; *types != '\0'; at++, types++) {
		if (*types == 'i') {
			(void)sqlite3_bind_int64(st, at, va_arg(ap, int64_t));
			continue;
		}
		/* STATIC: the caller's bytes live while the statement runs. */
		text = va_arg(ap, const char *);
		(void)sqlite3_bind_text(st, at, text,
		    *types == 't' ? (int)va_arg(ap, size_t) : -1,
		    SQLITE_STATIC);
	}
	va_end(ap);
	return step(d, st, f);
}

int64_t
database_number(struct database *d, size_t which, int column)
{
	return sqlite3_column_int64(d->statements[which], column);
}

void
database_text(
    struct database *d, size_t which, int column, char *out, size_t size)
{
	const unsigned char *s =
	    sqlite3_column_text(d->statements[which], column);

	(void)snprintf(out, size, "%s", s == NULL ? "" : (const char *)s);
}

void
database_done(struct database *d, size_t which)
{
	(void)sqlite3_reset(d->statements[which]);
}

int
database_changes(const struct database *d)
{
	return sqlite3_changes(d->db);
}

int
database_set_cache(struct database *d, int kilobytes, struct fault *f)
{
	char text[64];

	/* Below zero it means kibibytes, above it pages. */
	(void)snprintf(text, sizeof(text), "PRAGMA cache_size=-%d", kilobytes);
	return run(d, text, f);
}

int
database_in_transaction(const struct database *d)
{
	return !sqlite3_get_autocommit(d->db);
}

void
database_close(struct database *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; i < DATABASE_STATEMENTS; i++)
		(void)sqlite3_finalize(d->statements[i]);
	(void)sqlite3_close(d->db);
	free(d->path);
	free(d);
}
