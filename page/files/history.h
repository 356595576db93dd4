/*
 * history: in which ways a person has engaged, and with whose posts: what the
 * columns kinds and signals say of all of their leads that may be seen.
 *
 * The catalog doesn't hold it, so that each of their leads is read: only where
 * a profile asks for these columns.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "base/bytes.h"
#include "base/fault.h"
#include "sheet/sheet.h"

struct catalog_person;
struct viewing;

/* All zero to begin with; history_free() at the end. */
struct history {
	int64_t of; /* the newest lead of the person that it is of; 0: nobody */
	struct bytes kinds, signals; /* struct history_word */
	struct bytes texts, cell;
};

/*
 * What COLUMN_KINDS or COLUMN_SIGNALS says of a person, borrowed until the next
 * call.  viewing->lead is that of the person's newest lead before and after it.
 * 0, or -1 with the fault set.
 */
int history_value(struct history *, struct viewing *,
    const struct catalog_person *, int column, struct sheet_value *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

void history_free(struct history *) __attribute__((nonnull));

#endif
