/*
 * query: names and values as URLs and forms have them
 * (application/x-www-form-urlencoded, URL Standard section 5).
 */
#ifndef QUERY_H
#define QUERY_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

#define QUERY_MAX 64 /* pairs; further ones are passed over */

struct query_pair {
	const char *name, *value; /* decoded, NUL at the end and nowhere else */
	size_t len;               /* of the value */
};

/* All zero to begin with; query_free() at the end. */
struct query {
	struct query_pair list[QUERY_MAX];
	size_t n;
	char *text; /* owned; the pairs point into it */
};

/*
 * Read n bytes.  A pair with bytes that are no UTF-8, or a NUL, is passed over.
 * 0, or -1 with FAULT_MEMORY.
 */
int query_read(struct query *, const char *, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The first value of that name; "" where there is none. */
const char *
query_get(const struct query *, const char *name) __attribute__((nonnull));

/* Append a value as a URL has it, and a pair behind a ? or a &. */
void
query_escape(struct bytes *, const char *, size_t) __attribute__((nonnull(1)));
void query_escape_path(struct bytes *, const char *, size_t)
    __attribute__((nonnull(1))); /* its / stay */
void query_add(struct bytes *, const char *name, const char *value)
    __attribute__((nonnull));

void query_free(struct query *) __attribute__((nonnull));

#endif
