/*
 * A mail: whatever its texts are, all of it is ASCII in lines of 76, its header
 * has the lines that it is to have and no other, and what is read from it by
 * RFC 2047 and 2045 is what was written.
 */
#include "fuzz.h"

#include "base/text.h"
#include "markup/mime.h"

#define FROM "leads@example.org"

static int
hex_value(char c)
{
	return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* What is written for text in a header: control characters are blanks. */
static void
as_header(struct bytes *out, const char *s)
{
	size_t n = strlen(s), took;
	uint32_t cp;
	int valid;

	for (; n > 0; s += took, n -= took) {
		took = text_next(s, n, &cp, &valid);
		if (!valid)
			bytes_adds(out, "\xef\xbf\xbd");
		else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0) ||
			 cp == 0x2028 || cp == 0x2029)
			bytes_addc(out, ' ');
		else
			bytes_add(out, s, took);
	}
}

/* An encoded word at s; where it ends, or NULL when there is none. */
static const char *
decode_word(struct bytes *out, const char *s, const char *end)
{
	static const char begin[] = "=?UTF-8?Q?";
	const char *start = s;
	size_t from = out->len;

	if ((size_t)(end - s) < strlen(begin) ||
	    memcmp(s, begin, strlen(begin)) != 0)
		return NULL;
	for (s += strlen(begin); s < end && *s != '?'; s++) {
		if (*s == '=') {
			HOLDS(end - s > 2);
			bytes_addc(out,
			    (char)(hex_value(s[1]) * 16 + hex_value(s[2])));
			s += 2;
		} else {
			bytes_addc(out, *s == '_' ? ' ' : *s);
		}
	}
	HOLDS(end - s >= 2 && s[1] == '=');
	HOLDS(s + 2 - start <= 75);
	/* No character is cut in two. */
	HOLDS(text_is_utf8(out->data + from, out->len - from));
	return s + 2;
}

/* The value of a header: blanks between two encoded words are none. */
static void
decode_header(struct bytes *out, const char *s, const char *end)
{
	const char *next, *word;

	while (s < end) {
		if ((next = decode_word(out, s, end)) == NULL) {
			if (*s != '\n')
				bytes_addc(out, *s);
			s++;
			continue;
		}
		s = next;
		word = s + (end - s >= 2 && memcmp(s, "\n ", 2) == 0) * 2;
		if (end - word >= 2 && memcmp(word, "=?", 2) == 0)
			s = word;
	}
}

/* The header of that name begins at s; behind it and its further lines. */
static const char *
take_header(struct bytes *value, const char *s, const char *name)
{
	const char *end = s;

	HOLDS(strncmp(s, name, strlen(name)) == 0);
	do
		HOLDS((end = strchr(end + 1, '\n')) != NULL);
	while (end[1] == ' ');
	bytes_reset(value);
	s += strlen(name);
	decode_header(value, s + (*s == ' '), end);
	return end + 1;
}

/* A part begins at s; what it is as text. */
static const char *
take_part(struct bytes *content, const char *s, const char *type)
{
	char begin[160];

	(void)snprintf(begin, sizeof(begin),
	    "\n--=_id\nContent-Type: %s; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n",
	    type);
	HOLDS(strncmp(s, begin, strlen(begin)) == 0);
	bytes_reset(content);
	for (s += strlen(begin); strncmp(s, "\n--=_", 5) != 0; s++) {
		HOLDS(*s != '\0');
		if (*s != '=') {
			bytes_addc(content, *s);
		} else if (s[1] == '\n') {
			s++;
		} else {
			HOLDS(strchr("0123456789ABCDEF", s[1]) != NULL);
			HOLDS(strchr("0123456789ABCDEF", s[2]) != NULL);
			bytes_addc(content,
			    (char)(hex_value(s[1]) * 16 + hex_value(s[2])));
			s += 2;
		}
	}
	return s;
}

/* What each line is to be, whatever is in it. */
static void
check_lines(const struct bytes *mail)
{
	const char *s = mail->data, *end;
	size_t i;

	for (; *s != '\0'; s = end + 1) {
		HOLDS((end = strchr(s, '\n')) != NULL);
		HOLDS(end - s <= 76);
		HOLDS(*s != '.' && strncmp(s, "From ", 5) != 0);
		HOLDS(end == s || (end[-1] != ' ' && end[-1] != '\t'));
	}
	for (i = 0; i + 1 < mail->len; i++)
		HOLDS(mail->data[i] == '\n' || mail->data[i] == '\t' ||
		      (mail->data[i] >= ' ' && mail->data[i] <= '~'));
}

static void
check_mail(const struct bytes *mail, const struct mime_mail *m)
{
	struct bytes got = {0}, want = {0};
	const char *s = mail->data;

	as_header(&want, m->from_name);
	bytes_adds(&want, want.len > 0 ? " <" FROM ">" : "<" FROM ">");
	s = take_header(&got, s, "From:");
	HOLDS(same(got.data, got.len, want.data, want.len));
	s = take_header(&got, s, "To:");
	bytes_reset(&want);
	as_header(&want, m->subject);
	s = take_header(&got, s, "Subject:");
	HOLDS(same(got.data, got.len, want.data, want.len));
	s = take_header(&got, s, "Date:");
	s = take_header(&got, s, "Message-ID:");
	s = take_header(&got, s, "Auto-Submitted:");
	s = take_header(&got, s, "MIME-Version:");
	s = take_header(&got, s, "Content-Type: multipart/alternative;");
	s = take_part(&got, s, "text/plain");
	HOLDS(same(got.data, got.len, m->text->data, m->text->len));
	s = take_part(&got, s, "text/html");
	HOLDS(same(got.data, got.len, m->html->data, m->html->len));
	HOLDS(strcmp(s, "\n--=_id--\n") == 0);
	bytes_free(&got);
	bytes_free(&want);
}

/* What stands before the next 0xff goes to b. */
static void
take_text(struct bytes *b, struct input *in)
{
	unsigned c;

	while (in->n > 0 && (c = take_byte(in)) != 0xff)
		bytes_addc(b, (char)c);
}

static void
check_address(const char *s)
{
	const char *p;

	if (!mime_is_address(s))
		return;
	HOLDS(strlen(s) < MIME_ADDRESS_SIZE && *s != '-');
	HOLDS(strchr(s, '@') != NULL && strchr(s, '@') == strrchr(s, '@'));
	for (p = s; *p != '\0'; p++)
		HOLDS(*p > ' ' && *p <= '~' &&
		      strchr("\"(),:;<>[\\]", *p) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const to[] = {"anna@example.org", "bert@b.example"};
	struct input in = {data, n};
	struct bytes subject = {0}, name = {0}, text = {0}, html = {0};
	struct bytes mail = {0};
	struct mime_mail m = {
	    .from = FROM, .to = to, .nto = 2, .id = "id", .date = 0};

	take_text(&subject, &in);
	take_text(&name, &in);
	take_text(&text, &in);
	take_text(&html, &in);
	bytes_addc(&subject, '\0');
	bytes_addc(&name, '\0');
	m.subject = subject.data;
	m.from_name = name.data;
	m.text = &text;
	m.html = &html;
	mime_write(&mail, &m);
	bytes_addc(&mail, '\0');
	HOLDS(!mail.failed && strlen(mail.data) + 1 == mail.len);
	check_lines(&mail);
	check_mail(&mail, &m);
	check_address(subject.data);
	bytes_free(&subject);
	bytes_free(&name);
	bytes_free(&text);
	bytes_free(&html);
	bytes_free(&mail);
	return 0;
}
