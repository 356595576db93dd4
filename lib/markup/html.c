#include "markup/html.h"

#include <stdint.h>
#include <strings.h>

#include "base/text.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define ELLIPSIS    "\xe2\x80\xa6"

/* Embeddings, overrides and isolates: they reach beyond their own text. */
static int
turns_around(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* HTML takes none of these as text, whichever way they are written. */
static int
is_no_text(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c <= 0x9f) ||
	       (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

/* Append one character, which stands at s and takes n bytes. */
static void
add_character(struct bytes *b, const char *s, size_t n, uint32_t c, int valid)
{
	switch (c) {
	case '&':
		bytes_adds(b, "&amp;");
		return;
	case '<':
		bytes_adds(b, "&lt;");
		return;
	case '>':
		bytes_adds(b, "&gt;");
		return;
	case '"':
		bytes_adds(b, "&#34;");
		return;
	case '\'':
		bytes_adds(b, "&#39;");
		return;
	case '\t':
		bytes_addc(b, ' ');
		return;
	case '\r':
		bytes_addc(b, '\n');
		return;
	default:
		break;
	}
	if (!valid || is_no_text(c) || turns_around(c))
		bytes_adds(b, REPLACEMENT);
	else
		bytes_add(b, s, n);
}

void
html_text(struct bytes *b, const char *s, size_t n)
{
	size_t i, step;
	uint32_t c;
	int valid;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, &valid);
		/* CR LF is one line end. */
		if (c == '\r' && i + 1 < n && s[i + 1] == '\n')
			continue;
		add_character(b, s + i, step, c, valid);
	}
}

void
html_texts(struct bytes *b, const char *s)
{
	html_text(b, s, strlen(s));
}

static int
is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void
html_short(struct bytes *b, const char *s, size_t n, size_t most)
{
	size_t i, step, count = 0;
	int blank = 0, valid;
	uint32_t c;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, &valid);
		if (is_blank(c)) {
			blank = count > 0;
			continue;
		}
		if (count + (size_t)blank >= most) {
			bytes_adds(b, ELLIPSIS);
			return;
		}
		if (blank)
			bytes_addc(b, ' ');
		count += 1 + (size_t)blank;
		blank = 0;
		add_character(b, s + i, step, c, valid);
	}
}

void
html_attr(struct bytes *b, const char *name, const char *value)
{
	bytes_addc(b, ' ');
	bytes_adds(b, name);
	bytes_adds(b, "=\"");
	html_texts(b, value);
	bytes_addc(b, '"');
}

/* How long is "http://" or "https://", where it begins so; else 0. */
static size_t
scheme(const char *url, size_t n)
{
	if (n > 7 && strncasecmp(url, "http://", 7) == 0)
		return 7;
	return n > 8 && strncasecmp(url, "https://", 8) == 0 ? 8 : 0;
}

/*
 * Has it a host, and nothing that a browser would pass over or take for
 * something else?  A user's name makes one host look like another.
 */
static int
is_safe(const char *url, size_t n, size_t host)
{
	size_t i, step;
	uint32_t c;
	int in_host = 1, valid;

	if (host == 0 || memchr("/\\?#:", url[host], 5) != NULL)
		return 0;
	for (i = host; i < n; i += step) {
		step = text_next(url + i, n - i, &c, &valid);
		if (!valid || is_blank(c) || text_is_control(c) ||
		    is_no_text(c))
			return 0;
		if (c == '/' || c == '?' || c == '#')
			in_host = 0;
		if (in_host && (c == '@' || c == '\\'))
			return 0;
	}
	return 1;
}

int
html_link(struct bytes *b, const char *url, size_t n)
{
	while (n > 0 && is_blank((unsigned char)url[0])) {
		url++;
		n--;
	}
	while (n > 0 && is_blank((unsigned char)url[n - 1]))
		n--;
	if (!is_safe(url, n, scheme(url, n)))
		return 0;
	bytes_adds(b, " href=\"");
	html_text(b, url, n);
	bytes_addc(b, '"');
	return 1;
}
