/*
 * edited: which of a part's deliveries still stand in a file that someone has
 * edited.
 */
#ifndef EDITED_H
#define EDITED_H

#include <stddef.h>

#include "base/appendfile.h"
#include "base/fault.h"
#include "sheet/view.h"

struct edited {
	/*
	 * So many of the part's deliveries, counted from its end, stand behind
	 * the last one all of whose rows are in the file.
	 */
	size_t lacks;
	int holes; /* one before that one doesn't stand */
};

/*
 * Look for the part's deliveries in the file.  A program that had it open may
 * have saved it without the leads that came meanwhile.  A delivery stands when
 * the file has as many rows of its delivery_id as it made; in a file without
 * that column, when it has as many rows in all.  The file may be in another
 * dialect by now.  It is read once.  0, or -1 with the fault set.
 */
int edited_read(struct view *, const struct view_part *, struct appendfile *,
    struct edited *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
