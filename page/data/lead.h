/*
 * lead: a lead that the catalog points to, read from its journal: the truth.
 */
#ifndef LEAD_H
#define LEAD_H

#include <stdint.h>

#include "base/fault.h"
#include "page/data/catalog.h"

struct lead_reading;
struct sheet_value;

/* All zero but for home and catalog; lead_free() at the end. */
struct lead {
	const char *home; /* borrowed */
	/* Is told where it points to what isn't there; borrowed, or NULL. */
	struct catalog *catalog;
	struct catalog_entry entry;
	int64_t received;             /* microseconds UTC */
	struct lead_reading *reading; /* the delivery of entry; owned */
};

/*
 * Read the one of an entry; that of the same delivery costs nothing.  1; 0
 * where there is no such lead any more: the catalog was behind, and the entry
 * is to be passed over; or -1 with the fault set.
 */
int lead_read(struct lead *, const struct catalog_entry *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The value of a column (select/column.h: of a lead, or COLUMN_ENDPOINT), which
 * is borrowed until the next call: sheet/sheet.h.
 */
int lead_value(struct lead *, int column, struct sheet_value *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void lead_free(struct lead *) __attribute__((nonnull));

#endif
