/*
 * message: what goes to a target in one request: a delivery as it came, or
 * leads of one or several in the form of a template.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "webhook/delivery.h"

struct leads;
struct record;
struct template;

/*
 * A message of a template takes no further lead behind so many bytes of cells,
 * which are as long as a sheet's at most (CSV_CELL_MAX).
 */
#define MESSAGE_CELLS (256 << 10)

struct message {
	/*
	 * What it is known by: the delivery_id where nothing else can be meant
	 * by it and it fits a header, else a digest.  The same at each try, and
	 * another for other deliveries or leads.
	 */
	char id[DELIVERY_ID_MAX + 1];
	const char *body; /* borrowed from the record, or from made */
	size_t len;
	size_t leads;

	/* Of a template; owned. */
	struct bytes cells; /* of all leads, one behind the other */
	struct bytes ends;  /* of each cell: size_t, where it ends in them */
	struct bytes tests; /* of each lead: a byte, 1 where it is a test */
	struct bytes key;   /* which leads these are */
	struct bytes made;
};

/* Empty it, and keep its memory.  All zero is an empty one. */
void message_reset(struct message *) __attribute__((nonnull));

/*
 * Have it be the delivery as it came, whose body is borrowed until the message
 * is reset.  0, or -1 with the fault set.
 */
int message_whole(struct message *, const struct record *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Has it room for one more lead, where batch is the most? */
int
message_has_room(const struct message *, int batch) __attribute__((nonnull));

/*
 * Add a lead of the record, whose body leads_read() has read; it is copied.  0,
 * or -1 with the fault set.
 */
int message_add(struct message *, const struct record *, struct leads *,
    size_t lead, struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * All leads are there: make the body by the template.  0, or -1 with the fault
 * set.
 */
int
message_make(struct message *, const struct template *, const char *endpoint,
    struct fault *) __attribute__((nonnull, warn_unused_result));

void message_free(struct message *) __attribute__((nonnull));

#endif
