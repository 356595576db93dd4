/*
 * mime: a mail with a part to read as text and one as HTML, as it is handed to
 * a mail program: RFC 5322, its MIME parts RFC 2045 and 2046, words of any
 * script in its headers RFC 2047.
 *
 * Lines end in LF, as a mail program on Unix takes them.  All of it is ASCII,
 * and no line is longer than 76 characters, unless it is one address that is.
 * Whatever a string has in it, it begins no line of the header.
 */
#ifndef MIME_H
#define MIME_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Of an address, with its NUL (RFC 5321 section 4.5.3.1.3). */
#define MIME_ADDRESS_SIZE 255

struct mime_mail {
	const char *from;      /* an address */
	const char *from_name; /* UTF-8, shown before it; "" for none */
	const char *const *to; /* addresses */
	size_t nto;
	const char *subject; /* UTF-8 */
	int64_t date;        /* microseconds UTC, told in the zone in use */
	const char *id;      /* before the @ of the Message-ID; [a-z0-9.-] */
	const struct bytes *text, *html; /* UTF-8, lines ending in LF */
};

/*
 * Append the mail; its addresses are such as mime_is_address() takes.  In
 * subject and name a control character is a blank, and what is no UTF-8 is
 * U+FFFD.  As with bytes_*, failure sticks.
 */
void
mime_write(struct bytes *, const struct mime_mail *) __attribute__((nonnull));

/*
 * Is it an address that a header and a mail program's arguments can have as it
 * is: LOCAL@DOMAIN (RFC 5321 section 4.1.2: a dot-string, of ASCII; no quotes,
 * no name beside it), 254 characters at most?  One that begins with - / or | is
 * none: some mail program might take it for an option, a file or a command.
 */
int mime_is_address(const char *) __attribute__((nonnull));

#endif
