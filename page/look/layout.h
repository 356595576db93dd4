/*
 * layout: what stands around each screen, and the parts that screens are made
 * of.  All of it is appended to the body of viewing->reply.
 *
 * A path is one of ours below SCRIPT_NAME and begins with /: "/leads".
 *
 * Classes of style.css for markup of one's own: "panel" (a box), "plain" (a
 * table of small texts: wrap it in <div class="wide">), "figures" (dl),
 * "fields" (around layout_field()s, next to one another), "actions" (a row of
 * links and buttons), "button" (a link that looks like one), "quiet" (small,
 * grey), "number" (a cell), "code" (something to copy).
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "page/look/phrases.h"

struct choice;
struct viewing;

/* Where in the navigation a screen stands. */
enum layout_place {
	LAYOUT_TODAY,
	LAYOUT_DAYS,
	LAYOUT_LEADS,
	LAYOUT_PEOPLE,
	LAYOUT_FEEDS,
	LAYOUT_ELSEWHERE, /* in none of these */
	LAYOUT_OUTSIDE    /* nobody has logged in: there is no navigation */
};

/*
 * Begin the reply: Content-Type, head, navigation, <main> and its h1, which is
 * the title, a plain text.  (Security headers are the door's.)
 */
void layout_begin(struct viewing *, enum layout_place, const char *title)
    __attribute__((nonnull));
void layout_end(struct viewing *) __attribute__((nonnull));

/* Append markup of our own as it is. */
void layout_raw(struct viewing *, const char *) __attribute__((nonnull));

/* Append a text of the table, escaped, with {1} and {2}: NULL where it has
 * none. */
void layout_say(struct viewing *, enum phrase, const char *one, const char *two)
    __attribute__((nonnull(1)));

/* Append a text of the table for a number. */
void
layout_count(struct viewing *, enum phrase, int64_t) __attribute__((nonnull));

/* The same in an element: <h2>Columns</h2>; attributes may be "". */
void layout_element(struct viewing *, const char *tag, const char *attributes,
    enum phrase) __attribute__((nonnull));

/*
 * A text of the sender's, or of a person's, in an element whose direction is
 * its own: <p dir="auto">.  most: so many characters, 0: all.
 */
void layout_foreign(struct viewing *, const char *tag, const char *class,
    const char *, size_t n, size_t most) __attribute__((nonnull));

/* A sentence in a box of its own. */
enum layout_notice { LAYOUT_NOTE, LAYOUT_GOOD, LAYOUT_BAD };
void layout_notice(struct viewing *, enum layout_notice, const char *)
    __attribute__((nonnull));
void layout_notice_phrase(struct viewing *, enum layout_notice, enum phrase)
    __attribute__((nonnull));

/* Append ` href="..."`: a path, and what a choice has; NULL: nothing. */
void layout_href(struct viewing *, const char *path, const struct choice *)
    __attribute__((nonnull(1, 2)));

/* A whole link of ours. */
void layout_link(struct viewing *, const char *class, const char *path,
    const struct choice *, enum phrase) __attribute__((nonnull(1, 2, 3)));

/*
 * A link to somebody else's: nothing, and 0, where html_link() doesn't take the
 * URL.  about is said to a screen reader behind the text; or "".
 */
int layout_outside(struct viewing *, const char *url, size_t n, enum phrase,
    const char *about, size_t about_len) __attribute__((nonnull));

/* <form>, "get" or "post", to a path; and its end. */
void layout_form(struct viewing *, const char *method, const char *path)
    __attribute__((nonnull));
void layout_form_end(struct viewing *) __attribute__((nonnull));

/* A field and its label. */
struct layout_field {
	const char *name, *type; /* of the input: text, search, date, ... */
	enum phrase label;
	const char *value;        /* NULL: empty */
	const char *autocomplete; /* NULL: off */
	const char *more;         /* further attributes, ours; or NULL */
	int has_hint;
	enum phrase hint; /* a sentence below it */
};
void layout_field(struct viewing *, const struct layout_field *)
    __attribute__((nonnull));

/* <input type="hidden">. */
void layout_hidden(struct viewing *, const char *name, const char *value)
    __attribute__((nonnull));

/* The button that sends a form; class may be "" or "quiet". */
void layout_button(struct viewing *, const char *class, enum phrase)
    __attribute__((nonnull));

/*
 * A row of links that download what is shown (as=csv, xlsx, jsonl and the
 * profiles), and one to link a spreadsheet to it.  A path and the choice of its
 * URL lead to it; what a feed would have in its place; NULL: no feed can.
 */
void layout_downloads(struct viewing *, const char *path, const struct choice *,
    const struct choice *feed) __attribute__((nonnull(1, 2, 3)));

/* "Older" from a lead on, 0: there is nothing older, and "Newest" where what is
 * shown isn't the beginning. */
void layout_pages(struct viewing *, const char *path, const struct choice *,
    int is_first, int64_t older) __attribute__((nonnull));

#endif
