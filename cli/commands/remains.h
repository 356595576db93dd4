/*
 * remains: the places in which someone stands who was forgotten, and which
 * are not ours to write; or may stand, as they can't be read.
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

/*
 * Note a file, and the line in it, 0 or REMAINS_UNREAD.  0, or -1 with
 * FAULT_MEMORY; remains_free() in any case.
 */
int remains_add(struct remains *, const char *path, int64_t line,
    struct fault *) __attribute__((nonnull));

/*
 * To stdout: as sentences, where there are any; as two members of a JSON
 * object, remains and unread.
 */
void remains_print(const struct remains *) __attribute__((nonnull));
void remains_json(const struct remains *) __attribute__((nonnull));

void remains_free(struct remains *) __attribute__((nonnull));

#endif
