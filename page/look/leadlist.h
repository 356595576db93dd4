/*
 * leadlist: leads, one below the other: a table on a wide screen, cards on a
 * narrow one.
 */
#ifndef LEADLIST_H
#define LEADLIST_H

#include <stddef.h>
#include <stdint.h>

#include "page/look/phrases.h"
#include "sheet/sheet.h"
#include "webhook/leads.h"

struct choice;
struct viewing;

/*
 * On one page: so many leads, and fewer where they are long: with the one after
 * the last the body of the reply would have more bytes than these.  What comes
 * behind a list takes up to 2,000, and a page 50,000.
 */
#define LEADLIST_MOST  50
#define LEADLIST_BYTES 48000

/* A field of the body of v->lead; its column in lead_value(). */
int leadlist_field(struct viewing *, enum leads_field, struct sheet_value *,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Read each lead that is chosen into v->lead, the newest first, and have it
 * written; older is the id from which on the next page goes on, 0 where there
 * are no more.  How many were shown, or -1 with the fault set.
 */
int leadlist_each(struct viewing *, const struct choice *,
    int (*show)(struct viewing *, void *, struct fault *), void *context,
    int64_t *older, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5, 6), warn_unused_result));

/*
 * The same as a list of its own, with a caption for who can't see it; on a
 * post's screen without its post.  Nothing where none is chosen: 0.
 */
int leadlist_write(struct viewing *, const struct choice *, int with_posts,
    enum phrase caption, int64_t *older, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* What an engagement or a reaction is called: PHRASE_LIKE for LIKE; 0 where we
 * don't know it. */
int leadlist_deed_name(const char *, size_t n, enum phrase *)
    __attribute__((nonnull));

/* Append the parts that other screens have too, of v->lead: a link to the
 * person, who they are, what they did, and to which post. */
int leadlist_person(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int leadlist_company(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int leadlist_deed(struct viewing *, size_t most, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int leadlist_post(struct viewing *, size_t most, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
