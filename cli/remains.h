/*
 * remains: the places in which someone stands who was forgotten, and which
 * are not ours to write.
 */
#ifndef REMAINS_H
#define REMAINS_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"

struct remains {
	struct remain *list; /* owned */
	size_t n;
};

/*
 * Note a file, and the line in it or 0.  0, or -1 with FAULT_MEMORY;
 * remains_free() in any case.
 */
int remains_add(struct remains *, const char *path, int64_t line,
    struct fault *) __attribute__((nonnull));

/* To stdout: as sentences, where there are any; as a JSON array. */
void remains_print(const struct remains *) __attribute__((nonnull));
void remains_json(const struct remains *) __attribute__((nonnull));

void remains_free(struct remains *) __attribute__((nonnull));

#endif
