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

struct output {
	char path[PATH_MAX]; /* empty: stdout */
	char temp[PATH_MAX]; /* beside it, until it is whole */
	int fd;
	int64_t written; /* bytes */
	int64_t started; /* of these, that the disk is at */
	/* Instead of a file: who takes the bytes; see output_give(). */
	int (*take)(void *context, const char *, size_t, struct fault *);
	void *context;

	/* Of a limited one. */
	int64_t rows_most; /* in a file; 0: any number */
	int by_lines;      /* a line is a row; else output_next() is called */
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
 * Begin one that is no file: what is written goes to take(), which returns 0,
 * or -1 with the fault set.
 */
void output_give(struct output *,
    int (*take)(void *context, const char *, size_t, struct fault *),
    void *context) __attribute__((nonnull(1, 2)));

/* Write what is in the buffer, and empty it; 0, or -1 with the fault set. */
int output_write(struct output *, struct bytes *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Have no file get more than so many rows, before anything is written.  A row
 * is a line; so is the head, where there is one, which is written like them,
 * first, and begins every other file.  With NULL for the head it is the caller
 * who counts, and calls output_next().  0, or -1 with the fault set.
 */
int output_limit(struct output *, int64_t rows, const struct bytes *head,
    struct fault *) __attribute__((nonnull(1, 4), warn_unused_result));

/*
 * The file in hand is full, and whole: go on in the next.  0, or -1 with the
 * fault set: FAULT_SETUP where it is no file that could have others beside it.
 */
int output_next(struct output *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

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
