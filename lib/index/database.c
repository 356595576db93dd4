/* database: the little of SQLite that the index needs; see database.h. */
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "index/database.h"
#include "index/sqlitefiles.h"

#define VIEW_TRIES 1000 /* a millisecond each */

struct database {
	char *path;
	sqlite3 *db;
	const struct database_plan *plan;
	sqlite3_stmt *statements[DATABASE_STATEMENTS]; /* when first used */
	struct sqlitefiles files;                      /* as they were opened */
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
	if ((rc & 0xff) == SQLITE_NOMEM || rc == SQLITE_IOERR_NOMEM)
		kind = FAULT_MEMORY;
	return fault_set(f, kind, 0, "%s: %s", d->path,
	    d->db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(d->db));
}

static int
run(struct database *d, const char *text, struct fault *f)
{
	int rc = sqlite3_exec(d->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : complain(d, rc, f);
}

/*
 * A reader can't repair what a writer is changing at this moment: SQLite says
 * so, and a moment later it is well.
 */
static int
passes(int rc, int *tries)
{
	if ((rc & 0xff) != SQLITE_READONLY || rc == SQLITE_READONLY ||
	    ++*tries > VIEW_TRIES)
		return 0;
	(void)sqlite3_sleep(1);
	return 1;
}

/* The number in the first column of a query's first row. */
static int
query_number(struct database *d, const char *text, int *out, struct fault *f)
{
	sqlite3_stmt *st = NULL;
	int rc, tries = 0;

	do {
		(void)sqlite3_finalize(st);
		rc = sqlite3_prepare_v2(d->db, text, -1, &st, NULL);
		if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
			*out = sqlite3_column_int(st, 0);
			rc = SQLITE_OK;
		}
	} while (passes(rc, &tries));
	if (rc != SQLITE_OK)
		(void)complain(d, rc, f);
	(void)sqlite3_finalize(st);
	return rc == SQLITE_OK ? 0 : -1;
}

/*
 * A checkpoint syncs, and whoever wants the lock waits for it: often and little
 * is better for the 99th percentile than SQLite's own 1000 pages, 3.1 ms and
 * not 3.8 at 2,500 deliveries a second (bench/latency.pl), and takes no disk.
 * temp_store: SQLITE_TMPDIR of the environment is not ours.
 */
static int
set_modes(struct database *d, struct fault *f)
{
	return run(d,
	    appendfile_can_map(d->path) ? "PRAGMA journal_mode=WAL;"
					  "PRAGMA wal_autocheckpoint=200;"
					  "PRAGMA synchronous=NORMAL;"
					  "PRAGMA temp_store=MEMORY"
					: "PRAGMA journal_mode=TRUNCATE;"
					  "PRAGMA synchronous=NORMAL;"
					  "PRAGMA temp_store=MEMORY",
	    f);
}

static int
complain_version(struct database *d, int version, struct fault *f)
{
	return fault_set(f, FAULT_DAMAGED, 0,
	    "%s has version %d, this program writes %d", d->path, version,
	    d->plan->version);
}

/* First look whose it is: the journal's mode is written into the file. */
static int
set_up(struct database *d, struct fault *f)
{
	int version = 0, tables = 0;

	(void)sqlite3_busy_timeout(d->db, 1000);
	/* A checkpoint at every close would sync at every CGI request. */
	(void)sqlite3_db_config(
	    d->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (query_number(d, "PRAGMA user_version", &version, f) == -1)
		return -1;
	if (version == d->plan->version)
		return set_modes(d, f);
	if (version == d->plan->version - 1 && d->plan->upgrade != NULL)
		return set_modes(d, f) == -1 ? -1 : run(d, d->plan->upgrade, f);
	if (query_number(d, "SELECT count(*) FROM sqlite_schema", &tables, f) ==
	    -1)
		return -1;
	if (version != 0 || tables != 0)
		return complain_version(d, version, f);
	return set_modes(d, f) == -1 ? -1 : run(d, d->plan->schema, f);
}

/* Nothing is open yet; NULL with the fault set. */
static struct database *
make_database(
    const char *path, const struct database_plan *plan, struct fault *f)
{
	struct database *d = calloc(1, sizeof(*d));

	if (d == NULL || (d->path = strdup(path)) == NULL) {
		(void)fault_set(f, FAULT_MEMORY, 0, "out of memory");
		database_close(d);
		return NULL;
	}
	d->plan = plan;
	return d;
}

static int
open_it(struct database *d, const char *name, int flags, struct fault *f)
{
	int rc =
	    sqlite3_open_v2(name, &d->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		return complain(d, rc, f);
	(void)sqlite3_extended_result_codes(d->db, 1);
	return 0;
}

struct database *
database_open(
    const char *path, const struct database_plan *plan, struct fault *f)
{
	struct database *d = make_database(path, plan, f);

	if (d == NULL)
		return NULL;
	if (sqlitefiles_make(path, f) == 0 &&
	    open_it(d, path, SQLITE_OPEN_READWRITE, f) == 0 &&
	    set_up(d, f) == 0) {
		sqlitefiles_note(path, &d->files);
		return d;
	}
	database_close(d);
	return NULL;
}

struct database *
database_view(
    const char *path, const struct database_plan *plan, struct fault *f)
{
	struct database *d = make_database(path, plan, f);
	struct bytes name = {0};
	int immutable = 0, version = 0;

	if (d == NULL)
		return NULL;
	if (sqlitefiles_view(path, &immutable, f) == -1)
		goto fail;
	/* A file's name as a URI, where three characters mean something. */
	bytes_adds(&name, "file:");
	for (; *path != '\0'; path++)
		if (strchr("%?#", *path) != NULL)
			bytes_printf(&name, "%%%02x", (unsigned)*path);
		else
			bytes_addc(&name, *path);
	bytes_adds(&name, "?mode=ro&readonly_shm=1");
	if (immutable)
		bytes_adds(&name, "&immutable=1");
	bytes_addc(&name, '\0');
	if (bytes_check(&name, f) == -1 ||
	    open_it(d, name.data, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, f) ==
		-1)
		goto fail;
	(void)sqlite3_busy_timeout(d->db, 1000);
	if (query_number(d, "PRAGMA user_version", &version, f) == -1)
		goto fail;
	if (version != plan->version) {
		if (version == 0)
			(void)fault_set(f, FAULT_STORAGE, 0,
			    "%s is empty, or just being made", d->path);
		(void)complain_version(d, version, f);
		goto fail;
	}
	bytes_free(&name);
	return d;
fail:
	bytes_free(&name);
	database_close(d);
	return NULL;
}

int
database_is_current(const struct database *d)
{
	return sqlitefiles_are(d->path, &d->files);
}

/* The statement, ready to be bound; NULL with the fault set. */
static sqlite3_stmt *
get(struct database *d, size_t which, struct fault *f)
{
	int rc, tries = 0;

	if (d->statements[which] != NULL)
		return d->statements[which];
	do
		rc = sqlite3_prepare_v3(d->db, d->plan->statements[which], -1,
		    SQLITE_PREPARE_PERSISTENT, &d->statements[which], NULL);
	while (passes(rc, &tries));
	if (rc != SQLITE_OK)
		(void)complain(d, rc, f);
	return d->statements[which];
}

/* Run a bound statement: 1 when it gave a row, 0 when it is done, -1. */
static int
step(struct database *d, sqlite3_stmt *st, struct fault *f)
{
	int rc, tries = 0;

	while (passes(rc = sqlite3_step(st), &tries))
		(void)sqlite3_reset(st);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		(void)complain(d, rc, f);
	/* What was bound is the caller's: the next use binds anew. */
	(void)sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
database_prepare(struct database *d, size_t which, struct fault *f)
{
	return get(d, which, f) == NULL ? -1 : 0;
}

int
database_run(
    struct database *d, struct fault *f, size_t which, const char *types, ...)
{
	sqlite3_stmt *st = get(d, which, f);
	int at, rc = SQLITE_OK;
	const char *text;
	va_list ap;

	if (st == NULL)
		return -1;
	va_start(ap, types);
	for (at = 1; *types != '\0' && rc == SQLITE_OK; at++, types++) {
		if (*types == 'i') {
			rc = sqlite3_bind_int64(st, at, va_arg(ap, int64_t));
			continue;
		}
		/* STATIC: the caller's bytes live while the statement runs. */
		text = va_arg(ap, const char *);
		rc = sqlite3_bind_text(st, at, text,
		    *types == 't' ? (int)va_arg(ap, size_t) : -1,
		    SQLITE_STATIC);
	}
	va_end(ap);
	return rc == SQLITE_OK ? step(d, st, f) : complain(d, rc, f);
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
database_sync_commits(struct database *d, struct fault *f)
{
	return run(d, "PRAGMA synchronous=FULL", f);
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
