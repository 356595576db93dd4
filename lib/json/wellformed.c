/* wellformed: a walk over JSON text that checks it; see wellformed.h. */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "json/scan.h"
#include "json/wellformed.h"

/*
 * The functions below take the place where they begin, and return the place
 * behind what they have taken, or NULL when the text there is something else.
 * Only the header's functions write it to w->s, and what finds that there is
 * nothing more.
 */

static inline const char *
skip_blanks(const char *s, const char *end)
{
	/* Mostly there is none or one. */
	if (s < end && (unsigned char)*s <= ' ') {
		if (*s == ' ')
			s++;
		if (s < end && (unsigned char)*s <= ' ')
			s = scan_blanks(s, end);
	}
	return s;
}

/* There is nothing more to be had of the text. */
static const char *
fail(struct wellformed *w)
{
	if (w->verdict == WELLFORMED_JSON)
		w->verdict = WELLFORMED_BROKEN;
	w->s = w->end;
	w->levels = 0;
	return NULL;
}

void
wellformed_begin(struct wellformed *w, const char *s, size_t n)
{
	w->text = s;
	w->s = s + jsontext_bom(s, n);
	w->end = s + n;
	w->verdict = WELLFORMED_JSON;
	w->fresh = 0;
	w->escaped = 0;
	w->levels = 0;
}

static int
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* What follows a backslash. */
static const char *
take_escape(const struct wellformed *w, const char *s)
{
	if (s == w->end)
		return NULL;
	if (*s != 'u')
		return *s != '\0' && strchr("\"\\/bfnrt", *s) != NULL ? s + 1
		                                                      : NULL;
	if (w->end - s < 5 || !is_hex(s[1]) || !is_hex(s[2]) || !is_hex(s[3]) ||
	    !is_hex(s[4]))
		return NULL;
	return s + 5;
}

/* A string with escapes, or with more than ASCII, from behind its first quote.
 */
static const char *
take_any_string(struct wellformed *w, const char *s)
{
	const char *from;
	unsigned beyond;

	for (;;) {
		from = s;
		beyond = 0;
		s = scan_string(from, w->end, &beyond);
		if (s == w->end || (unsigned char)*s < ' ' ||
		    (beyond && !text_is_utf8(from, (size_t)(s - from))))
			return NULL;
		if (*s++ == '"')
			return s;
		w->escaped = 1;
		if ((s = take_escape(w, s)) == NULL)
			return NULL;
	}
}

/* A string, from behind its first quote to behind its last. */
static inline const char *
take_string(struct wellformed *w, const char *s)
{
	unsigned beyond = 0;
	const char *stop = scan_string(s, w->end, &beyond);

	w->escaped = 0;
	if (stop == w->end || *stop != '"' || beyond)
		return take_any_string(w, s);
	return stop + 1;
}

static const char *
skip_digits(const char *s, const char *end)
{
	while (s < end && *s >= '0' && *s <= '9')
		s++;
	return s;
}

static const char *
take_number(const struct wellformed *w, const char *s)
{
	const char *from, *digits, *end = w->end;

	from = s += *s == '-';
	s = skip_digits(s, end);
	if (s == from || (*from == '0' && s - from > 1))
		return NULL;
	if (s < end && *s == '.') {
		digits = ++s;
		if ((s = skip_digits(s, end)) == digits)
			return NULL;
	}
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		digits = s += s < end && (*s == '+' || *s == '-');
		if ((s = skip_digits(s, end)) == digits)
			return NULL;
	}
	return s;
}

static const char *
take_word(const struct wellformed *w, const char *s, const char *word, size_t n)
{
	return (size_t)(w->end - s) >= n && memcmp(s, word, n) == 0 ? s + n
	                                                            : NULL;
}

/* A value that is no object and no array. */
static const char *
take_scalar(struct wellformed *w, const char *s)
{
	if (s == w->end)
		return NULL;
	switch (*s) {
	case '"':
		return take_string(w, s + 1);
	case 't':
		return take_word(w, s, "true", 4);
	case 'f':
		return take_word(w, s, "false", 5);
	case 'n':
		return take_word(w, s, "null", 4);
	default:
		return take_number(w, s);
	}
}

int
wellformed_open(struct wellformed *w, char kind)
{
	const char *s = skip_blanks(w->s, w->end);
	unsigned char *byte, bit;

	if (s == w->end || *s != kind)
		return 0;
	if (w->levels == WELLFORMED_LEVELS) {
		w->verdict = WELLFORMED_TOO_DEEP;
		(void)fail(w);
		return 0;
	}
	w->s = s + 1;
	w->fresh = 1;
	byte = &w->objects[w->levels / 8];
	bit = (unsigned char)(1u << w->levels++ % 8);
	*byte = (unsigned char)(kind == '{' ? *byte | bit : *byte & ~bit);
	return 1;
}

/* To what is next in here; none at the end of it, which is left behind. */
static inline const char *
go_on(struct wellformed *w, const char *s, char closer)
{
	s = skip_blanks(s, w->end);
	if (s == w->end)
		return fail(w);
	if (*s == closer) {
		w->s = s + 1;
		w->fresh = 0;
		w->levels--;
		return NULL;
	}
	if (w->fresh) {
		w->fresh = 0;
		return s;
	}
	if (*s != ',')
		return fail(w);
	s = skip_blanks(s + 1, w->end);
	return s < w->end ? s : fail(w);
}

static inline const char *
take_key(struct wellformed *w, const char *s, struct jsontext_slice *key)
{
	if ((s = go_on(w, s, '}')) == NULL)
		return NULL;
	key->s = s;
	if (*s != '"' || (s = take_string(w, s + 1)) == NULL)
		return fail(w);
	key->n = (size_t)(s - key->s);
	s = skip_blanks(s, w->end);
	return s < w->end && *s == ':' ? s + 1 : fail(w);
}

int
wellformed_key(struct wellformed *w, struct jsontext_slice *key)
{
	const char *s = take_key(w, w->s, key);

	if (s != NULL)
		w->s = s;
	return s != NULL;
}

int
wellformed_element(struct wellformed *w)
{
	const char *s = go_on(w, w->s, ']');

	if (s != NULL)
		w->s = s;
	return s != NULL;
}

/* Is it an object that we are in? */
static int
in_object(const struct wellformed *w)
{
	int level = w->levels - 1;

	return w->objects[level / 8] >> level % 8 & 1;
}

/* The object or array that begins here, with all that is in it. */
static const char *
take_nested(struct wellformed *w, const char *s)
{
	struct jsontext_slice key;
	int outside = w->levels;

	w->s = s;
	(void)wellformed_open(w, *s);
	while (w->levels > outside) {
		if (in_object(w) ? !wellformed_key(w, &key)
				 : !wellformed_element(w))
			continue;
		if (wellformed_open(w, '{') || wellformed_open(w, '['))
			continue;
		s = take_scalar(w, skip_blanks(w->s, w->end));
		if (s != NULL)
			w->s = s;
		else
			(void)fail(w);
	}
	return w->verdict == WELLFORMED_JSON ? w->s : NULL;
}

static inline const char *
take_value(struct wellformed *w, const char *s, struct jsontext_slice *value)
{
	s = skip_blanks(s, w->end);
	value->s = s;
	s = s < w->end && (*s == '{' || *s == '[') ? take_nested(w, s)
	                                           : take_scalar(w, s);
	value->n = s == NULL ? 0 : (size_t)(s - value->s);
	return s != NULL ? s : fail(w);
}

void
wellformed_value(struct wellformed *w, struct jsontext_slice *value)
{
	const char *s = take_value(w, w->s, value);

	if (s != NULL)
		w->s = s;
}

int
wellformed_members(struct wellformed *w, struct bytes *out)
{
	struct jsontext_slice key, value;
	struct jsontext_member m;
	const char *s;

	if (!wellformed_open(w, '{'))
		return 0;
	if (w->end - w->text > JSONTEXT_MAX) {
		(void)fail(w);
		return 1;
	}
	for (s = w->s; s != NULL && (s = take_key(w, s, &key)) != NULL;) {
		m.key = (uint32_t)(key.s - w->text);
		m.key_len = (uint32_t)key.n & JSONTEXT_MAX;
		m.key_escaped = w->escaped != 0;
		s = take_value(w, s, &value);
		m.value = (uint32_t)(value.s - w->text);
		m.value_len = (uint32_t)value.n & JSONTEXT_MAX;
		m.value_escaped = w->escaped != 0;
		bytes_add(out, &m, sizeof(m));
	}
	return 1;
}

enum wellformed_verdict
wellformed_end(struct wellformed *w)
{
	w->s = skip_blanks(w->s, w->end);
	if (w->s != w->end || w->levels > 0)
		(void)fail(w);
	return w->verdict;
}
