/*
 * sink: where the bytes of a table go: files of a command, or an answer to a
 * browser.  A plain value of pointers, which whoever owns the place fills in.
 */
#ifndef SINK_H
#define SINK_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

struct sink {
	/* Take what is in the buffer, and empty it.  0, or -1 with the fault.
	 */
	int (*write)(void *context, struct bytes *, struct fault *);

	/*
	 * Have no file get more than so many rows, before anything is written.
	 * A row is a line; so is the head, which is written like them, first,
	 * and begins every other file.  With NULL for the head it is the caller
	 * who counts, and calls next.  0, or -1 with the fault set.
	 */
	int (*limit)(void *context, int64_t rows, const struct bytes *head,
	    struct fault *);

	/*
	 * The file in hand is full, and whole: go on in the next.  0, or -1
	 * with the fault set: FAULT_SETUP where there can be no other.
	 */
	int (*next)(void *context, struct fault *);

	void *context; /* of the three */

	/*
	 * A workbook is put together in files, and then written: an absolute
	 * directory for these, and what a person does where there is no room in
	 * it, behind "can't ...; ".  Both borrowed; only for xlsx.
	 */
	const char *scratch, *remedy;
	/*
	 * So many URLs of a worksheet become links, which cost memory until it
	 * is finished, and the others are text; 0: as many as Excel takes.
	 */
	int links;
};

#endif
