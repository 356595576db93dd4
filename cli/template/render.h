/*
 * render: a template, filled with the values of leads.
 */
#ifndef RENDER_H
#define RENDER_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "config/shape.h"

struct template;

/* A value: UTF-8, not NUL-terminated, borrowed. */
struct template_cell {
	const char *data;
	size_t len;
};

struct template_lead {
	struct template_cell cells[SHAPE_COLUMNS]; /* by the column's number */
	int test; /* it is of a test delivery */
};

struct template_values {
	const char *endpoint;
	const struct template_lead *leads;
	size_t n; /* of them, 1 or more */
};

/*
 * Append the message.  0, or -1 with the fault set: FAULT_SETUP where it would
 * be no JSON (RFC 8259); its text tells the file, the line and what to write
 * there.
 */
int render_leads(const struct template *, const struct template_values *,
    struct bytes *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
