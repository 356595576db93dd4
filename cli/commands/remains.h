/*
 * remains: the places in which someone stands who was forgotten, and which
 * are not ours to write; or may stand, as a name or a comment of theirs does,
 * or as they can't be read.
 */
#ifndef REMAINS_H
#define REMAINS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct remains {
	struct remain *list; /* owned */
	size_t n;
};

#define REMAINS_UNREAD (-1)
#define REMAINS_MAYBE  (-2)

/*
 * Note a file, and the line in it, 0, REMAINS_UNREAD, or REMAINS_MAYBE, which
 * is left out where the file is noted already.  0, or -1 with FAULT_MEMORY;
 * remains_free() in any case.
 */
int remains_add(struct remains *, const char *path, int64_t line,
    struct fault *) __attribute__((nonnull));

/*
 * To stdout: as sentences, where there are any; as members of a JSON object,
 * remains, maybe, and unread.
 */
void remains_print(const struct remains *) __attribute__((nonnull));
void remains_json(const struct remains *) __attribute__((nonnull));

void remains_free(struct remains *) __attribute__((nonnull));

#endif
