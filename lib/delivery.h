/*
 * delivery: a signed body, decoded: what kind it is, its id, its leads, each
 * joined with its post (Jansson).
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include <stddef.h>

#include "bytes.h"
#include "fault.h"

/* A longer id is not used; the body's SHA-256 takes its place. */
#define DELIVERY_ID_MAX 200

enum delivery_kind {
	DELIVERY_LEADS,
	DELIVERY_TEST,      /* "test": true, at the top or in data */
	DELIVERY_OTHER,     /* an event other than lead.enriched */
	DELIVERY_UNREADABLE /* of another shape, or no JSON at all */
};

/* The fields of a row that come from the body, as in the sender's tables. */
enum delivery_field {
	DELIVERY_TIMESTAMP, /* of the delivery */
	DELIVERY_URN,       /* from here on of the lead */
	DELIVERY_FULL_NAME,
	DELIVERY_HEADLINE,
	DELIVERY_COMPANY_NAME,
	DELIVERY_JOB_TITLE,
	DELIVERY_LOCATION,
	DELIVERY_LINKEDIN_URL,
	DELIVERY_ENGAGEMENT_TYPE,
	DELIVERY_SIGNAL_NAME,
	DELIVERY_REACTION_TYPE,
	DELIVERY_COMMENT_TEXT,
	DELIVERY_CONNECTIONS,
	DELIVERY_FOLLOWERS,
	DELIVERY_INDUSTRY,
	DELIVERY_COMPANY_SIZE,
	DELIVERY_POST_ID,
	DELIVERY_POST_URL, /* from here on of the lead's post */
	DELIVERY_POST_TEXT,
	DELIVERY_POST_DATE,
	DELIVERY_EXTRA, /* the fields of lead and post that we don't know */
	DELIVERY_FIELDS
};

enum delivery_type { DELIVERY_NONE, DELIVERY_STRING, DELIVERY_NUMBER };

struct delivery_value {
	enum delivery_type type; /* NONE: absent or null */
	const char *data;        /* UTF-8; borrowed, see delivery_value() */
	size_t len;
};

struct delivery;

/*
 * Decode n bytes of body.  Any body makes a delivery; one that can't be used
 * is DELIVERY_UNREADABLE and delivery_reason() says why.  NULL only when
 * memory runs out.
 */
struct delivery *delivery_decode(const char *body, size_t, struct fault *)
    __attribute__((nonnull(3), warn_unused_result));

enum delivery_kind
delivery_kind(const struct delivery *) __attribute__((nonnull));

/* Is it JSON at all? */
int delivery_is_json(const struct delivery *) __attribute__((nonnull));

/* Why it is unreadable; a clause that names nothing of the body. */
const char *delivery_reason(const struct delivery *) __attribute__((nonnull));

/*
 * The sender's delivery_id, borrowed from the delivery, and its length; NULL
 * where there is no usable one (absent, no string, empty, too long).
 */
const char *
delivery_id(const struct delivery *, size_t *len) __attribute__((nonnull));

/* How many rows it makes: its leads, 0 for other kinds. */
size_t delivery_leads(const struct delivery *) __attribute__((nonnull));

/*
 * A field of a lead, counted from 0.  A value of another type than the
 * sender's tables say is its JSON text.  The data is borrowed until the next
 * call or delivery_free().  Returns 0, or -1 with FAULT_MEMORY.
 */
int delivery_value(struct delivery *, size_t lead, enum delivery_field,
    struct delivery_value *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

void delivery_free(struct delivery *);

#endif
