/*
 * leads: the leads of a delivery, each joined with its post, read from its
 * body in one pass and without a tree: it takes about a fifth of the time.
 *
 * For bodies that delivery_decode() has found to be of kind leads or test, now
 * or before they were journalled.
 */
#ifndef LEADS_H
#define LEADS_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "json/jsontext.h"
#include "webhook/payload.h"
#include "webhook/value.h"

/* The fields of a row that come from the body, as in the sender's tables. */
enum leads_field {
	LEADS_TIMESTAMP, /* of the delivery */
	LEADS_URN,       /* from here on of the lead */
	LEADS_FULL_NAME,
	LEADS_HEADLINE,
	LEADS_COMPANY_NAME,
	LEADS_JOB_TITLE,
	LEADS_LOCATION,
	LEADS_LINKEDIN_URL,
	LEADS_ENGAGEMENT_TYPE,
	LEADS_SIGNAL_NAME,
	LEADS_REACTION_TYPE,
	LEADS_COMMENT_TEXT,
	LEADS_CONNECTIONS,
	LEADS_FOLLOWERS,
	LEADS_INDUSTRY,
	LEADS_COMPANY_SIZE,
	LEADS_POST_ID,
	LEADS_POST_URL, /* from here on of the lead's post */
	LEADS_POST_TEXT,
	LEADS_POST_DATE,
	LEADS_EXTRA, /* the fields of lead and post that we don't know */
	LEADS_FIELDS
};

/*
 * What most is where no more of extra is to be seen: a cell ends at 32,000
 * UTF-16 units, which are no more bytes than this.
 */
#define LEADS_CELL (96 << 10)

/* All zero to begin with, but for most; leads_free() at the end. */
struct leads {
	/* Extra may end anywhere behind so many bytes; 0: it is whole. */
	size_t most;
	struct payload payload;
	struct value timestamp;
	struct bytes timestamp_text; /* where it isn't that of the body */

	/* The lead that was asked for last, counted from 1, and its post. */
	size_t at;
	const struct post *post;
	const struct jsontext_member *fields[LEADS_FIELDS]; /* of the lead */
	struct bytes others;  /* which of its members we don't know: uint32_t */
	int64_t work;         /* as in extra_write(), for this body */
	struct bytes scratch; /* what the last value was written into */
};

/*
 * Find the leads and the posts of n bytes of body, which is borrowed until the
 * next call.  What was read before is forgotten.  0, or -1 with FAULT_MEMORY.
 */
int leads_read(struct leads *, const char *body, size_t n, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The same, and is the body JSON? */
int leads_check(struct leads *, const char *body, size_t n,
    enum wellformed_verdict *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* How many there are; what is no object is none. */
size_t leads_count(const struct leads *) __attribute__((nonnull));

/*
 * A field of a lead, counted from 0.  The data is borrowed until the next call.
 * Returns 0, or -1 with FAULT_MEMORY.
 */
int leads_value(struct leads *, size_t lead, enum leads_field, struct value *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * The same of a lead's own field, for the lead that was asked for last, where
 * its value is a string without escapes, as most are: 1, or 0 when
 * leads_value() is to be asked.
 */
static inline int __attribute__((nonnull)) leads_plain(
    const struct leads *l, enum leads_field field, struct jsontext_slice *out)
{
	const struct jsontext_member *m = l->fields[field];

	if (m == NULL || m->value_len < 2 || m->value_escaped ||
	    l->payload.text[m->value] != '"')
		return 0;
	out->s = l->payload.text + m->value + 1;
	out->n = m->value_len - 2;
	return 1;
}

/* Is it plain to see that the lead that was asked for last has no such field?
 */
static inline int __attribute__((nonnull))
leads_lacks(const struct leads *l, enum leads_field field)
{
	if (field >= LEADS_URN && field <= LEADS_POST_ID)
		return l->fields[field] == NULL;
	return l->post == NULL && field != LEADS_TIMESTAMP &&
	       (field != LEADS_EXTRA || l->others.len == 0);
}

/*
 * Has it fields of its own that we don't know?  Else extra is the same for all
 * such leads of its post.
 */
static inline int __attribute__((nonnull))
leads_has_others(const struct leads *l)
{
	return l->others.len > 0;
}

/* Is a field's value a whole number, in the sender's tables? */
int leads_is_integer(enum leads_field);

/*
 * Is it a field that is the same for every lead of the delivery; is it one that
 * is the same for every lead of a post?
 */
int leads_is_of_delivery(enum leads_field);
int leads_is_of_post(enum leads_field);

/* The post of a lead; NULL where it has none.  0, or -1 with FAULT_MEMORY. */
int leads_post(struct leads *, size_t lead, const struct post **,
    struct fault *) __attribute__((nonnull, warn_unused_result));

void leads_free(struct leads *) __attribute__((nonnull));

#endif
