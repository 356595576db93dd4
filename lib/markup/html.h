/*
 * html: text into HTML, so that it stays text (HTML Standard section 13.3).
 */
#ifndef HTML_H
#define HTML_H

#include <stddef.h>

#include "base/bytes.h"

/*
 * Append text: & < > " ' become references, a TAB becomes a blank and each kind
 * of line end LF; other controls, what turns the direction of text around for
 * good, what is no character and bytes that are no UTF-8 become U+FFFD.
 */
void
html_text(struct bytes *, const char *, size_t) __attribute__((nonnull(1)));
void html_texts(struct bytes *, const char *) __attribute__((nonnull));

/*
 * The same for a list: so many characters at most, and "…" where there were
 * more; line ends and runs of blanks become one blank.
 */
void html_short(struct bytes *, const char *, size_t, size_t most)
    __attribute__((nonnull(1)));

/* Append ` name="value"`. */
void html_attr(struct bytes *, const char *name, const char *value)
    __attribute__((nonnull));

/*
 * Append ` href="url"` for a URL of someone else's, blanks at its ends left
 * out: only http and https with a host, without a user's name, blanks or
 * controls in it; and nothing where it is another one.  1 where it was
 * appended.
 */
int html_link(struct bytes *, const char *url, size_t) __attribute__((nonnull));

#endif
