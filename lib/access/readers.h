/*
 * readers: who may look at the page: the file HOME/page/readers.
 *
 * A line has a name, a password or its hash, and the endpoints that may be
 * seen, all where there is none; with blanks between them:
 *
 *	anna   $y$j9T$...           main events
 *	ben    kq7dm-2pxwa-...
 *
 * A # begins a comment line.  Whoever has no shell writes a password as it is;
 * it becomes its hash as soon as the page reads it.  A - for a password: that
 * name is known by the web server (login = server), and this line tells its
 * endpoints.
 */
#ifndef READERS_H
#define READERS_H

#include <stddef.h>

#include "access/reader.h"
#include "base/fault.h"

/* All zero to begin with; readers_free() at the end. */
struct readers {
	struct reader *list; /* owned */
	size_t n;
	/* The first line that is not as above, and keeps its reader out. */
	int wrong_line;     /* its number; 0: none */
	struct fault wrong; /* a sentence with the file, the line, the remedy */
	struct bytes kept_out; /* the names of all such lines, each with NUL */
};

/*
 * Read the file; one that is missing has nobody.  Passwords become hashes in
 * it; -1 where that fails and one stands there.  What is there is freed first.
 */
int readers_read(struct readers *, const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Read the file as readers_read() does, but change nothing in it: a reader
 * whose password stands there as plain text has an empty hash.
 */
int readers_look(struct readers *, const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The one of that name, or NULL. */
const struct reader *
readers_find(const struct readers *, const char *name) __attribute__((nonnull));

/*
 * Is there a line about that name which is wrong, and none that holds?  What it
 * was to allow isn't known: whoever has that name sees nothing.
 */
int readers_keep_out(const struct readers *, const char *name)
    __attribute__((nonnull));

/*
 * Add a reader, or change the line of one; remove one: 1, 0 where there is
 * none, or -1.  Other lines and comments stay as they are; the file is replaced
 * as a whole.
 */
int readers_set(const char *home, const struct reader *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int readers_remove(const char *home, const char *name, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void readers_free(struct readers *) __attribute__((nonnull));

#endif
