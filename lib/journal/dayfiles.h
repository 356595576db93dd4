/*
 * dayfiles: which of an endpoint's files belong to which day.
 */
#ifndef DAYFILES_H
#define DAYFILES_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/utc.h"

enum dayfile_kind {
	DAYFILE_SEGMENT, /* of the journal */
	DAYFILE_IDS,     /* what stays of a day that was pruned */
	DAYFILE_TORN,    /* a torn tail */
	DAYFILE_NEW,     /* written beside, to take the place of one */
	DAYFILE_SHEET    /* in sheets/, or in replaced/ there */
};

struct dayfile {
	char day[UTC_DAY_SIZE];
	enum dayfile_kind kind;
	long number;     /* of the segment, or the part: 1 is the first */
	const char *dir; /* borrowed */
	char name[64];
	int64_t size; /* bytes */
};

struct dayfiles {
	struct dayfile *list; /* owned */
	size_t n;
	size_t room;
};

/*
 * Add the files of a directory to the list, which is all zero to begin with,
 * in order of days and numbers; other files are not ours, and a directory that
 * isn't there has none.  The name of the directory is borrowed.  0, or -1 with
 * the fault set; dayfiles_free() in any case.
 */
int dayfiles_add(struct dayfiles *, const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The path of one of them. */
void dayfiles_path(char out[static PATH_MAX], const struct dayfile *)
    __attribute__((nonnull));

void dayfiles_free(struct dayfiles *) __attribute__((nonnull));

#endif
