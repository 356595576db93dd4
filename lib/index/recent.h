/*
 * recent: the deliveries that the index was told of last, in a small file
 * beside it.
 *
 * A row in a database costs pages, and each page is written twice; a record
 * here is one write of some 170 bytes.  When the file is full, RECENT_ROOM
 * bytes, the index takes all of them over and the file begins anew.
 *
 * It counts only on top of the rows that it was begun on: the index compares
 * recent_base() with what it has.  So the file may be lost, old, or unknown to
 * another version of the program, and nothing is wrong: the index is behind,
 * and catches up from the journal.  Never synced; each record has a check over
 * itself and all before it, and what doesn't pass isn't there.
 *
 * Every call is made under the endpoint's lock, but for those of who only
 * looks.
 */
#ifndef RECENT_H
#define RECENT_H

#include <stddef.h>

#include "base/fault.h"
#include "index/indexrow.h"

#define RECENT_ROOM      (16 << 10)
#define RECENT_KIND_SIZE 8

/* How segment and sheet stand: the one of each that all records are of. */
struct recent_state {
	char day[UTC_DAY_SIZE];
	int number; /* of the segment */
	struct index_segment segment;
	char kind[RECENT_KIND_SIZE]; /* of the sheet; empty: no rows */
	struct index_sheet sheet;
};

/* A delivery, and how they stand after it. */
struct recent_delivery {
	const char *key; /* borrowed; len 0: it has none */
	size_t len;
	struct index_id id;
	struct recent_state now;
};

struct recent;

/*
 * For the file PATH-recent; looking only: it may be another user's.  Nothing is
 * read yet, and there need be no file.  NULL: out of memory.
 */
struct recent *recent_new(const char *path, int look_only, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Read what the file has now; where it can't be read it has nothing. */
void recent_load(struct recent *) __attribute__((nonnull));

/* What it was begun on, and how that stands now; NULL where it is empty. */
const struct recent_state *
recent_base(const struct recent *) __attribute__((nonnull));
const struct recent_state *
recent_now(const struct recent *) __attribute__((nonnull));

/* The place of a key, where it is there: 1 or 0. */
int recent_find(const struct recent *, const char *key, size_t,
    struct index_id *) __attribute__((nonnull));

/*
 * The keys of the deliveries in order, from 0 on, and their places.  A key is
 * borrowed until the next load, begin or drop; of length 0 it is none.
 */
size_t recent_count(const struct recent *) __attribute__((nonnull));
const char *recent_get(const struct recent *, size_t, size_t *len,
    struct index_id *) __attribute__((nonnull));

/*
 * Add a delivery: 1, or 0 when it is to go another way: the file is full, it
 * can't be written, or the delivery doesn't go on where it stands now (of
 * another segment or sheet; of a sheet only rows, place, size and time move).
 */
int recent_add(struct recent *, const struct recent_delivery *)
    __attribute__((nonnull, warn_unused_result));

/* The same in a file that begins anew, on these rows of the index. */
int recent_begin(struct recent *, const struct recent_state *base,
    const struct recent_delivery *)
    __attribute__((nonnull, warn_unused_result));

/*
 * All of it stands elsewhere, or is to be read from the journal again: have
 * nothing in the file.  0, or -1 with the fault set.
 */
int recent_drop(struct recent *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void recent_close(struct recent *);

#endif
