/*
 * findtext: in which files below a directory a text stands.
 */
#ifndef FINDTEXT_H
#define FINDTEXT_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

struct findtext {
	const struct bytes *texts; /* borrowed; a newline behind each */
	/* Is the file at that path, with that name, to be left out? */
	int (*skips)(void *context, const char *path, const char *name);
	/* It has one of the texts: 0, or -1 with the fault set. */
	int (*found)(void *context, const char *path, struct fault *);
	/* It, or a directory, can't be read; the same. */
	int (*unread)(void *context, const char *path, struct fault *);
	/* Other than 0 ends the work; called now and then. */
	int (*stops)(void *context);
	void *context;
};

/*
 * Look through every plain file below dir; no link is followed.  0; 1 when it
 * was ended; or -1 with the fault set.
 */
int findtext_below(const struct findtext *, const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
