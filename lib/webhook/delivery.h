/*
 * delivery: a signed body, decoded: is it JSON, what kind is it, its id, how
 * many leads it has.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"

/* A longer id is not used; the body's SHA-256 takes its place. */
#define DELIVERY_ID_MAX 200

struct leads;

enum delivery_kind {
	DELIVERY_LEADS,
	DELIVERY_TEST,  /* "test": true, at the top or in data */
	DELIVERY_OTHER, /* an event other than lead.enriched */
	/* Of another shape, or no JSON at all, or its rows were refused. */
	DELIVERY_UNREADABLE
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

/*
 * Is it JSON at all; is it none?  What is nested too deeply is neither, as it
 * was not read to its end.
 */
int delivery_is_json(const struct delivery *) __attribute__((nonnull));
int delivery_is_broken(const struct delivery *) __attribute__((nonnull));

/* Why it is unreadable; a clause that names nothing of the body. */
const char *delivery_reason(const struct delivery *) __attribute__((nonnull));

/*
 * The sender's delivery_id, borrowed from the delivery, and its length; NULL
 * where there is no usable one (absent, no string, empty, too long, or with
 * U+FFFD, which half a surrogate pair becomes whichever half it is).
 */
const char *
delivery_id(const struct delivery *, size_t *len) __attribute__((nonnull));

/*
 * How many rows it makes: its leads, 0 for other kinds; and how many more there
 * would be if all that stands among its leads were objects.
 */
size_t delivery_leads(const struct delivery *) __attribute__((nonnull));
size_t delivery_skipped(const struct delivery *) __attribute__((nonnull));

/*
 * Its leads, borrowed from the delivery: the body, which must still stand where
 * it stood, has been read already.
 */
struct leads *delivery_reader(struct delivery *) __attribute__((nonnull));

/* No row is to be made of it, for that reason, a clause; borrowed for good. */
void delivery_refuse_rows(struct delivery *, const char *reason)
    __attribute__((nonnull));

void delivery_free(struct delivery *);

#endif
