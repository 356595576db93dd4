/*
 * pagedir: HOME/page, which holds what the page keeps:
 *
 *	readers       who may look: readers.h
 *	key           32 random bytes in hex, 0600: for cookies and URLs
 *	ended         sessions that were ended before their time: session.h
 *	tries         wrong passwords of late: tries.h
 *	lock          0600; who changes one of these holds it
 *	feeds/HASH    saved selections: feeds.h; 0640, as a filter may have a
 *	              name in it, which forget looks for
 *	cache/        page.sqlite: which leads there are, made anew if need be
 *
 * It belongs to the user that the page runs as, mode 0750; cache has mode 0770,
 * so that the receiver's owner, who forgets and prunes, can empty it.
 */
#ifndef PAGEDIR_H
#define PAGEDIR_H

#include <limits.h>
#include <sys/types.h>

#include "base/fault.h"
#include "base/lock.h"
#include "config/endpoint.h"

/* The user that the page runs as where a package or unit has made one. */
#define PAGEDIR_USER "leadsheet-page"

/* The path of a file in it; "": of itself. */
void pagedir_path(const char *home, char out[static PATH_MAX], const char *file)
    __attribute__((nonnull));

/* Is there one?  1, 0, or -1 with the fault set. */
int pagedir_is(const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Whose it is; where there is none, whose it is to be: PAGEDIR_USER's where
 * there is such a user and the home is one of the system's, that is of a user
 * below 1000; else the home's owner's.  0, or -1: there is no home.
 */
int pagedir_owner(const char *home, uid_t *) __attribute__((nonnull));

/*
 * Make it, with all that belongs in it, where it is missing; as root it becomes
 * its owner's.  0, or -1 with the fault set.
 */
int pagedir_make(const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Are owner, group and modes as above?  0, also where there is none, or -1 with
 * FAULT_SETUP and the remedy.
 */
int pagedir_check(const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Wait for the lock, for some seconds at most; lock_close() gives it back.
 * NULL with the fault set.
 */
struct lock *pagedir_lock(const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Empty cache/: it may have words of leads that are gone now.  0, also where
 * there is none, or -1 with the fault set and the remedy.
 */
int pagedir_clear_cache(const char *home, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The same in the home of an endpoint that was found. */
int pagedir_clear_beside(const struct endpoint *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The key, NUL-terminated hex, made where it is missing or is none.  0, or -1
 * with the fault set.
 */
#define PAGEDIR_KEY_SIZE 65
int pagedir_key(const char *home, char out[static PAGEDIR_KEY_SIZE],
    struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
