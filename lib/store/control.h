/*
 * control: the control record: how a store stood when its lock was given back.
 *
 * One block in the file "lock", with a version and a checksum, read when the
 * lock is taken and written before it is given back, each by one call.  It may
 * vanish: then more is looked at, and nothing is lost.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/utc.h"
#include "journal/names.h"
#include "sheet/part.h"

#define CONTROL_SIZE    512
#define CONTROL_VERSION 1 /* of the files on disk, too */

struct control {
	char boot[40]; /* the kernel's boot id */
	/* The segment that is being written; an empty day: none is. */
	char day[UTC_DAY_SIZE];
	int segment;
	int64_t inode;
	int64_t size; /* all of it is on stable storage */
	/*
	 * A sync of it failed, and the next segment couldn't be made: nothing
	 * is appended before it is, and nothing behind size counts but, where
	 * copied is set, what is copied into the next one then.
	 */
	int failed;
	int copied;
	struct part sheets[SHEET_KINDS]; /* that are being written */
	/*
	 * The inode of the index; 0: it has no file.  If it is that one, and
	 * was not changed after this record was written, nobody else touched
	 * it.
	 */
	int64_t index;
	int64_t index_ctime; /* or later: as it stood before the turn's keys */
	int index_behind;    /* it lacks keys */
	/* The first day whose sheets couldn't be brought up; empty: none. */
	char owed[UTC_DAY_SIZE];
};

/* As the block that is written. */
void control_pack(const struct control *, unsigned char out[CONTROL_SIZE])
    __attribute__((nonnull));

/* The way back: 1; 0 when it is no record of this version that holds. */
int control_unpack(struct control *, const unsigned char in[CONTROL_SIZE])
    __attribute__((nonnull));

/*
 * For a reader, who takes no lock: the record in the lock file at path.  1, 0
 * when there is none that holds, or -1 with the fault set: err EACCES when it
 * may not be read.  *written, unless NULL: not later than the record, in
 * nanoseconds as the file system has it.
 */
int control_view(struct control *, const char *path, int64_t *written,
    struct fault *) __attribute__((nonnull(1, 2, 4), warn_unused_result));

/* Append the record in words, a line for each fact. */
void
control_print(struct bytes *, const struct control *) __attribute__((nonnull));

#endif
