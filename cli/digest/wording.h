/*
 * wording: the words of a digest, which are the same as text and as HTML.
 */
#ifndef WORDING_H
#define WORDING_H

#include "base/bytes.h"
#include "cli/digest/told.h"

/* So many signals and endpoints are named at most. */
#define WORDING_SIGNALS   8
#define WORDING_ENDPOINTS 10

/*
 * Append text of someone else's as it is told: on one line, blanks once, so
 * many characters at most, and without what turns text around.
 */
void wording_add(struct bytes *, const char *, size_t, size_t most)
    __attribute__((nonnull(1)));

/*
 * The text of a buffer, which is empty after; owned by the caller, NULL when
 * memory ran out.
 */
char *wording_take(struct bytes *) __attribute__((nonnull, warn_unused_result));

/* Both in one. */
char *wording_text(const char *, size_t, size_t most)
    __attribute__((warn_unused_result));

/* Append "1,204 leads". */
void wording_count(struct bytes *, int64_t, const char *one, const char *many)
    __attribute__((nonnull));

/* Append "12 new leads", "No new leads". */
void
wording_leads(struct bytes *, const struct digest *) __attribute__((nonnull));

/* Append "since yesterday 07:00"; of the first mail "yesterday and today". */
void
wording_since(struct bytes *, const struct digest *) __attribute__((nonnull));

/*
 * Append "3 comments, 8 reactions and 1 repost, from 10 people", where they are
 * fewer and all are known.
 */
void
wording_deeds(struct bytes *, const struct digest *) __attribute__((nonnull));

/*
 * Append what else is to be said, as sentences, to an empty buffer: what came
 * beside leads; of the first mail that it is; and when no lead came, whether
 * all is well.
 */
void
wording_remarks(struct bytes *, const struct digest *) __attribute__((nonnull));

/* What someone did: "Comment", "Celebrate"; borrowed. */
const char *wording_deed(const struct digest_person *) __attribute__((nonnull));

/* Append when, where there are several endpoints at which, and how often. */
void wording_when(struct bytes *, const struct digest *,
    const struct digest_person *) __attribute__((nonnull));

/* Of so many named people: how many leads are of others? */
int64_t
wording_rest(const struct digest *, size_t people) __attribute__((nonnull));

/* How many concerns have room in a mail: one at least, where there are any. */
size_t wording_concerns(const struct digest *) __attribute__((nonnull));

/* How many leads are of signals, and of endpoints, behind those named? */
int64_t wording_signals_rest(const struct digest *) __attribute__((nonnull));
int64_t wording_endpoints_rest(const struct digest *) __attribute__((nonnull));

#endif
