/*
 * posttext: the texts of posts, each once in the index of its own, however many
 * leads and deliveries have it.
 */
#ifndef POSTTEXT_H
#define POSTTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "page/cache/db.h"
#include "page/cache/term.h"
#include "webhook/leads.h"

#define POSTTEXT_POSTS 512 /* of a delivery that are known by heart */

/* All zero to begin with; posttext_end() at the end. */
struct posttexts {
	struct bytes text;
	struct {
		const struct post *post;
		int64_t number, text;
	} posts[POSTTEXT_POSTS];
};

/* Another delivery comes. */
void posttext_forget(struct posttexts *) __attribute__((nonnull));

/*
 * The numbers of a lead's post, by its id, and of its text, whose words come
 * into the index where it is a new one; 0: it has none.  A text that was edited
 * is another one.  0, or -1 with the fault set.
 */
int posttext_find(struct posttexts *, struct leads *, size_t lead,
    struct terms *, struct db *, int64_t *number, int64_t *text, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Append a value's words; no phrase goes over its end. */
void
posttext_words(struct bytes *, const struct value *) __attribute__((nonnull));

void posttext_end(struct posttexts *) __attribute__((nonnull));

#endif
