/*
 * folder: a folder of exports, a file a day and format, and whose each is.
 *
 * A file that is not as the folder's note (made) says is someone's: it is
 * neither replaced nor removed.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include "base/fault.h"
#include "base/lock.h"
#include "cli/everyday/made.h"
#include "table/format.h"

struct folder {
	struct made made;
	struct lock *lock;
};

/* Whose is the file of that day and format? */
enum folder_owner { FOLDER_NOBODY, FOLDER_OURS, FOLDER_SOMEONE };

/*
 * Make the folder at made.path where it is missing, lock it, and read its note;
 * all else is zero.  It serves the purpose, a line of text, that it was made
 * for.  0, or -1 with the fault set: FAULT_BUSY while another process has it,
 * FAULT_SETUP when it serves another purpose.  folder_close() in any case.
 */
int folder_open(struct folder *, const char *purpose, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Look whose it is: 0, or -1 with the fault set. */
int folder_look(struct folder *, struct made_day *, enum table_format,
    enum folder_owner *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

enum folder_result {
	FOLDER_SAME, /* it has these bytes already, and is ours now */
	FOLDER_MADE,
	FOLDER_RENEWED,
	FOLDER_LEFT /* someone's: it stays as it is */
};

/*
 * The draft is whole: it takes its place where that isn't someone's, or goes.
 * 0, or -1 with the fault set.
 */
int folder_put(struct folder *, struct made_day *, enum table_format,
    enum folder_result *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The file goes, where it is ours: 0, or -1 with the fault set. */
int folder_remove(struct folder *, struct made_day *, enum table_format,
    enum folder_owner *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void folder_close(struct folder *) __attribute__((nonnull));

#endif
