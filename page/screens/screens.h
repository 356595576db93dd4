/*
 * screens: what can be looked at, each in a file of its name.
 *
 * A screen writes the whole of viewing->reply, and says 0; or -1 with the fault
 * set, where what it has written is to be thrown away: screens_wrong().  Who is
 * looking is known, the choice is read, and person, post and the day of the
 * path are in it.
 */
#ifndef SCREENS_H
#define SCREENS_H

#include "page/look/phrases.h"

struct fault;
struct viewing;

int screens_today(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
/* A range of days: choice.from and to; the last 30 days where both are empty.
 */
int screens_days(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
/* The one in choice.from, which is choice.to. */
int screens_day(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int screens_leads(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
/* choice.person, choice.post: 404 where there is none in the scope. */
int screens_person(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
int screens_post(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));
/* New since choice.since; the last 7 days where it is empty. */
int screens_people(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Links that spreadsheets read leads by: GET, and POST to make or revoke one.
 */
int screens_feeds(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* /style-HASH.css and .svg.  Nobody need have logged in.
 */
int screens_style(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Not what was asked for: the status of HTTP, and a sentence.  What the body
 * has is thrown away.  screens_wrong() for what choice_read() and the like say,
 * where the sentence tells the remedy: 400; any other fault is 500 or 503.
 */
void screens_error(struct viewing *, int status, enum phrase sentence)
    __attribute__((nonnull));
void screens_wrong(struct viewing *, int status, const struct fault *)
    __attribute__((nonnull));

#endif
