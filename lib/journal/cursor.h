/*
 * cursor: the one way to read a journal: line by line, in order, with the place
 * of each.
 */
#ifndef CURSOR_H
#define CURSOR_H

#include <limits.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "journal/record.h"
#include "journal/segments.h"
#include "webhook/signature.h"

enum cursor_result {
	CURSOR_FAILED = -1, /* the fault is set */
	CURSOR_END,         /* no whole line is left that may count */
	CURSOR_RECORD,
	CURSOR_BAD_LINE /* one that doesn't count */
};

/* All zero to begin with; cursor_free() at the end. */
struct cursor {
	struct place place; /* of the line that was read last */
	int64_t next;       /* offset of the line behind it */

	/* Of a day's cursor. */
	char dir[PATH_MAX];
	struct segments segments;
	size_t at; /* the segment that is being read */
	enum appendfile_mode mode;
	int owns; /* it opened the file itself */

	struct appendfile *file; /* NULL: none is open now */
	int64_t until;           /* lines that end behind it are not read */
	struct bytes buffer;     /* what was read and not yet used */
	size_t used;             /* bytes of it that were lines already */
	struct bytes scratch;    /* what the last record borrows from */
	struct signature_digest digest;
};

/*
 * Read one file from an offset on, up to an offset (INT64_MAX: to its end).
 * The file is borrowed; from names what is read.
 */
void cursor_file(struct cursor *, struct appendfile *, const struct place *from,
    int64_t until) __attribute__((nonnull));

/*
 * Read all that counts of a day, one segment behind the other.  mode is VIEW
 * for a reader, READ for the store itself.  Where from is given, what stands
 * before that place is passed over.  0, or -1 with the fault set.
 */
int cursor_day(struct cursor *, const char *dir, const char *day,
    const struct place *from, enum appendfile_mode mode, struct fault *)
    __attribute__((nonnull(1, 2, 3, 6), warn_unused_result));

/* The next line; the record is borrowed until the next call. */
enum cursor_result cursor_next(struct cursor *, struct record *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The record at a place, and nothing else: CURSOR_RECORD, CURSOR_END when there
 * is no line that counts, or no such file; CURSOR_FAILED.
 */
enum cursor_result cursor_at(struct cursor *, const char *dir,
    const struct place *, enum appendfile_mode, struct record *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void cursor_free(struct cursor *) __attribute__((nonnull));

#endif
