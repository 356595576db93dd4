/*
 * copies: processes made for one visit each, so that nobody waits for it.
 */
#ifndef COPIES_H
#define COPIES_H

#include <sys/types.h>

/* For files, which take long to make, and for visits that come slowly. */
enum copies_kind { COPIES_FILES, COPIES_SLOW };

#define COPIES_FILES_MAX 4
#define COPIES_SLOW_MAX  8

/* All zero to begin with. */
struct copies {
	pid_t files[COPIES_FILES_MAX], slow[COPIES_SLOW_MAX];
	int is_one; /* this process is a copy, and makes none */
};

/*
 * Go on in a copy of this process, where there is room for one of its kind: 1
 * in the copy, 0 where it has taken the visit over, -1 where there is none.
 */
int copies_make(struct copies *, enum copies_kind) __attribute__((nonnull));

/*
 * This process is to stop: visits that haven't come yet are given up, and their
 * copies end; those that are being answered go on.
 */
void copies_stop(const struct copies *) __attribute__((nonnull));

/* Those that have ended make room: how many go on? */
int copies_reap(struct copies *) __attribute__((nonnull));

#endif
