/*
 * posts: the posts of a delivery, by their ids, each made ready for the rows of
 * all its leads.
 */
#ifndef POSTS_H
#define POSTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "json/jsontext.h"
#include "webhook/value.h"

struct wellformed;

/* The fields of a post that we know, and what extra_post() makes of others. */
enum post_field { POST_URL, POST_TEXT, POST_DATE, POST_EXTRA };

/* 16 bytes, as a body may have a post every ten. */
struct post {
	uint32_t id, id_len; /* what it means: in ids */
	uint32_t first, n;   /* its values */
};

/* All zero to begin with; posts_free() at the end. */
struct posts {
	const char *text; /* borrowed: the body */
	size_t most;      /* as in struct extra; 0: all of it */

	struct bytes list;    /* struct post each */
	struct bytes order;   /* uint32_t each: the list, sorted by id */
	struct bytes ids;     /* one behind the other */
	struct bytes values;  /* struct post_value each */
	struct bytes made;    /* what doesn't stand in the text as it is */
	struct bytes members; /* of the post in hand */
	struct bytes others;  /* of these, uint32_t each: that we don't know */
	struct bytes scratch;
	int failed; /* no memory */
};

/* Forget them. */
void posts_reset(struct posts *) __attribute__((nonnull));

/*
 * Gather the array of posts that is next, whose text is borrowed, and leave it
 * behind; what is no object with a string as its id is passed over.  Those that
 * were gathered before are forgotten.
 */
void posts_gather(struct posts *, struct wellformed *) __attribute__((nonnull));

/* All are there: have them found.  0, or -1 with FAULT_MEMORY. */
int posts_sort(struct posts *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The first post whose id is this JSON string; NULL where there is none, or
 * the id is no string.  For an id with escapes memory may be needed; then
 * scratch is to be checked.
 */
const struct post *posts_find(struct posts *, const struct jsontext_slice *id)
    __attribute__((nonnull));

/* A value of one of them. */
void posts_value(const struct posts *, const struct post *, enum post_field,
    struct value *) __attribute__((nonnull));

void posts_free(struct posts *) __attribute__((nonnull));

#endif
