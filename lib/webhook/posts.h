/*
 * posts: the posts of a delivery, by their ids.
 */
#ifndef POSTS_H
#define POSTS_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "json/jsontext.h"

struct wellformed;

struct post {
	struct jsontext_slice id; /* what it means */
	size_t first, end;        /* its other members, in the posts' members */
	size_t n; /* its number among the body's posts, from 1 on */
};

/* All zero to begin with; posts_free() at the end. */
struct posts {
	struct bytes list;    /* struct post each, sorted by id */
	struct bytes ids;     /* one behind the other */
	struct bytes members; /* struct jsontext_member each, without the ids */
	struct bytes scratch;
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

void posts_free(struct posts *) __attribute__((nonnull));

#endif
