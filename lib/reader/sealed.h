/*
 * sealed: a file of text that is believed only as it was written.  Its first
 * line names its format, its last has the SHA-256 of all that stands before it.
 */
#ifndef SEALED_H
#define SEALED_H

#include "base/bytes.h"
#include "base/fault.h"

enum sealed {
	SEALED_FAILED = -1, /* the fault is set */
	SEALED_NONE,        /* there is no such file */
	SEALED_WHOLE,
	SEALED_DAMAGED /* it isn't as it was written, or of another format */
};

/*
 * Read the file: its text is what stands between the two lines.  head is the
 * first, with its newline.
 */
enum sealed sealed_read(const char *path, const char *head, struct bytes *text,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Have the file at path say this, on stable storage.  0, or -1 with the fault
 * set: then it says what it did before, or this.
 */
int sealed_write(const char *path, const char *head, const struct bytes *text,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Is there room for that?  It is written beside the file, and removed.  0, or
 * -1 with the fault set.
 */
int sealed_prove(const char *path, const char *head, const struct bytes *text,
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
