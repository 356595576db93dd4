/*
 * cell: a lead's value as it stands in a JSON string of a message.
 *
 * It is one line: line ends and other controls, and several blanks, become one
 * blank; blanks at its ends go.  Marks that turn text around go, and what is no
 * UTF-8 is U+FFFD.  What a chat would take for its own signs can be escaped.
 */
#ifndef CELL_H
#define CELL_H

#include <stddef.h>

#include "base/bytes.h"

enum cell_escape {
	CELL_NONE,    /* but what JSON needs */
	CELL_SLACK,   /* & < > as Slack's texts want them: &amp; &lt; &gt; */
	CELL_MARKDOWN /* a backslash before the signs of Markdown */
};

/* A longer link, with its escapes, is none: chats take no longer ones. */
#define CELL_LINK_MAX 2000

/* Is there nothing in it that one can see? */
int cell_is_empty(const char *, size_t);

/*
 * Append it.  Where most isn't 0 it is of so many characters at most: a longer
 * one is cut, not within what is seen as one character, and ends with "…".
 * Characters are counted as UTF-16 has them and with their escapes, which is no
 * less than any program counts.
 */
void cell_add(struct bytes *, const char *, size_t, enum cell_escape,
    size_t most) __attribute__((nonnull(1)));

/*
 * Append it as a link that no program refuses, and that does nothing but lead
 * to a place: http or https, a host's name, and no byte that stands in no URL
 * (RFC 3986) or ends a link in a chat; such are written as %XX.  What can't be
 * made one is left out.  1 where it was appended, else 0.
 */
int cell_add_link(struct bytes *, const char *, size_t, enum cell_escape)
    __attribute__((nonnull(1)));

#endif
