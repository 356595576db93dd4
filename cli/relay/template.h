/*
 * template: JSON with places in it that leads fill in, for a program that wants
 * its messages in a form of its own, such as a chat's incoming webhook.
 *
 * It is the part of Mustache that this takes (mustache(5)):
 *
 *	{{full_name}}		a column's value, written so that it can stand
 *				in a JSON string
 *	{{comment_text 200}}	the same, with "…" behind 200 characters
 *	{{#leads}} {{/leads}}	what stands between, for each lead
 *	{{#comment_text}} {{/comment_text}}	only where it isn't empty
 *	{{^last}},{{/last}}	only where it is empty, or isn't so
 *	{{! words }}		a comment
 *	{{% escape slack }}	& < > in values become &amp; &lt; &gt;, as the
 *				text of a Slack message wants them
 *
 * Columns are those of the sheets.  Also {{endpoint}}, {{count}} (of leads in
 * the message), and within leads {{first}} and {{last}}, which are "1" or
 * empty.  Outside of leads a column is not known.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

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
};

struct template_values {
	const char *endpoint;
	const struct template_lead *leads;
	size_t n; /* of them, 1 or more */
};

/*
 * Read the file at path.  NULL with the fault set: FAULT_SETUP tells the file,
 * the line and what to write there, also where what it makes of leads would be
 * no JSON (RFC 8259).
 */
struct template *template_open(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Append the message; 0, or -1 with the fault set. */
int template_render(const struct template *, const struct template_values *,
    struct bytes *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void template_close(struct template *);

#endif
