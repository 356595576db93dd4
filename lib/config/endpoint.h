/*
 * endpoint: one endpoint's directory: what makes it one, where its files lie,
 * and whether it is switched on.
 *
 * An endpoint is a directory below the home with a name as below, and with a
 * plain file "secret" in it, or a directory "journal" that is empty or has a
 * day's file.  A link is neither.  (Others have folders called journal as well:
 * a diary, systemd.)
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <limits.h>
#include <stdint.h>

#include "base/fault.h"

/* Room for a home's path, such that every path below it fits PATH_MAX. */
#define ENDPOINT_HOME_MAX (PATH_MAX - 256)

#define ENDPOINT_NAME_SIZE 65

struct endpoint {
	char name[ENDPOINT_NAME_SIZE];
	char dir[PATH_MAX];
	int disabled; /* there is a file "disabled" */
};

/*
 * Is it [a-z0-9][a-z0-9-]{0,63}, and neither "health" nor "page", which is the
 * page's directory?
 */
int endpoint_is_name(const char *) __attribute__((nonnull));

/*
 * Has the directory, whatever its name, what makes it an endpoint?  1, 0, or -1
 * with the fault set when it can't be looked into.
 */
int endpoint_is_one(const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Either half of that. */
int endpoint_has_secret(const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int endpoint_has_journal(const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Is the directory a home: has it a file leadsheet.conf, or an endpoint?  1, 0,
 * or -1 with the fault set when it can't be looked into.
 */
int endpoint_is_home(const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Does leadsheet make files of that name directly in an endpoint? */
int endpoint_makes(const char *name) __attribute__((nonnull));

/*
 * Find the endpoint of that name below home; with an empty name the only one
 * there is.  Returns 1; 0 when there is none (or more than one, for the empty
 * name); or -1 with the fault set when home can't be read.
 */
int endpoint_find(struct endpoint *, const char *home, const char *name,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* One that was found: is it switched off now? */
void endpoint_look(struct endpoint *) __attribute__((nonnull));

/* Write the path of a file below the endpoint's directory. */
void endpoint_path(const struct endpoint *, char out[static PATH_MAX],
    const char *file) __attribute__((nonnull));

/*
 * Is a directory free to become an endpoint: has it nothing in it, or only
 * plain files of ours such as a lock?  0, or -1 with the fault set.
 */
int endpoint_check_free(const char *dir, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Make an endpoint of that name, a good one, below home, in a new directory or
 * in a free one.  1 when it is new, 0 when it was there, -1 with the fault set.
 */
int endpoint_make(struct endpoint *, const char *home, const char *name,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* Switch it on or off; 0, or -1 with the fault set. */
int endpoint_switch(struct endpoint *, int on, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Can the endpoint's directory be written to, and has its disk more room left
 * than 64 MiB or a hundredth of it, and for a day's files?  0, or -1 with
 * FAULT_STORAGE.
 */
int endpoint_check_room(const struct endpoint *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The half of it that a reader can ask as well: has the disk room, and inodes
 * for further files?
 */
int endpoint_check_disk(const struct endpoint *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Call what with each endpoint's name, in no order, until it returns other
 * than 0; that, or 0, or -1 with the fault set when home can't be read.  A
 * directory that we have no right to look into may be one, and counts:
 * endpoint_find() then says what is wrong with it.
 */
int endpoint_each(const char *home, int (*what)(void *, const char *name),
    void *context, struct fault *)
    __attribute__((nonnull(1, 2, 4), warn_unused_result));

#endif
