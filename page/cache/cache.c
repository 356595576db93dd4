/* cache: the file page.sqlite; see cache.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "access/pagedir.h"
#include "base/utc.h"
#include "page/cache/cache.h"
#include "webhook/signature.h"

/* One more with each change of the tables, or of what tokens.h makes. */
#define TABLES 1

/* So long it stays in memory before the file is tried again: microseconds. */
#define RETRY (60 * UTC_SECOND)

/*
 * segment	how far each segment of a journal has been read
 * lead		where each lead stands
 * quarter	leads of each quarter of an hour: of a day in any time zone
 * term		what can be picked, and how often it is there
 * text		the posts' texts by their hashes, each once
 * word		the words of the leads, and what each is of (filling.h)
 * post		the words of the texts
 * vocabulary	which words there are in "word"
 */
static const char schema[] =
    "CREATE TABLE stamp(stamp TEXT);"
    "CREATE TABLE endpoint(id INTEGER PRIMARY KEY,name TEXT UNIQUE);"
    "CREATE TABLE segment(id INTEGER PRIMARY KEY,endpoint INT,day TEXT,"
    "number INT,inode INT,mtime INT,size INT,upto INT,lead INT,tail INT,"
    "damaged INT,newest INT,UNIQUE(endpoint,day,number));"
    "CREATE TABLE lead(id INTEGER PRIMARY KEY,segment INT,offset INT,"
    "lead INT,person INT,post INT,text INT,body INT);"
    "CREATE TABLE quarter(endpoint INT,quarter INT,leads INT,"
    "PRIMARY KEY(quarter,endpoint))WITHOUT ROWID;"
    "CREATE TABLE term(endpoint INT,kind INT,hash INT,leads INT,text TEXT,"
    "PRIMARY KEY(endpoint,kind,hash))WITHOUT ROWID;"
    "CREATE INDEX term_leads ON term(endpoint,kind,leads);"
    "CREATE TABLE text(id INTEGER PRIMARY KEY,hash INT UNIQUE);"
    "CREATE VIRTUAL TABLE word USING fts5(w,content='',columnsize=0,"
    "tokenize=\"ascii tokenchars '+#'\");"
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(word,instance);"
    "CREATE VIRTUAL TABLE post USING fts5(w,content='',columnsize=0,"
    "tokenize=\"ascii tokenchars '+#'\");";

int
cache_begin(struct cache *c, const char *home, const char *key, struct fault *f)
{
	char digest[SIGNATURE_SIZE];
	struct boot boot;

	pagedir_path(home, c->path, "cache/page.sqlite");
	if (signature_sha256(key, strlen(key), digest, f) == -1)
		return -1;
	utc_boot(&boot);
	(void)snprintf(
	    c->stamp, sizeof(c->stamp), "%d %s %s", TABLES, boot.id, digest);
	return 0;
}

/* Is what is open of this boot?  1; 0, also where it is empty; or -1. */
static int
has_stamp(struct cache *c, struct fault *f)
{
	struct db_query *q = db_query(
	    c->db, "SELECT 1 FROM sqlite_schema WHERE name='stamp'", f);
	const char *s;
	size_t n;
	int rc;

	if (q == NULL || (rc = db_next(c->db, q, f)) == -1)
		return -1;
	db_reset(q);
	if (rc == 0)
		return 0;
	q = db_query(c->db, "SELECT stamp FROM stamp", f);
	if (q == NULL || (rc = db_next(c->db, q, f)) == -1)
		return -1;
	if (rc == 1) {
		s = db_text(q, 0, &n);
		rc = n == strlen(c->stamp) && memcmp(s, c->stamp, n) == 0;
	}
	db_reset(q);
	return rc;
}

/* Nobody else writes: make the tables, unless another was quicker. */
static int
make_tables(struct cache *c, struct fault *f)
{
	struct db_query *q;
	int rc;

	if (db_do(c->db, "BEGIN IMMEDIATE", f) == -1)
		return -1;
	if ((rc = has_stamp(c, f)) != 0)
		return rc == 1 ? db_do(c->db, "COMMIT", f) : -1;
	if (db_do(c->db, schema, f) == -1)
		return -1;
	q = db_query(c->db, "INSERT INTO stamp VALUES(?1)", f);
	if (q == NULL)
		return -1;
	db_bind_text(q, 1, c->stamp, strlen(c->stamp));
	if (db_run(c->db, q, f) == -1)
		return -1;
	return db_do(c->db, "COMMIT", f);
}

/* Open what is there, and have the tables in it. */
static int
open_it(struct cache *c, struct fault *f)
{
	int rc;

	c->db = db_open(
	    c->in_memory ? NULL : c->path, c->in_memory ? CACHE_MEMORY : 0, f);
	if (c->db == NULL)
		return -1;
	if ((rc = has_stamp(c, f)) != 0)
		return rc == 1 ? 0 : -1;
	if (make_tables(c, f) == -1) {
		db_undo(c->db);
		return -1;
	}
	return 0;
}

void
cache_remove(struct cache *c)
{
	char journal[PATH_MAX + 16];

	/* First the file: without its journal it may be half of one. */
	(void)unlink(c->path);
	(void)snprintf(journal, sizeof(journal), "%s-journal", c->path);
	(void)unlink(journal);
}

int
cache_give_up(struct cache *c, const struct fault *why, struct fault *f)
{
	if (!c->in_memory)
		c->why = *why;
	c->in_memory = 1;
	c->given_up = utc_ticks();
	cache_close(c);
	return open_it(c, f);
}

/*
 * Open the file; where it can't be used make it anew.  Two processes may do so
 * at once: the second try is what the other has made.
 */
static int
open_file(struct cache *c, struct fault *f)
{
	struct fault why = {0};
	int i;

	c->in_memory = 0;
	for (i = 0; i < 3; i++) {
		fault_clear(&why);
		if (open_it(c, &why) == 0)
			return 0;
		cache_close(c);
		if (why.kind == FAULT_MEMORY || why.kind == FAULT_STORAGE)
			break;
		/* Of another boot, or damaged; the other is making it. */
		if (why.kind != FAULT_BUSY)
			cache_remove(c);
	}
	return why.kind == FAULT_MEMORY ? fault_take(f, &why)
	                                : cache_give_up(c, &why, f);
}

int
cache_open(struct cache *c, struct fault *f)
{
	if (c->db != NULL && !c->in_memory && db_is_current(c->db))
		return 0;
	if (c->db != NULL && c->in_memory && utc_ticks() - c->given_up < RETRY)
		return 0;
	cache_close(c);
	return open_file(c, f);
}

int
cache_renew(struct cache *c, struct fault *f)
{
	cache_close(c);
	if (c->in_memory)
		return open_it(c, f);
	cache_remove(c);
	return open_file(c, f);
}

void
cache_rest(struct cache *c)
{
	if (c->db != NULL && !db_is_current(c->db))
		cache_close(c);
}

void
cache_close(struct cache *c)
{
	db_close(c->db);
	c->db = NULL;
}
