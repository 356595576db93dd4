/* cell: a lead's value as it stands in a message; see cell.h. */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "cli/template/cell.h"
#include "sheet/characters.h"

#define ELLIPSIS "\xe2\x80\xa6"
#define JOINER   0x200d /* of emoji */

/* Of a host's name, and of what stands between its dots (RFC 1035). */
#define HOST_MAX  253
#define LABEL_MAX 63

/* What hasn't been written yet, and how far what is written may stay. */
struct cut {
	struct bytes *b;
	enum cell_escape escape;
	size_t units; /* of UTF-16, that are written */
	size_t most;  /* 0: any number */
	size_t fits;  /* the buffer's length where "…" may stand */
	int blank;    /* one is to come before the next character */
	int begun;
	uint32_t last;
};

/* Does it belong to the character before it: an accent, a colour of skin? */
static int
continues(uint32_t c)
{
	static const uint32_t ranges[][2] = {{0x300, 0x36f}, {0x483, 0x489},
	    {0x591, 0x5bd}, {0x610, 0x61a}, {0x64b, 0x65f}, {0x900, 0x903},
	    {0x93a, 0x94f}, {0xe31, 0xe31}, {0xe34, 0xe3a}, {0xe47, 0xe4e},
	    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200c, JOINER},
	    {0x20d0, 0x20ff}, {0x3099, 0x309a}, {0xfe00, 0xfe0f},
	    {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}, {0xe0020, 0xe007f},
	    {0xe0100, 0xe01ef}};
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return 1;
	return 0;
}

/* A mark that turns text around, or says how it is turned. */
static int
turns(uint32_t c)
{
	return c > 0x9f && text_is_control(c) && c != 0x2028 && c != 0x2029;
}

static const char *
entity(uint32_t c)
{
	return c == '&'   ? "&amp;"
	       : c == '<' ? "&lt;"
	       : c == '>' ? "&gt;"
	                  : NULL;
}

/* The character of n bytes at s, as it stands in the string. */
static void
put(struct cut *cut, uint32_t c, const char *s, size_t n)
{
	static const char signs[] = "\\`*_~|<>[]()#@:";
	const char *as;

	cut->units += c > 0xffff ? 2 : 1;
	if (cut->escape == CELL_SLACK && (as = entity(c)) != NULL) {
		bytes_adds(cut->b, as);
		cut->units += strlen(as) - 1;
		return;
	}
	if (cut->escape == CELL_MARKDOWN && c < 0x80 &&
	    strchr(signs, (int)c) != NULL) {
		bytes_adds(cut->b, "\\\\");
		cut->units++;
	}
	if (c == '"' || c == '\\')
		bytes_addc(cut->b, '\\');
	if (c == 0xfffd)
		bytes_adds(cut->b, "\xef\xbf\xbd");
	else
		bytes_add(cut->b, s, n);
}

/* The next character, with the blank that stands before it. */
static void
add(struct cut *cut, uint32_t c, const char *s, size_t n)
{
	if (cut->most > 0 && cut->units < cut->most && !continues(c) &&
	    cut->last != JOINER)
		cut->fits = cut->b->len;
	if (cut->blank && cut->begun)
		put(cut, ' ', " ", 1);
	cut->blank = 0;
	cut->begun = 1;
	cut->last = c;
	put(cut, c, s, n);
}

int
cell_is_empty(const char *s, size_t n)
{
	uint32_t c;
	size_t i, step;

	for (i = 0; i < n; i += step) {
		step = text_next(s + i, n - i, &c, NULL);
		if (!characters_is_blank(c) && !text_is_control(c))
			return 0;
	}
	return 1;
}

void
cell_add(struct bytes *b, const char *s, size_t n, enum cell_escape escape,
    size_t most)
{
	struct cut cut = {.b = b, .escape = escape, .most = most};
	size_t i, step;
	uint32_t c;

	if (cell_is_empty(s, n))
		return;
	cut.fits = b->len;
	for (i = 0; i < n && (most == 0 || cut.units <= most); i += step) {
		step = text_next(s + i, n - i, &c, NULL);
		if (c == ' ' || (text_is_control(c) && !turns(c)))
			cut.blank = 1;
		else if (!turns(c))
			add(&cut, c, s + i, step);
	}
	if (most > 0 && cut.units > most && !b->failed) {
		b->len = cut.fits;
		bytes_adds(b, ELLIPSIS);
	}
}

/* How many bytes of "https://a.example:8080" there are; 0: it is no such. */
static size_t
origin(const char *s, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char rest[] = "0123456789-.";
	size_t i, from, label = 0, dots = 0;

	from = n > 8 && strncasecmp(s, "https://", 8) == 0  ? 8
	       : n > 7 && strncasecmp(s, "http://", 7) == 0 ? 7
	                                                    : 0;
	if (from == 0)
		return 0;
	for (i = label = from; i < n && s[i] != '\0'; i++) {
		if (s[i] == '.') {
			if (i == label || i - label > LABEL_MAX ||
			    s[i - 1] == '-')
				return 0;
			dots++;
			label = i + 1;
		} else if (strchr(letters, s[i]) == NULL &&
			   (strchr(rest, s[i]) == NULL ||
			       (s[i] == '-' && i == label)))
			break;
	}
	/* Its last part is a name: neither an address nor "localhost". */
	if (dots == 0 || i - label < 2 || i - label > LABEL_MAX ||
	    i - from > HOST_MAX || strchr(letters, s[label]) == NULL ||
	    s[i - 1] == '-')
		return 0;
	if (i < n && s[i] == ':') {
		for (label = ++i; i < n && s[i] >= '0' && s[i] <= '9'; i++)
			continue;
		if (i == label || i - label > 4)
			return 0;
	}
	return i == n || s[i] == '/' || s[i] == '?' || s[i] == '#' ? i : 0;
}

static int
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* Append a byte of a link, behind its host; how many that may be at most. */
static size_t
add_link_byte(struct bytes *b, const char *s, size_t n, enum cell_escape escape)
{
	static const char bare[] = "-._~/?#!$+,;=:@&%"
				   "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const int is_escape = n > 2 && is_hex(s[1]) && is_hex(s[2]);

	if (*s == '\0' || strchr(bare, *s) == NULL ||
	    (*s == '%' && !is_escape)) {
		bytes_printf(b, "%%%02X", (unsigned)(unsigned char)*s);
		return 3;
	}
	if (*s == '&' && escape == CELL_SLACK)
		bytes_adds(b, "&amp;");
	else
		bytes_addc(b, *s);
	return *s == '&' ? strlen("&amp;") : 1;
}

int
cell_add_link(struct bytes *b, const char *s, size_t n, enum cell_escape escape)
{
	const size_t from = b->len;
	size_t i, len;

	while (n > 0 && (unsigned char)s[0] <= ' ')
		s++, n--;
	while (n > 0 && (unsigned char)s[n - 1] <= ' ')
		n--;
	if ((i = origin(s, n)) == 0)
		return 0;
	len = i;
	bytes_adds(b, s[4] == ':' ? "http" : "https");
	bytes_add(b, strchr(s, ':'), i - (s[4] == ':' ? 4 : 5));
	for (; i < n && len <= CELL_LINK_MAX; i++)
		len += add_link_byte(b, s + i, n - i, escape);
	if (len > CELL_LINK_MAX && !b->failed)
		b->len = from;
	return len <= CELL_LINK_MAX;
}
