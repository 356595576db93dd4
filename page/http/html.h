/*
 * html: text into HTML, so that it stays text (HTML Standard section 13.3).
 */
#ifndef HTML_H
#define HTML_H

#include <stddef.h>

#include "base/bytes.h"

/*
 * Append text: & < > " ' become references; controls but LF, and what turns
 * the direction of text around for good, become U+FFFD.
 */
void html_text(struct bytes *, const char *, size_t)
    __attribute__((nonnull(1)));
void html_texts(struct bytes *, const char *) __attribute__((nonnull));

/* Append ` name="value"`. */
void html_attr(struct bytes *, const char *name, const char *value)
    __attribute__((nonnull));

/*
 * Append ` href="url"` for a URL of someone else's: only http and https, and
 * nothing where it is another one.  1 where it was appended.
 */
int html_link(struct bytes *, const char *url, size_t) __attribute__((nonnull));

#endif
