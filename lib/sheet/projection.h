/*
 * projection: a day's sheet as its journal makes it, held against the file
 * that is there: the file is completed where it is the beginning of it.
 */
#ifndef PROJECTION_H
#define PROJECTION_H

#include <limits.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "index/index.h"
#include "journal/journal.h"
#include "webhook/leads.h"

/* An endpoint's books: what journal, sheets and index are read from. */
struct books {
	char journal[PATH_MAX]; /* directories, and the index's path */
	char sheets[PATH_MAX];
	char index_path[PATH_MAX];
	const struct settings *settings; /* borrowed */
	const struct boot *boot;         /* borrowed */
	struct index *index;
	int unfinished; /* a process died in mid-work before us */
	char note[256]; /* what a person should know of; may be empty */
};

/* Where they lie; index is NULL, and nothing is opened. */
void projection_books(struct books *, const struct endpoint *,
    const struct settings *, const struct boot *) __attribute__((nonnull));

/* One walk over a day's records, and the file that it meets. */
struct projection {
	struct books *books;
	const char *day;
	const char *kind; /* SHEET_LEADS or SHEET_TEST */
	const char *path;
	struct appendfile *file; /* owned; NULL until there is one */
	int making;              /* it is being made, and not in its place */
	int64_t size;            /* of the file when the walk begins */
	int64_t first_row;       /* the day's rows before it are elsewhere */

	/*
	 * Only look: nothing is appended and no file made, and the files may be
	 * another user's.  Records after until need not be in the
	 * file yet (when its segment is 0, all must be).  step, where there is
	 * one, is called for each line with its bytes; it ends the walk when it
	 * returns other than 0, with stopped set.
	 */
	int look_only;
	struct place until;
	int (*step)(void *, int64_t bytes);
	void *step_context;

	/* What came of the walk. */
	int64_t lacks; /* look_only: bytes that the file should have as well */
	int stopped;
	int differs; /* the file is not the beginning of the projection */
	int64_t row; /* rows of the day so far */
	int segment; /* where in the journal the walk ended */
	int64_t offset;

	int (*visit)(void *, int64_t, const struct record *);
	void *context;
	int64_t at;           /* how much of the file has been met */
	struct bytes rows;    /* of the record in hand */
	struct bytes pending; /* to be appended */
	struct bytes there;   /* what the file has */
	struct leads leads;
};

/*
 * Walk from where *from stands (the place in the journal, the rows of the
 * day before it, the bytes of the file that need no look) to the end of the
 * day's journal.  What the file has already is compared; once it is used up,
 * the rest is appended, and a missing file is made with its first row: it
 * takes its name when all of it is on stable storage, as half a sheet of a day
 * long gone would look edited after a power cut.  Returns 0, with differs
 * telling how it went, or -1 with the fault set.
 */
int projection_walk(struct projection *, const struct index_sheet *from,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Call visit for each delivery of the day that makes rows of this kind, in
 * order, with the number of rows up to its end and its record, borrowed for
 * the call; until it returns -1.  The file is not looked at.  0, or -1 with the
 * fault set.
 */
int projection_visit(struct projection *,
    int (*visit)(void *, int64_t, const struct record *), void *context,
    struct fault *) __attribute__((nonnull(1, 2, 4), warn_unused_result));

/* Release what it owns; the open struct can be used again. */
void projection_free(struct projection *) __attribute__((nonnull));

/*
 * Is the record at this place the one that makes the rows of its id?  1, 0,
 * or -1 with the fault set.
 */
int projection_counts(struct books *, const char *key, size_t, const char *day,
    int segment, int64_t offset, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
