/* text: UTF-8, JSON strings, base64, log values; see text.h. */
#include <string.h>

#include "base/text.h"

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* How many bytes the sequence that begins with c has; 0 for none. */
static size_t
sequence(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0)
		return 2;
	if (c >= 0xe0 && c < 0xf0)
		return 3;
	if (c >= 0xf0 && c < 0xf5)
		return 4;
	return 0;
}

size_t
text_next(const char *s, size_t n, uint32_t *cp, int *valid)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s;
	size_t want = sequence(p[0]), i;
	uint32_t c;

	*cp = 0xfffd;
	if (valid != NULL)
		*valid = 0;
	if (want == 0 || want > n)
		return 1;
	c = want == 1 ? p[0] : p[0] & (0xffu >> (want + 1));
	for (i = 1; i < want; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[want] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 1;
	*cp = c;
	if (valid != NULL)
		*valid = 1;
	return want;
}

/* How many bytes of n > 0 make the character of two or three that most are. */
static inline size_t
usual(const unsigned char *p, size_t n)
{
	if (n >= 2 && p[0] >= 0xc2 && p[0] < 0xe0 && (p[1] & 0xc0) == 0x80)
		return 2;
	if (n >= 3 && p[0] > 0xe0 && p[0] < 0xf0 && p[0] != 0xed &&
	    (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
		return 3;
	return 0;
}

int
text_is_utf8(const char *s, size_t n)
{
	uint32_t cp;
	size_t i = 0, step;
	int valid;

	while (i < n) {
		if ((unsigned char)s[i] < 0x80) {
			i++;
			continue;
		}
		step = usual((const unsigned char *)s + i, n - i);
		if (step == 0) {
			step = text_next(s + i, n - i, &cp, &valid);
			if (!valid)
				return 0;
		}
		i += step;
	}
	return 1;
}

int
text_is_readable(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' && s[i] != '\n' && s[i] != '\r' &&
		    s[i] != '\t')
			return 0;
	return text_is_utf8(s, n);
}

/* By bytes_printf() it would take ten times as long. */
static void
add_pair(struct bytes *b, char first, char second)
{
	const char pair[2] = {first, second};

	bytes_add(b, pair, sizeof(pair));
}

void
text_json(struct bytes *b, const char *s, size_t n)
{
	static const char letters[] = "\"\\bfnrt", meant[] = "\"\\\b\f\n\r\t";
	const char *at;
	size_t i, from = 0;
	unsigned char c;

	bytes_addc(b, '"');
	for (i = 0; i < n; i++) {
		c = (unsigned char)s[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		bytes_add(b, s + from, i - from);
		from = i + 1;
		if ((at = memchr(meant, c, sizeof(meant) - 1)) != NULL)
			add_pair(b, '\\', letters[at - meant]);
		else
			bytes_printf(b, "\\u%04x", c);
	}
	bytes_add(b, s + from, n - from);
	bytes_addc(b, '"');
}

int
text_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c ||
	       (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* Is there any byte with which one begins?  Most text has none of the four. */
static int
may_have_control(const char *s, size_t n)
{
	return memchr(s, 0x7f, n) != NULL || memchr(s, 0xc2, n) != NULL ||
	       memchr(s, 0xd8, n) != NULL || memchr(s, 0xe2, n) != NULL;
}

void
text_json_visible(struct bytes *b, size_t from)
{
	struct bytes out = {0};
	size_t i, kept, step;
	uint32_t c;

	if (b->failed || b->len == from ||
	    !may_have_control(b->data + from, b->len - from))
		return;
	for (i = kept = from; i < b->len; i += step) {
		step = text_next(b->data + i, b->len - i, &c, NULL);
		/* Below 0x7f they stand between values, as blanks. */
		if (c < 0x7f || !text_is_control(c))
			continue;
		bytes_add(&out, b->data + kept, i - kept);
		bytes_printf(&out, "\\u%04x", c);
		kept = i + step;
	}
	if (kept > from) {
		bytes_add(&out, b->data + kept, b->len - kept);
		b->len = from;
		bytes_add(b, out.data, out.len);
		b->failed |= out.failed;
	}
	bytes_free(&out);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hex digits, or -1. */
static long
hex_four(const char *s, size_t n)
{
	long v = 0;
	size_t i;
	int d;

	if (n < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		if ((d = hex_digit(s[i])) == -1)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

static void
add_code_point(struct bytes *b, long c)
{
	if (c < 0x80) {
		bytes_addc(b, (char)c);
		return;
	}
	if (c < 0x800) {
		bytes_addc(b, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			bytes_addc(b, (char)(0xe0 | c >> 12));
		} else {
			bytes_addc(b, (char)(0xf0 | c >> 18));
			bytes_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		bytes_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	bytes_addc(b, (char)(0x80 | (c & 0x3f)));
}

/* One escape, s being what follows the backslash; bytes read, or 0. */
static size_t
unescape(struct bytes *b, const char *s, size_t n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	long c, low;

	if (n == 0 || s[0] == '\0')
		return 0;
	if ((at = strchr(from, s[0])) != NULL) {
		bytes_addc(b, to[at - from]);
		return 1;
	}
	if (s[0] != 'u' || (c = hex_four(s + 1, n - 1)) == -1)
		return 0;
	if (c < 0xd800 || c > 0xdfff) {
		add_code_point(b, c);
		return 5;
	}
	if (c > 0xdbff || n < 11 || s[5] != '\\' || s[6] != 'u' ||
	    (low = hex_four(s + 7, n - 7)) < 0xdc00 || low > 0xdfff) {
		add_code_point(b, 0xfffd);
		return 5;
	}
	add_code_point(b, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
	return 11;
}

size_t
text_unjson(struct bytes *b, const char *s, size_t n)
{
	size_t i = 0, from = 0, used;

	while (i < n && s[i] != '"') {
		if ((unsigned char)s[i] < 0x20)
			return 0;
		if (s[i] != '\\') {
			i++;
			continue;
		}
		bytes_add(b, s + from, i - from);
		if ((used = unescape(b, s + i + 1, n - i - 1)) == 0)
			return 0;
		i += 1 + used;
		from = i;
	}
	if (i == n)
		return 0;
	bytes_add(b, s + from, i - from);
	return i + 1;
}

void
text_base64(struct bytes *b, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned int v;
	char out[4];
	size_t i, left;

	for (i = 0; i < n; i += 3) {
		left = n - i;
		v = (unsigned int)p[i] << 16;
		v |= left > 1 ? (unsigned int)p[i + 1] << 8 : 0;
		v |= left > 2 ? p[i + 2] : 0;
		out[0] = base64_digits[v >> 18];
		out[1] = base64_digits[v >> 12 & 63];
		out[2] = left > 1 ? base64_digits[v >> 6 & 63] : '=';
		out[3] = left > 2 ? base64_digits[v & 63] : '=';
		bytes_add(b, out, 4);
	}
}

static int
base64_value(char c)
{
	const char *at;

	if (c == '\0' || (at = strchr(base64_digits, c)) == NULL)
		return -1;
	return (int)(at - base64_digits);
}

int
text_unbase64(struct bytes *b, const char *s, size_t n)
{
	size_t i, pad = 0, k;
	unsigned int v;
	int d;

	if (n % 4 != 0)
		return -1;
	if (n > 0 && s[n - 1] == '=')
		pad = s[n - 2] == '=' ? 2 : 1;
	for (i = 0; i < n; i += 4) {
		size_t digits = i + 4 == n ? 4 - pad : 4;

		v = 0;
		for (k = 0; k < 4; k++) {
			d = k < digits ? base64_value(s[i + k]) : 0;
			if (d == -1)
				return -1;
			v = v << 6 | (unsigned int)d;
		}
		for (k = 0; k < digits - 1; k++)
			bytes_addc(b, (char)(v >> (16 - 8 * k) & 0xff));
	}
	return 0;
}

void
text_logfmt(struct bytes *b, const char *s, size_t n)
{
	size_t i;
	int bare = n > 0;

	for (i = 0; i < n && bare; i++)
		bare = s[i] > ' ' && s[i] < 0x7f && s[i] != '"' &&
		       s[i] != '=' && s[i] != '\\';
	if (bare) {
		bytes_add(b, s, n);
		return;
	}
	bytes_addc(b, '"');
	for (i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			bytes_printf(b, "\\%c", s[i]);
		else if (s[i] < ' ' || s[i] >= 0x7f)
			bytes_printf(b, "\\x%02x", (unsigned char)s[i]);
		else
			bytes_addc(b, s[i]);
	}
	bytes_addc(b, '"');
}

size_t
text_distance(const char *a, const char *b)
{
	size_t row[32], n = strlen(b), i, j, left, above, best;

	if (n >= sizeof(row) / sizeof(row[0]))
		return n;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		left = row[0]++;
		for (j = 0; j < n; j++) {
			above = row[j + 1];
			best = left + (a[i] != b[j]);
			if (above + 1 < best)
				best = above + 1;
			if (row[j] + 1 < best)
				best = row[j] + 1;
			left = above;
			row[j + 1] = best;
		}
	}
	return row[n];
}

const char *
text_nearest(const char *word, const void *list, size_t size)
{
	const char *at, *name, *best = NULL;
	size_t d, least = 3;

	for (at = list;; at += size) {
		memcpy(&name, at, sizeof(name));
		if (name == NULL)
			return best;
		d = text_distance(word, name);
		if (d < least && d < strlen(name))
			least = d, best = name;
	}
}
