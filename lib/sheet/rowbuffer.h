/*
 * rowbuffer: the rows of a batch of deliveries, between being made, before the
 * lock, and being written under it.
 *
 * Rows may be many times as long as their body.  So only some MiB of them are
 * kept; what is more is counted, and made again in pieces when it is written.
 */
#ifndef ROWBUFFER_H
#define ROWBUFFER_H

#include <stddef.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/fault.h"
#include "config/shape.h"
#include "journal/record.h"

struct leads;

/* All zero to begin with; rowbuffer_free() at the end. */
struct rowbuffer {
	struct bytes kept; /* of each delivery, one behind the other */
	struct bytes piece;
};

/* The rows of a delivery. */
struct rowbuffer_rows {
	size_t at, len; /* in what is kept */
	int is_long;    /* they are not kept */
	/* Why there are to be none, a clause; static.  NULL: there are. */
	const char *refusal;
};

/*
 * Make the rows of the delivery that the record holds, and leads_read() has
 * read the body of.  They are refused where they would be over 64 times the
 * body and 16 MiB, or too much work to make.  0, or -1 with FAULT_MEMORY.
 */
int rowbuffer_add(struct rowbuffer *, struct rowbuffer_rows *,
    const struct shape *, const struct record *, struct leads *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Rows on their way to a file. */
struct rowbuffer_writer {
	struct rowbuffer *buffer; /* borrowed */
	struct appendfile *file;  /* borrowed */
	size_t from, to;          /* of what is kept: not yet written */
	int64_t written;          /* bytes */
};

/*
 * Write rows, which were made of the same shape, record and leads; those that
 * stand one behind the other by one write.  rowbuffer_flush() in the end.  0,
 * or -1 with the fault set.
 */
int rowbuffer_write(struct rowbuffer_writer *, const struct rowbuffer_rows *,
    const struct shape *, const struct record *, struct leads *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int rowbuffer_flush(struct rowbuffer_writer *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void rowbuffer_free(struct rowbuffer *) __attribute__((nonnull));

#endif
