/* wellformed: a walk over JSON text that checks it; see wellformed.h. */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "json/scan.h"
#include "json/wellformed.h"

#define DIGITS_MAX   18  /* of an integer that fits 64 bits */
#define EXPONENT_MAX 2   /* digits; in a number of ... */
#define NUMBER_MAX   100 /* ... bytes a double holds it */

static inline void
skip_blanks(struct wellformed *w)
{
	/* Mostly there is none or one. */
	if (w->s < w->end && (unsigned char)*w->s <= ' ') {
		if (*w->s == ' ')
			w->s++;
		if (w->s < w->end && (unsigned char)*w->s <= ' ')
			w->s = scan_blanks(w->s, w->end);
	}
}

/* There is nothing more to be had of the text. */
static int
fail(struct wellformed *w)
{
	w->verdict = WELLFORMED_BROKEN;
	w->s = w->end;
	w->levels = 0;
	return 0;
}

static void
is_rare(struct wellformed *w)
{
	if (w->verdict == WELLFORMED_JSON)
		w->verdict = WELLFORMED_RARE;
}

void
wellformed_begin(struct wellformed *w, const char *s, size_t n)
{
	w->s = s;
	w->end = s + n;
	w->verdict = WELLFORMED_JSON;
	w->fresh = 0;
	w->escaped = 0;
	w->levels = 0;
	w->nkeys = 0;
}

/* The four hex digits that are next; -1 where they aren't there. */
static long
take_hex(struct wellformed *w)
{
	long v = 0;
	int i, digit;

	if (w->end - w->s < 4)
		return -1;
	for (i = 0; i < 4; i++, w->s++) {
		digit = *w->s >= '0' && *w->s <= '9'   ? *w->s - '0'
		        : *w->s >= 'a' && *w->s <= 'f' ? *w->s - 'a' + 10
		        : *w->s >= 'A' && *w->s <= 'F' ? *w->s - 'A' + 10
		                                       : -1;
		if (digit == -1)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* What follows a backslash. */
static int
take_escape(struct wellformed *w)
{
	long v;

	if (w->s == w->end)
		return 0;
	if (*w->s != 'u')
		return *w->s != '\0' && strchr("\"\\/bfnrt", *w->s++) != NULL;
	w->s++;
	v = take_hex(w);
	if (v >= 0xd800 && v <= 0xdbff && w->end - w->s >= 2 &&
	    w->s[0] == '\\' && w->s[1] == 'u') {
		w->s += 2;
		v = take_hex(w);
		if (v < 0xdc00 || v > 0xdfff)
			is_rare(w);
	} else if (v >= 0xd800 && v <= 0xdfff) {
		is_rare(w);
	}
	return v != -1;
}

/* A string with escapes, or with more than ASCII, from behind its first quote.
 */
static int
take_any_string(struct wellformed *w)
{
	const char *from;
	unsigned beyond;

	for (;;) {
		from = w->s;
		beyond = 0;
		w->s = scan_string(from, w->end, &beyond);
		if (w->s == w->end || (unsigned char)*w->s < ' ' ||
		    (beyond && !text_is_utf8(from, (size_t)(w->s - from))))
			return 0;
		if (*w->s++ == '"')
			return 1;
		w->escaped = 1;
		if (!take_escape(w))
			return 0;
	}
}

/* A string, from behind its first quote to behind its last. */
static inline int
take_string(struct wellformed *w)
{
	unsigned beyond = 0;
	const char *stop = scan_string(w->s, w->end, &beyond);

	w->escaped = 0;
	if (stop == w->end || *stop != '"' || beyond)
		return take_any_string(w);
	w->s = stop + 1;
	return 1;
}

static size_t
take_digits(struct wellformed *w)
{
	const char *from = w->s;

	while (w->s < w->end && *w->s >= '0' && *w->s <= '9')
		w->s++;
	return (size_t)(w->s - from);
}

static int
take_number(struct wellformed *w)
{
	size_t digits, exponent = 0;
	int is_integer = 1;
	const char *from;

	if (*w->s == '-')
		w->s++;
	from = w->s;
	digits = take_digits(w);
	if (digits == 0 || (*from == '0' && digits > 1))
		return 0;
	if (w->s < w->end && *w->s == '.') {
		is_integer = 0;
		w->s++;
		if (take_digits(w) == 0)
			return 0;
	}
	if (w->s < w->end && (*w->s == 'e' || *w->s == 'E')) {
		is_integer = 0;
		w->s++;
		if (w->s < w->end && (*w->s == '+' || *w->s == '-'))
			w->s++;
		if ((exponent = take_digits(w)) == 0)
			return 0;
	}
	if (is_integer ? digits > DIGITS_MAX
		       : exponent > EXPONENT_MAX || w->s - from > NUMBER_MAX)
		is_rare(w);
	return 1;
}

static int
take_word(struct wellformed *w, const char *word, size_t n)
{
	if ((size_t)(w->end - w->s) < n || memcmp(w->s, word, n) != 0)
		return 0;
	w->s += n;
	return 1;
}

/* A value that is no object and no array. */
static int
take_scalar(struct wellformed *w)
{
	if (w->s == w->end)
		return 0;
	switch (*w->s) {
	case '"':
		w->s++;
		return take_string(w);
	case 't':
		return take_word(w, "true", 4);
	case 'f':
		return take_word(w, "false", 5);
	case 'n':
		return take_word(w, "null", 4);
	default:
		return take_number(w);
	}
}

int
wellformed_open(struct wellformed *w, char kind)
{
	skip_blanks(w);
	if (w->s == w->end || *w->s != kind)
		return 0;
	if (w->levels == WELLFORMED_LEVELS)
		return fail(w);
	w->s++;
	w->fresh = 1;
	if (w->levels < WELLFORMED_TRACKED) {
		w->first[w->levels] = w->nkeys;
		w->seen[w->levels] = 0;
	}
	w->closers[w->levels++] = kind == '{' ? '}' : ']';
	return 1;
}

/* To what is next in here; 0 at the end of it, which is left behind. */
static inline int
go_on(struct wellformed *w, char closer)
{
	skip_blanks(w);
	if (w->s == w->end)
		return fail(w);
	if (*w->s == closer) {
		w->s++;
		w->fresh = 0;
		if (--w->levels < WELLFORMED_TRACKED)
			w->nkeys = w->first[w->levels];
		return 0;
	}
	if (w->fresh) {
		w->fresh = 0;
		return 1;
	}
	if (*w->s != ',')
		return fail(w);
	w->s++;
	skip_blanks(w);
	return w->s < w->end ? 1 : fail(w);
}

/* Is it another one than those of its object before? */
static void
compare_key(struct wellformed *w, const struct jsontext_slice *key)
{
	const char *s = key->s + 1;
	size_t n = key->n - 2, i;
	int level = w->levels - 1;
	uint64_t bit;

	if (w->escaped || level >= WELLFORMED_TRACKED ||
	    w->nkeys == WELLFORMED_KEYS) {
		is_rare(w);
		return;
	}
	/* Keys of different bits differ, and most have one of their own. */
	bit = UINT64_C(1) << (n == 0 ? 0
				     : (n + (unsigned char)s[0] +
					   (unsigned char)s[n / 2] +
					   17u * (unsigned char)s[n - 1]) %
					   64);
	for (i = w->seen[level] & bit ? w->first[level] : w->nkeys;
	     i < w->nkeys; i++)
		if (w->keys[i].n == n && memcmp(w->keys[i].s, s, n) == 0)
			is_rare(w);
	w->seen[level] |= bit;
	w->keys[w->nkeys].s = s;
	w->keys[w->nkeys++].n = n;
}

int
wellformed_key(struct wellformed *w, struct jsontext_slice *key)
{
	if (!go_on(w, '}'))
		return 0;
	key->s = w->s;
	if (*w->s++ != '"' || !take_string(w))
		return fail(w);
	key->n = (size_t)(w->s - key->s);
	compare_key(w, key);
	skip_blanks(w);
	if (w->s == w->end || *w->s++ != ':')
		return fail(w);
	return 1;
}

int
wellformed_element(struct wellformed *w)
{
	return go_on(w, ']');
}

/* The object or array that is next, with all that is in it. */
static void
take_nested(struct wellformed *w)
{
	struct jsontext_slice key;
	int outside = w->levels;

	(void)wellformed_open(w, *w->s);
	while (w->levels > outside) {
		if (w->closers[w->levels - 1] == '}' ? !wellformed_key(w, &key)
						     : !wellformed_element(w))
			continue;
		if (!wellformed_open(w, '{') && !wellformed_open(w, '[') &&
		    !take_scalar(w))
			(void)fail(w);
	}
}

void
wellformed_value(struct wellformed *w, struct jsontext_slice *value)
{
	skip_blanks(w);
	value->s = w->s;
	if (w->s < w->end && (*w->s == '{' || *w->s == '['))
		take_nested(w);
	else if (!take_scalar(w))
		(void)fail(w);
	value->n =
	    w->verdict == WELLFORMED_BROKEN ? 0 : (size_t)(w->s - value->s);
}

int
wellformed_members(struct wellformed *w, struct bytes *out)
{
	struct jsontext_member m;

	if (!wellformed_open(w, '{'))
		return 0;
	while (wellformed_key(w, &m.key)) {
		m.key_escaped = w->escaped != 0;
		wellformed_value(w, &m.value);
		m.value_escaped = w->escaped != 0;
		bytes_add(out, &m, sizeof(m));
	}
	return 1;
}

enum wellformed_verdict
wellformed_end(struct wellformed *w)
{
	skip_blanks(w);
	if (w->s != w->end || w->levels > 0)
		(void)fail(w);
	return w->verdict;
}
