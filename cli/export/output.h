/*
 * output: where the bytes of an export go: stdout, or a file that appears
 * under its name only when it is whole.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <limits.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "cli/cli.h"

struct output {
	char path[PATH_MAX]; /* empty: stdout */
	char temp[PATH_MAX]; /* beside it, until it is whole */
	int fd;
	int64_t written; /* bytes */
	int64_t started; /* of these, that the disk is at */
};

/*
 * Begin.  path NULL or "-" is stdout; a device or a FIFO is written to as it
 * is; a file that it replaces gives it its mode; leadsheet's own files are
 * refused (ownfiles_check()).  EX_OK, or what cli_fail() returned.
 */
int output_open(struct output *, const struct cli *, const char *path)
    __attribute__((nonnull(1, 2), warn_unused_result));

/* Write what is in the buffer, and empty it; 0, or -1 with the fault set. */
int output_write(struct output *, struct bytes *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* A person has stopped it: note that, and what becomes of it.  -1. */
int
output_stopped(const struct output *, struct fault *) __attribute__((nonnull));

/* It is whole: put it in its place.  0, or -1 with the fault set. */
int output_commit(struct output *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * What was committed is to outlast a power cut, as far as that can be done
 * where it went.  0, or -1 with the fault set.
 */
int output_sync(const struct output *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Give up what is not committed; nothing is left of it. */
void output_close(struct output *) __attribute__((nonnull));

#endif
