/*
 * sqlitefiles: the files that SQLite has for one database: the file itself
 * and, as long as it is in use, its -wal and its -shm.  SQLite takes whatever
 * stands there; we look first.
 */
#ifndef SQLITEFILES_H
#define SQLITEFILES_H

#include <sys/types.h>

#include "base/fault.h"

#define SQLITEFILES 3

struct sqlitefiles {
	dev_t dev[SQLITEFILES];
	ino_t ino[SQLITEFILES];
};

/*
 * Make the file at path where there is none, mode 0640 whatever the umask; what
 * was noted beside another one that stood there (recent.h) is removed.
 * What stands in the place of any of them must be a plain file with one name.
 * 0, or -1 with the fault set: FAULT_DAMAGED when they don't belong together.
 */
int sqlitefiles_make(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Note which files they are, and are they still those? */
void sqlitefiles_note(const char *path, struct sqlitefiles *)
    __attribute__((nonnull));
int sqlitefiles_are(const char *path, const struct sqlitefiles *)
    __attribute__((nonnull));

/*
 * Can the file at path be looked at?  *immutable: there is no -wal to be read
 * as well, and SQLite, which would want to make one, is to be told that nothing
 * changes.  0, or -1 with the fault set.
 */
int sqlitefiles_view(const char *path, int *immutable, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Move a damaged database and what belongs to it away, to NAME.damaged-N.
 * 0, or -1 with the fault set.
 */
int sqlitefiles_set_aside(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
