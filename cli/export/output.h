/*
 * output: where the bytes of an export go: stdout, or a file that appears
 * under its name only when it is whole.  Where no file may have more than so
 * many rows there are several, leads-1.csv and leads-2.csv for leads.csv, and
 * none appears before all of them are whole.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "cli/cli.h"
#include "table/sink.h"

struct output {
	char path[PATH_MAX]; /* empty: stdout */
	char temp[PATH_MAX]; /* beside it, until it is whole */
	int fd;
	int64_t written; /* bytes */
	int64_t started; /* of these, that the disk is at */

	/* Of a limited one. */
	int64_t rows_most; /* in a file; 0: any number */
	int by_lines;      /* a line is a row; else the sink's next is called */
	int64_t rows;      /* in the file in hand; -1: its head isn't written */
	struct bytes head; /* the line that each begins with */
	char **whole;      /* owned, each: where the files before it are */
	size_t nwhole, room;
};

/*
 * Begin.  path NULL or "-" is stdout; a device or a FIFO is written to as it
 * is; a file that it replaces gives it its mode; leadsheet's own files are
 * refused (ownfiles_check()).  EX_OK, or what cli_fail() returned.
 */
int output_open(struct output *, const struct cli *, const char *path)
    __attribute__((nonnull(1, 2), warn_unused_result));

/*
 * It as the sink of a table, which borrows it.  A workbook's temporary files
 * are in $TMPDIR, or /tmp.
 */
struct sink
output_sink(struct output *) __attribute__((nonnull, warn_unused_result));

/* A person has stopped it: note that, and what becomes of it.  -1. */
int
output_stopped(const struct output *, struct fault *) __attribute__((nonnull));

/*
 * It is whole: put it in its place, or them, the first one first.  0, or -1
 * with the fault set.
 */
int output_commit(struct output *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Tell a person which files there are, behind what is in them, and which ones
 * of such a name are of an earlier export.  Nothing where it was stdout.
 */
void output_tell(const struct output *, FILE *, const char *fmt, ...)
    __attribute__((nonnull, format(printf, 3, 4)));

/* Give up what is not committed; nothing is left of it. */
void output_close(struct output *) __attribute__((nonnull));

#endif
