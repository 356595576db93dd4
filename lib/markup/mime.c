/* mime: a mail of two parts; see mime.h. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utc.h"
#include "markup/mime.h"

/* So long a line may be. */
#define WIDTH 76

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

/* What a word of a dot-string is made of (RFC 5322 section 3.2.3). */
#define ATEXT LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~"

/* What an encoded word may have as it is (RFC 2047 section 5, 3). */
#define QTEXT LETTERS DIGITS "!*+-/"

static const char hex[] = "0123456789ABCDEF";

static void
add_escape(struct bytes *b, unsigned char c)
{
	bytes_addc(b, '=');
	bytes_addc(b, hex[c >> 4]);
	bytes_addc(b, hex[c & 15]);
}

/* How many characters the last line has so far. */
static size_t
column(const struct bytes *b)
{
	const char *end = b->len == 0 ? NULL : memrchr(b->data, '\n', b->len);

	return end == NULL ? b->len : b->len - (size_t)(end + 1 - b->data);
}

/* A blank, or a new line that goes on with the header, as n more are to come.
 */
static void
fold(struct bytes *b, size_t n)
{
	bytes_adds(b, column(b) + 1 + n > WIDTH ? "\n " : " ");
}

/*
 * The next character of a text, of n bytes, as an encoded word has it; returns
 * how many bytes it was.
 */
static size_t
encode(struct bytes *b, const char *s, size_t n)
{
	uint32_t cp;
	int valid;
	size_t i, took = text_next(s, n, &cp, &valid);

	if (!valid) {
		s = "\xef\xbf\xbd";
		n = 3;
	} else {
		n = took;
	}
	if (cp < ' ' || (cp >= 0x7f && cp < 0xa0) || cp == ' ' ||
	    cp == 0x2028 || cp == 0x2029)
		bytes_addc(b, '_'); /* which is a blank there */
	else
		for (i = 0; i < n; i++)
			if (strchr(QTEXT, s[i]) != NULL)
				bytes_addc(b, s[i]);
			else
				add_escape(b, (unsigned char)s[i]);
	return took;
}

/* Text as encoded words, a line each; none ends within a character. */
static void
add_encoded(struct bytes *b, const char *s)
{
	static const char begin[] = "=?UTF-8?Q?", end[] = "?=";
	struct bytes one = {0};
	size_t n = strlen(s), took;

	bytes_adds(b, begin);
	for (; n > 0; s += took, n -= took) {
		bytes_reset(&one);
		took = encode(&one, s, n);
		if (column(b) + one.len + strlen(end) > WIDTH)
			bytes_printf(b, "%s\n %s", end, begin);
		bytes_add(b, one.data, one.len);
		b->failed |= one.failed;
	}
	bytes_adds(b, end);
	bytes_free(&one);
}

/* Text that a header can have as it is: where it is a phrase, bare words. */
static int
is_plain(const struct bytes *b, const char *s, int phrase)
{
	size_t n = strlen(s);
	const char *p;

	for (p = s; *p != '\0'; p++)
		if (*p < ' ' || *p > '~' ||
		    (phrase && *p != ' ' && strchr(ATEXT, *p) == NULL))
			return 0;
	return n == 0 || (s[0] != ' ' && s[n - 1] != ' ' &&
			     strstr(s, "=?") == NULL && column(b) + n <= WIDTH);
}

static void
add_text(struct bytes *b, const char *s, int phrase)
{
	if (is_plain(b, s, phrase))
		bytes_adds(b, s);
	else
		add_encoded(b, s);
}

static void
add_addresses(struct bytes *b, const struct mime_mail *m)
{
	size_t i;

	bytes_adds(b, "From:");
	if (m->from_name[0] != '\0') {
		bytes_addc(b, ' ');
		add_text(b, m->from_name, 1);
	}
	fold(b, strlen(m->from) + 2);
	bytes_printf(b, "<%s>\nTo:", m->from);
	for (i = 0; i < m->nto; i++) {
		fold(b, strlen(m->to[i]) + 1);
		bytes_printf(b, "%s%s", m->to[i], i + 1 < m->nto ? "," : "");
	}
	bytes_addc(b, '\n');
}

/* Tue, 01 Dec 2026 07:00:00 +0100 (RFC 5322 section 3.3). */
static void
add_date(struct bytes *b, int64_t date)
{
	static const char days[] = "ThuFriSatSunMonTueWed"; /* from 1970 on */
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char local[UTC_LOCAL_SIZE], iso[UTC_ISO_SIZE], day[UTC_DAY_SIZE];
	int64_t there = date;
	int number, month, minutes;

	utc_local(date, local);
	utc_day(date, day);
	if ((number = utc_day_number(day)) == -1)
		return;
	(void)snprintf(
	    iso, sizeof(iso), "%.10sT%.8s.000000Z", local, local + 11);
	if (utc_parse(iso, strlen(iso), &there) == -1)
		return;
	minutes =
	    (int)((there - date / UTC_SECOND * UTC_SECOND) / (60 * UTC_SECOND));
	month = (local[5] - '0') * 10 + local[6] - '0' - 1;
	bytes_printf(b, "Date: %.3s, %.2s %.3s %.4s %.8s %c%02d%02d\n",
	    days + number % 7 * 3, local + 8, months + month * 3, local,
	    local + 11, minutes < 0 ? '-' : '+',
	    (minutes < 0 ? -minutes : minutes) / 60,
	    (minutes < 0 ? -minutes : minutes) % 60);
}

/*
 * Must the byte at s, of n more in its line, be escaped (RFC 2045 section 6.7)?
 * At the start of a line of the mail also what some program on the way takes
 * for the end of the mail, or for the start of another.
 */
static int
needs_escape(const char *s, size_t n, int first)
{
	if (*s == ' ' || *s == '\t')
		return n == 1;
	if (*s <= ' ' || *s > '~' || *s == '=')
		return 1;
	return first && (*s == '.' || (n >= 5 && memcmp(s, "From ", 5) == 0));
}

/* A line, without its end, as quoted-printable. */
static void
add_quoted(struct bytes *b, const char *s, size_t n)
{
	size_t used = 0, width;
	int escape;

	for (; n > 0; s++, n--, used += width) {
		escape = needs_escape(s, n, used == 0);
		width = escape ? 3 : 1;
		/* The last of all needs no room for the = behind it. */
		if (used + width + (n > 1) > WIDTH) {
			bytes_adds(b, "=\n");
			used = 0;
			escape = needs_escape(s, n, 1);
			width = escape ? 3 : 1;
		}
		if (escape)
			add_escape(b, (unsigned char)*s);
		else
			bytes_addc(b, *s);
	}
}

static void
add_part(struct bytes *b, const struct mime_mail *m, const char *type,
    const struct bytes *content)
{
	const char *s = content->data, *end;
	size_t n = content->len;

	bytes_printf(b,
	    "\n--=_%s\n"
	    "Content-Type: %s; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n",
	    m->id, type);
	for (; n > 0 && (end = memchr(s, '\n', n)) != NULL; s = end + 1) {
		add_quoted(b, s, (size_t)(end - s));
		bytes_addc(b, '\n');
		n -= (size_t)(end + 1 - s);
	}
	add_quoted(b, s, n);
	b->failed |= content->failed;
}

void
mime_write(struct bytes *b, const struct mime_mail *m)
{
	const char *domain = strrchr(m->from, '@');

	add_addresses(b, m);
	bytes_adds(b, m->subject[0] == '\0' ? "Subject:" : "Subject: ");
	add_text(b, m->subject, 0);
	bytes_addc(b, '\n');
	add_date(b, m->date);
	bytes_adds(b, "Message-ID:");
	fold(b, strlen(m->id) + 2 + strlen(domain == NULL ? "" : domain));
	bytes_printf(b, "<%s%s>\n", m->id, domain == NULL ? "" : domain);
	/* No quoted-printable has "=_" in it: it is in neither part. */
	bytes_printf(b,
	    "Auto-Submitted: auto-generated\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: multipart/alternative;\n"
	    " boundary=\"=_%s\"\n",
	    m->id);
	add_part(b, m, "text/plain", m->text);
	add_part(b, m, "text/html", m->html);
	bytes_printf(b, "\n--=_%s--\n", m->id);
}

/* A word of n characters of that kind. */
static int
is_word(const char *s, size_t n, const char *of, size_t most)
{
	return n > 0 && n <= most && strspn(s, of) >= n;
}

static int
is_domain(const char *s)
{
	size_t n;

	for (;; s += n + 1) {
		n = strcspn(s, ".");
		if (!is_word(s, n, LETTERS DIGITS "-", 63) || s[0] == '-' ||
		    s[n - 1] == '-')
			return 0;
		if (s[n] == '\0')
			return 1;
	}
}

int
mime_is_address(const char *s)
{
	size_t n;

	if (strlen(s) >= MIME_ADDRESS_SIZE || strcspn(s, "@") > 64 ||
	    strchr("-/|", s[0]) != NULL)
		return 0;
	for (;; s += n + 1) {
		n = strcspn(s, ".@");
		if (!is_word(s, n, ATEXT, 64) || s[n] == '\0')
			return 0;
		if (s[n] == '@')
			return is_domain(s + n + 1);
	}
}
