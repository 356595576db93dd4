/*
 * catalog: which leads there are and where in the journals each stands: a cache
 * of the page's own (SQLite with FTS5), in HOME/page/cache/page.sqlite.
 *
 * It holds pointers, words and numbers; what is shown is read from the journal.
 * It is of one boot, one version of its tables and one set of segments: where
 * any of that has changed otherwise than by growing it is made anew.  Newest
 * days come first, each from its beginning.  Where it can't be written it is
 * made in memory, as far as there is room: the newest leads only.
 *
 * A day is that of a lead's receipt in the time zone in use, as in the sheets,
 * whichever segment it stands in.
 *
 * A lead's id is the time of its receipt in microseconds times 2,048, and its
 * number in the delivery; the next free one where that is taken.  So ids are
 * in order of time, stay the same when the catalog is made anew, and do for
 * paging.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "select/choice.h"

struct catalog;

/* Whose leads somebody may see; n 0: those of every endpoint. */
struct catalog_scope {
	char (*names)[ENDPOINT_NAME_SIZE]; /* borrowed */
	size_t n;
};

/*
 * Where a lead stands, and which person and post it is of: 63 bits of an HMAC
 * of the urn, or of the post's id; 0: it has none.
 */
struct catalog_entry {
	int64_t id;
	char endpoint[ENDPOINT_NAME_SIZE];
	/* The segment of its journal, and where its delivery's line begins. */
	char day[UTC_DAY_SIZE];
	int segment;
	int64_t offset;
	size_t lead;
	int64_t person, post;
	int64_t body; /* the first 63 bits of the SHA-256 of its body */
};

struct catalog_person {
	int64_t person;
	int64_t first_seen, last_seen; /* microseconds UTC */
	int64_t engagements;
	struct catalog_entry newest;
};

/* How far it has come. */
struct catalog_state {
	int whole; /* it has every lead that is in the journals */
	/*
	 * Else: days before this one are lacking.  Of the newest day, which is
	 * read first, some may still lack as well.
	 */
	char from[UTC_DAY_SIZE];
	int64_t leads;
	/* Of all endpoints; of a scope see catalog_newest(), catalog_count().
	 */
	int64_t newest;  /* when the last delivery came, a test too; or 0 */
	int64_t damaged; /* lines of the journals that don't count */
	int in_memory;   /* why says what keeps it from being kept */
	char why[512];
	char unread[512]; /* why a file of a journal can't be read; or "" */
};

/* Nothing is read yet.  key is for HMACs, copied.  NULL with FAULT_MEMORY. */
struct catalog *catalog_new(const char *home, const char *key, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Look at the journals, and read what is new of them, for so many microseconds
 * at most; state says how far that was.  Once a request, before anything else.
 * 0, or -1 with the fault set: the journals can't be read.
 */
int
catalog_update(struct catalog *, int64_t microseconds, struct catalog_state *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * What it points to has proved to be another thing than it says: the file is
 * removed, and the next update makes it anew.
 */
void catalog_distrust(struct catalog *) __attribute__((nonnull));

/* When the last delivery came to the scope, as far as it has come; 0: never. */
int64_t catalog_newest(struct catalog *, const struct catalog_scope *)
    __attribute__((nonnull));

/* How many lines of the journals of the scope don't count, as far as it has
 * come. */
int64_t catalog_damaged(struct catalog *, const struct catalog_scope *)
    __attribute__((nonnull));

/*
 * Call take with each lead that is chosen, the newest first, until it returns
 * other than 0, or there were so many (0: all).  What take returned, 0, or -1
 * with the fault set.
 */
int catalog_leads(struct catalog *, const struct catalog_scope *,
    const struct choice *, size_t most,
    int (*take)(void *, const struct catalog_entry *, struct fault *),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5, 7), warn_unused_result));

/*
 * The same for people: each once, by the newest of their leads that are chosen;
 * whoever has no urn is one of their own.  choice->since is about all leads in
 * the scope.
 */
int catalog_people(struct catalog *, const struct catalog_scope *,
    const struct choice *, size_t most,
    int (*take)(void *, const struct catalog_person *, struct fault *),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5, 7), warn_unused_result));

/* How many leads are chosen; most where it is more (0: no limit).  Or -1. */
int64_t catalog_count(struct catalog *, const struct catalog_scope *,
    const struct choice *, int64_t most, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* How many of each day, the newest first, days without one left out. */
int catalog_days(struct catalog *, const struct catalog_scope *,
    const struct choice *, int (*take)(void *, const char *day, int64_t leads),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 3, 4, 6), warn_unused_result));

/*
 * What there is of a term, the most frequent first, so many at most.
 */
int catalog_terms(struct catalog *, const struct catalog_scope *,
    enum choice_term, size_t most,
    int (*take)(void *, const char *text, int64_t leads), void *context,
    struct fault *) __attribute__((nonnull(1, 2, 5, 7), warn_unused_result));

/* One person in the scope: 1, 0 where there is none, or -1. */
int catalog_find_person(struct catalog *, const struct catalog_scope *,
    int64_t person, struct catalog_person *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Numbers as URLs have them: 16 hex digits.  1, or 0 where it is none. */
#define CATALOG_NUMBER_SIZE 17
void catalog_write_number(int64_t, char out[static CATALOG_NUMBER_SIZE])
    __attribute__((nonnull));
int catalog_read_number(const char *, int64_t *) __attribute__((nonnull));

/* Nobody asks just now: let go of what was removed from the disk. */
void catalog_rest(struct catalog *) __attribute__((nonnull));

void catalog_free(struct catalog *);

#endif
