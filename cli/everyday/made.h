/*
 * made: the note of what export --every-day has made in a folder.
 *
 * DIR/.leadsheet-days/made has a line for each day: of what its files were
 * made, and how many rows they have; and one for each file, with its digest.
 * Before a file takes its place a line "next" with the new digest is added and
 * synced, so that the file is known for ours whenever we are killed.
 */
#ifndef MADE_H
#define MADE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "table/format.h"
#include "webhook/signature.h"

/* A path in the folder is longer than its own by so many bytes at most. */
#define MADE_NAMES_MAX 128

struct made_file {
	char sha256[SIGNATURE_SIZE];   /* as we made it; empty: we didn't */
	char next[SIGNATURE_SIZE];     /* that was to take its place */
	struct appendfile_state state; /* as we saw it last */
};

struct made_day {
	char day[UTC_DAY_SIZE];
	char of[SIGNATURE_SIZE]; /* what its files were made of; or empty */
	int64_t rows;            /* that they have */
	struct made_file files[TABLE_FORMATS];
};

struct made {
	char path[PATH_MAX]; /* of the folder, without a link in it */
	struct bytes purpose;
	struct made_day *days; /* owned; in their order */
	size_t n, room;
	int changed; /* since it was written */
};

/*
 * Read the note of the folder at path, with all else zero; purpose is a line
 * of text.  0, or -1 with the fault set: FAULT_SETUP when it was made for
 * another purpose.  made_free() in any case.
 */
int made_read(struct made *, const char *purpose, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The day, which is added where it is missing; NULL with FAULT_MEMORY. */
struct made_day *made_day(struct made *, const char *day, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Where the file of a day stands, where it is made before, and where a file of
 * that name of our own is.
 */
void made_path(const struct made *, const struct made_day *, enum table_format,
    char out[static PATH_MAX]) __attribute__((nonnull));
void made_draft(const struct made *, const struct made_day *, enum table_format,
    char out[static PATH_MAX]) __attribute__((nonnull));
void made_own(const struct made *, const char *name, char out[static PATH_MAX])
    __attribute__((nonnull));

/* Note on stable storage that a file of these bytes is ours.  0, or -1. */
int made_promise(struct made *, const struct made_day *, enum table_format,
    const char *sha256, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Write it anew, where it has changed, once the folder is synced.  0, or -1. */
int made_write(struct made *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void made_free(struct made *) __attribute__((nonnull));

#endif
