/* index: which deliveries are known; see index.h. */
#include <stdlib.h>
#include <string.h>

#include "index/database.h"
#include "index/index.h"
#include "index/indexsql.h"

/*
 * Kibibytes of the file to keep in memory.  Keys come in no order: with less
 * than the whole index, pages are written out and read again many times.  A
 * million keys take about 140 MB; these are 200,000.
 */
#define CACHE_MANY  (32 << 10)
#define CACHE_USUAL 2000 /* SQLite's own default */

struct index {
	struct database *db;
	struct recent *recent; /* what the tables have still to take over */
	int holds;             /* it is of the tables as they are */
};

/* Takes the database, which may be NULL. */
static struct index *
make_index(
    const char *path, struct database *db, int look_only, struct fault *f)
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
	if ((x->recent = recent_new(path, look_only, f)) == NULL) {
		index_close(x);
		return NULL;
	}
	return x;
}

struct index *
index_open(const char *path, struct fault *f)
{
	return make_index(path, database_open(path, &indexsql_plan, f), 0, f);
}

struct index *
index_view(const char *path, struct fault *f)
{
	return make_index(path, database_view(path, &indexsql_plan, f), 1, f);
}

int
index_is_current(const struct index *x)
{
	return database_is_current(x->db);
}

/*
 * Read the file of recent deliveries, and does it go on from the tables?  Who
 * reads the file first misses nothing that is taken over meanwhile.
 */
static int
load_recent(struct index *x, struct fault *f)
{
	const struct recent_state *base;
	struct index_segment row = {.size = 0};
	int rc = 0;

	x->holds = 0;
	recent_load(x->recent);
	if ((base = recent_base(x->recent)) != NULL)
		rc = indexsql_segment(x->db, base->day, base->number, &row, f);
	if (rc == 1)
		x->holds = row.size == base->segment.size &&
		           row.inode == base->segment.inode &&
		           strcmp(row.boot, base->segment.boot) == 0;
	return rc == -1 ? -1 : 0;
}

/* In a transaction it was read when that began, and nobody else changes it. */
static int
look_at_recent(struct index *x, struct fault *f)
{
	return database_in_transaction(x->db) ? 0 : load_recent(x, f);
}

/* Have in the tables what was only noted; the file stays as it is. */
static int
take_over(struct index *x, struct fault *f)
{
	const struct recent_state *now;
	struct index_id id;
	const char *key;
	size_t i, len;

	if (!x->holds)
		return 0;
	for (i = 0; i < recent_count(x->recent); i++) {
		key = recent_get(x->recent, i, &len, &id);
		if (len > 0 && indexsql_add(x->db, key, len, &id, f) == -1)
			return -1;
	}
	now = recent_now(x->recent);
	if (now->kind[0] != '\0' && indexsql_set_sheet(x->db, now->day,
					now->kind, &now->sheet, f) == -1)
		return -1;
	return indexsql_set_segment(
	    x->db, now->day, now->number, &now->segment, f);
}

/*
 * The tables are about to change, back to where the file began perhaps: first
 * it is emptied.  Whoever is killed then has an index that is behind, and not
 * one that knows again what a repair took out.
 */
static int
prepare(struct index *x, struct fault *f)
{
	if (look_at_recent(x, f) == -1 || take_over(x, f) == -1)
		return -1;
	x->holds = 0;
	return recent_drop(x->recent, f);
}

/* The way back can't wait for memory. */
static int
begin(struct index *x, enum indexsql how, struct fault *f)
{
	if (database_in_transaction(x->db))
		return 0;
	if (database_prepare(x->db, SQL_ROLLBACK, f) == -1 ||
	    database_run(x->db, f, how, "") == -1)
		return -1;
	if (load_recent(x, f) == 0)
		return 0;
	index_rollback(x);
	return -1;
}

int
index_read(struct index *x, struct fault *f)
{
	return begin(x, SQL_READ, f);
}

int
index_begin(struct index *x, struct fault *f)
{
	if (begin(x, SQL_BEGIN, f) == -1)
		return -1;
	if (prepare(x, f) == 0)
		return 0;
	index_rollback(x);
	return -1;
}

int
index_commit(struct index *x, struct fault *f)
{
	return database_run(x->db, f, SQL_COMMIT, "");
}

void
index_rollback(struct index *x)
{
	struct fault ignored = {0};

	if (database_in_transaction(x->db) &&
	    database_run(x->db, &ignored, SQL_ROLLBACK, "") == -1)
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
	if (look_at_recent(x, f) == -1)
		return -1;
	if (x->holds && recent_find(x->recent, key, n, id))
		return 1;
	return indexsql_find(x->db, key, n, id, f);
}

int
index_segment(struct index *x, const char *day, int segment,
    struct index_segment *out, struct fault *f)
{
	const struct recent_state *now;

	if (look_at_recent(x, f) == -1)
		return -1;
	now = recent_now(x->recent);
	if (x->holds && now->number == segment && strcmp(now->day, day) == 0) {
		*out = now->segment;
		return 1;
	}
	return indexsql_segment(x->db, day, segment, out, f);
}

int
index_sheet(struct index *x, const char *day, const char *kind,
    struct index_sheet *out, struct fault *f)
{
	const struct recent_state *now;

	if (look_at_recent(x, f) == -1)
		return -1;
	now = recent_now(x->recent);
	if (x->holds && strcmp(now->day, day) == 0 &&
	    strcmp(now->kind, kind) == 0) {
		*out = now->sheet;
		return 1;
	}
	return indexsql_sheet(x->db, day, kind, out, f);
}

int
index_add(struct index *x, const char *key, size_t n, const struct index_id *id,
    struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	return indexsql_add(x->db, key, n, id, f);
}

int
index_add_new(struct index *x, const char *key, size_t n,
    const struct index_id *id, struct fault *f)
{
	if (prepare(x, f) == -1 ||
	    database_run(x->db, f, SQL_ADD_NEW, "tsiis", key, n, id->day,
		(int64_t)id->segment, id->offset, id->sha256) == -1)
		return -1;
	return database_changes(x->db) > 0;
}

int
index_set_segment(struct index *x, const char *day, int segment,
    const struct index_segment *s, struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	return indexsql_set_segment(x->db, day, segment, s, f);
}

int
index_set_sheet(struct index *x, const char *day, const char *kind,
    const struct index_sheet *s, struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	return indexsql_set_sheet(x->db, day, kind, s, f);
}

/*
 * In the tables, with all that was noted.  They change by it, so that the file
 * is of no use then; until they do it is, also for a reader.
 */
static int
put_delivery(struct index *x, const struct recent_delivery *d, struct fault *f)
{
	const struct recent_state *now = &d->now;

	if (begin(x, SQL_BEGIN, f) == -1)
		return -1;
	if (take_over(x, f) == 0 &&
	    (d->len == 0 ||
		indexsql_add(x->db, d->key, d->len, &d->id, f) == 0) &&
	    (now->kind[0] == '\0' || indexsql_set_sheet(x->db, now->day,
					 now->kind, &now->sheet, f) == 0) &&
	    indexsql_set_segment(
		x->db, now->day, now->number, &now->segment, f) == 0 &&
	    index_commit(x, f) == 0) {
		x->holds = 0;
		return 0;
	}
	index_rollback(x);
	return -1;
}

/* A new file of recent deliveries, on what the tables have. */
static int
begin_recent(struct index *x, const struct recent_delivery *d)
{
	struct recent_state base = d->now;
	struct fault ignored = {0};

	return indexsql_segment(x->db, base.day, base.number, &base.segment,
		   &ignored) == 1 &&
	       (base.kind[0] == '\0' ||
		   indexsql_sheet(x->db, base.day, base.kind, &base.sheet,
		       &ignored) == 1) &&
	       recent_begin(x->recent, &base, d);
}

int
index_note(struct index *x, const struct recent_delivery *d, struct fault *f)
{
	if (look_at_recent(x, f) == -1)
		return -1;
	if (x->holds ? recent_add(x->recent, d) : begin_recent(x, d)) {
		x->holds = 1;
		return 0;
	}
	return put_delivery(x, d, f);
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
index_sync_commits(struct index *x, struct fault *f)
{
	return database_sync_commits(x->db, f);
}

int
index_forget(struct index *x, const char *day, int segment, int64_t offset,
    struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	return database_run(
	    x->db, f, SQL_FORGET, "sii", day, (int64_t)segment, offset);
}

int
index_distrust(struct index *x, const char *day, int segment, struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	return database_run(
	    x->db, f, SQL_DISTRUST_SEGMENT, "si", day, (int64_t)segment);
}

int
index_distrust_sheets(struct index *x, const char *day, struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	return database_run(x->db, f, SQL_DISTRUST_SHEETS, "s", day);
}

int
index_forget_day(struct index *x, const char *day, struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	if (database_run(x->db, f, SQL_FORGET_SEGMENTS, "s", day) == -1)
		return -1;
	return database_run(x->db, f, SQL_FORGET_SHEETS, "s", day);
}

int
index_check(struct index *x, struct fault *f)
{
	return indexsql_check(x->db, f);
}

int
index_sweep(struct index *x, struct fault *f)
{
	if (prepare(x, f) == -1)
		return -1;
	if (database_run(x->db, f, SQL_SWEEP_IDS, "") == -1)
		return -1;
	return database_run(x->db, f, SQL_SWEEP_SEGMENTS, "");
}

void
index_close(struct index *x)
{
	if (x == NULL)
		return;
	database_close(x->db);
	recent_close(x->recent);
	free(x);
}
