/*
 * parts: what a template is made of, in the order of its file.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "cli/template/cell.h"
#include "config/shape.h"

#define PARTS_DEPTH_MAX 8   /* sections in one another */
#define PARTS_BATCH_MAX 100 /* leads in a message */

/* What a tag is about: a column by its number, or one of these. */
enum parts_what {
	PARTS_COUNT = SHAPE_COLUMNS,
	PARTS_ENDPOINT,
	PARTS_LEADS,
	PARTS_SEVERAL,
	PARTS_FIRST, /* from here on of a lead */
	PARTS_LAST,
	PARTS_TEST,
	PARTS_WHATS
};

enum parts_kind {
	PARTS_TEXT,
	PARTS_VALUE,
	PARTS_IF,     /* {{#x}}; also {{#leads}} */
	PARTS_UNLESS, /* {{^x}} */
	PARTS_END     /* {{/x}} */
};

struct part {
	enum parts_kind kind;
	int what;         /* of all but a text */
	int line;         /* of the file, from 1 on */
	const char *text; /* borrowed from the template's */
	size_t len;
	size_t end; /* of a section: which part ends it */
	size_t most;
	enum cell_escape escape;
};

struct template
{
	char *path;        /* owned; for messages */
	char *text;        /* owned */
	struct part *list; /* owned */
	size_t n, room;
	size_t batch;
};

/*
 * Cut the template's text, n bytes long, into its parts.  0, or -1 with the
 * fault set: where it is FAULT_SETUP its text is what to write in that line.
 */
int parts_read(struct template *, size_t n, int *line, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The name of what a tag is about; static. */
const char *parts_name(int what);

/* Is it of one lead, and of no other? */
int parts_is_of_lead(int what);

/* Is it a column that has links? */
int parts_is_link(int what);

#endif
