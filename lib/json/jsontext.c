/* jsontext: walk over JSON text in one pass; see jsontext.h. */
#include <string.h>

#include "base/text.h"
#include "json/jsontext.h"

size_t
jsontext_bom(const char *s, size_t n)
{
	return n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

void
jsontext_begin(struct jsontext *t, const char *s, size_t n)
{
	t->s = s + jsontext_bom(s, n);
	t->end = s + n;
}

static void
skip_blanks(struct jsontext *t)
{
	while (t->s < t->end && (*t->s == ' ' || *t->s == '\n' ||
				    *t->s == '\r' || *t->s == '\t'))
		t->s++;
}

/* The text is not what it should be: nothing more is to be had of it. */
static int
give_up(struct jsontext *t)
{
	t->s = t->end;
	return 0;
}

/*
 * Behind the string that begins here, its opening quote being next.  A quote
 * ends it unless an odd number of backslashes stands before.
 */
static inline void
skip_string(struct jsontext *t)
{
	const char *from = t->s + 1, *quote = from, *p;

	for (;; quote++) {
		quote = memchr(quote, '"', (size_t)(t->end - quote));
		if (quote == NULL) {
			t->s = t->end;
			return;
		}
		if (quote[-1] != '\\')
			break;
		for (p = quote; p > from && p[-1] == '\\';)
			p--;
		if ((quote - p) % 2 == 0)
			break;
	}
	t->s = quote + 1;
}

/* Behind the object or array that begins here. */
static void
skip_nested(struct jsontext *t)
{
	static const signed char deeper[256] = {
	    ['{'] = 1, ['['] = 1, ['}'] = -1, [']'] = -1};
	int64_t depth = 0;

	while (t->s < t->end) {
		if (*t->s == '"') {
			skip_string(t);
			continue;
		}
		depth += deeper[(unsigned char)*t->s++];
		if (depth == 0)
			return;
	}
}

int
jsontext_open(struct jsontext *t, char kind)
{
	skip_blanks(t);
	if (t->s == t->end || *t->s != kind)
		return 0;
	t->s++;
	return 1;
}

/* Past a comma, to the next thing in here; 0 at the end, which is left. */
static int
go_on(struct jsontext *t, char end)
{
	skip_blanks(t);
	if (t->s < t->end && *t->s == ',') {
		t->s++;
		skip_blanks(t);
	}
	if (t->s < t->end && *t->s == end) {
		t->s++;
		return 0;
	}
	return t->s < t->end;
}

int
jsontext_key(struct jsontext *t, struct jsontext_slice *key)
{
	if (!go_on(t, '}'))
		return 0;
	if (*t->s != '"')
		return give_up(t);
	key->s = t->s;
	skip_string(t);
	key->n = (size_t)(t->s - key->s);
	skip_blanks(t);
	if (t->s == t->end || *t->s != ':')
		return give_up(t);
	t->s++;
	return 1;
}

int
jsontext_element(struct jsontext *t)
{
	return go_on(t, ']');
}

void
jsontext_value(struct jsontext *t, struct jsontext_slice *value)
{
	skip_blanks(t);
	value->s = t->s;
	if (t->s < t->end && *t->s == '"')
		skip_string(t);
	else if (t->s < t->end && (*t->s == '{' || *t->s == '['))
		skip_nested(t);
	else
		while (t->s < t->end && *t->s != ',' && *t->s != '}' &&
		       *t->s != ']' && (unsigned char)*t->s > ' ')
			t->s++;
	value->n = (size_t)(t->s - value->s);
	if (value->n == 0)
		(void)give_up(t); /* or a loop would never end */
}

int
jsontext_string(const struct jsontext_slice *value, struct bytes *scratch,
    struct jsontext_slice *out)
{
	if (value->n < 2 || value->s[0] != '"')
		return 0;
	out->s = value->s + 1;
	out->n = value->n - 2;
	if (memchr(out->s, '\\', out->n) == NULL)
		return 1;
	scratch->len = 0; /* that there was no memory once stays known */
	if (text_unjson(scratch, out->s, out->n + 1) == 0)
		return 0;
	out->s = scratch->data;
	out->n = scratch->len;
	return 1;
}

int
jsontext_is(const struct jsontext_slice *value, const char *text, size_t n,
    struct bytes *scratch)
{
	struct jsontext_slice meant;

	if (value->n == n + 2 && value->s[0] == '"' &&
	    memcmp(value->s + 1, text, n) == 0)
		return 1;
	/* Only with escapes, which are longer than what they mean. */
	return value->n > n + 2 && memchr(value->s, '\\', value->n) != NULL &&
	       jsontext_string(value, scratch, &meant) && meant.n == n &&
	       memcmp(meant.s, text, n) == 0;
}

int
jsontext_is_plain(const char *text, const struct jsontext_member *m)
{
	const char *v = text + m->value;

	if (m->value_len == 0 || *v == '{' || *v == '[')
		return 0;
	return *v != '"' || !m->value_escaped;
}
