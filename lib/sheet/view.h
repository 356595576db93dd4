/*
 * view: the sheets of a day as its journal makes them: a materialized view.
 *
 * A line of kind sheet names a file and says from where on the rows go to it:
 * such a file is a part.  The bytes of a part are a function of the journal
 * alone, whatever the settings say now.
 */
#ifndef VIEW_H
#define VIEW_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/fault.h"
#include "journal/record.h"

/* A delivery that makes rows; the day is the view's. */
struct view_delivery {
	int segment;
	int64_t offset;
	int64_t received;
};

struct view_part {
	struct name file;
	struct shape shape;
	/* It has the rows of the deliveries first..end, end not among them. */
	size_t first, end;
	int64_t named; /* when its line was written */
};

struct view {
	char journal[PATH_MAX];
	char day[UTC_DAY_SIZE];
	enum sheet_kind kind;
	enum appendfile_mode mode; /* that its journal is read with */
	const char *zone;          /* borrowed; the process's time zone */

	struct view_delivery *list; /* owned */
	size_t n, room;
	struct view_part *parts; /* owned; rows go to the last one */
	size_t nparts, parts_room;
	/* Owned: what was a part before a line ended it or took its name. */
	struct view_part *ended;
	size_t nended, ended_room;
	int *numbers; /* owned: of every part that a line names or named */
	size_t nnumbers, numbers_room;

	/*
	 * A reader may hear of the bytes as they are compared, and end the work
	 * by returning other than 0: then stopped is set.
	 */
	int (*step)(void *, int64_t bytes);
	void *context;
	int stopped;
};

/*
 * Read a day's journal for both kinds.  zone is the process's time zone, which
 * a part of another one is made in between: it is borrowed as long as the
 * views.  They are all zero but for step and context, or of an earlier call;
 * view_free() in any case.  0, or -1 with the fault set.
 */
int view_read(struct view v[static SHEET_KINDS], const char *journal,
    const char *day, const char *zone, enum appendfile_mode, struct fault *)
    __attribute__((nonnull(1, 2, 3, 4, 6), warn_unused_result));

/* The part that rows go to, or NULL when the day has none of that kind. */
const struct view_part *
view_current(const struct view *) __attribute__((nonnull));

/* Is a part of ours to make?  One of other rules, or of a time zone that this
   machine doesn't know, is sealed: its bytes can't be told. */
int view_is_sealed(const struct view_part *) __attribute__((nonnull));

/* Write all of a part's bytes; 0, or -1 with the fault set. */
int view_write(struct view *, const struct view_part *, struct appendfile *to,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* A file held against a part. */
struct view_comparison {
	int64_t file;    /* bytes of the file */
	int64_t view;    /* bytes of the part; not all, once both flags are 0 */
	int64_t header;  /* bytes of what it begins with before the first row */
	int same;        /* as far as both go they are the same */
	int same_or_nul; /* ... or a byte of the file is NUL (a lost page) */
};

int view_compare(struct view *, const struct view_part *, struct appendfile *,
    struct view_comparison *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Call visit with each delivery of a part, its place in the view's list, and
 * how many rows it makes, until it returns other than 0; that, or 0, or -1 with
 * the fault set.
 */
int view_visit(struct view *, const struct view_part *,
    int (*visit)(void *, size_t, const struct record *, size_t rows),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5), warn_unused_result));

/* Does any of the day's deliveries make a row?  1, 0, or -1. */
int view_has_rows(struct view *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void view_free(struct view v[static SHEET_KINDS]) __attribute__((nonnull));

#endif
