/*
 * personcell: the cells that a person's row has beside those of their newest
 * lead: since when, how often, in which ways, and with whose posts.
 */
#ifndef PERSONCELL_H
#define PERSONCELL_H

#include "base/bytes.h"
#include "base/fault.h"
#include "sheet/sheet.h"

struct pass_lead;
struct people;
struct person;

/* Of whom the row is; all zero but for what is borrowed. */
struct personcell_row {
	const struct people *people;  /* borrowed */
	const struct person *person;  /* borrowed; NULL: the lead for itself */
	const struct pass_lead *lead; /* borrowed */
	int json; /* kinds and signals as JSON: an object, and an array */
	struct bytes words, text, lone; /* personcell_free() frees them */
};

/*
 * The value of a column of theirs (column_is_of_history()), its data borrowed
 * until the next call.  0, or -1 with FAULT_MEMORY.
 */
int personcell_value(struct personcell_row *, int column, struct sheet_value *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

void personcell_free(struct personcell_row *) __attribute__((nonnull));

#endif
