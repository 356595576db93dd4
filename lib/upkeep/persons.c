/* persons: persons taken out of a delivery's body; see persons.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/compact.h"
#include "json/jsontext.h"
#include "upkeep/persons.h"

/* What no writer of JSON has a reason to escape. */
static int
is_plain(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("-_.:", c));
}

static void
set_person(struct person *p, const char *urn, size_t n)
{
	size_t i, from = 0;

	memset(p, 0, sizeof(*p));
	p->urn = urn;
	p->len = n;
	for (i = 0; i <= n; i++) {
		if (i < n && is_plain(urn[i]))
			continue;
		if (i - from > p->mark_len) {
			p->mark = urn + from;
			p->mark_len = i - from;
		}
		from = i + 1;
	}
}

int
persons_read(struct persons *all, const struct bytes *urns, struct fault *f)
{
	const char *line = urns->data, *end = line + urns->len, *next;
	size_t i, n = 0;

	for (i = 0; i < urns->len; i++)
		n += urns->data[i] == '\n';
	if ((all->list = calloc(n + 1, sizeof(*all->list))) == NULL)
		return fault_memory(f);
	for (; n > 0 && line < end; line = next + 1) {
		if ((next = memchr(line, '\n', (size_t)(end - line))) == NULL)
			break;
		if (next > line)
			set_person(
			    &all->list[all->n++], line, (size_t)(next - line));
	}
	return 0;
}

int
persons_have(const struct persons *all, const char *urn, size_t n)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->list[i].len == n &&
		    memcmp(all->list[i].urn, urn, n) == 0)
			return 1;
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Is a letter or digit written as an escape, as only a strange writer does? */
static int
hides_plain(const char *s, size_t n)
{
	static const char escape[] = "\\u00";
	const char *end = s + n;
	int high, low;

	while ((s = memmem(s, (size_t)(end - s), escape, 4)) != NULL) {
		s += 4;
		if (end - s < 2)
			return 0;
		high = hex_digit(s[0]);
		low = hex_digit(s[1]);
		if (high >= 0 && low >= 0 && is_plain((char)(high * 16 + low)))
			return 1;
	}
	return 0;
}

int
persons_may_stand(const struct persons *all, const char *s, size_t n)
{
	static const char hidden[] = ",\"base64\":\"";
	const struct person *p;
	size_t i;

	if (n == 0)
		return 0;
	for (i = 0; i < all->n; i++) {
		p = &all->list[i];
		/* Of nothing but odd bytes: it may be anywhere. */
		if (p->mark_len == 0 ||
		    memmem(s, n, p->mark, p->mark_len) != NULL)
			return 1;
	}
	return all->n > 0 &&
	       (hides_plain(s, n) ||
		   memmem(s, n, hidden, sizeof(hidden) - 1) != NULL);
}

/* Is it one of the urns: a string, or a number's digits? */
static int
is_urn(struct persons *all, const struct jsontext_slice *v)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (jsontext_is(
			v, all->list[i].urn, all->list[i].len, &all->scratch))
			return 1;
	return v->n > 0 && v->s[0] != '"' && persons_have(all, v->s, v->n);
}

static int
is_theirs(struct persons *all, const struct jsontext_slice *lead)
{
	struct jsontext t = {lead->s, lead->s + lead->n};
	struct jsontext_slice key, value;

	if (!jsontext_open(&t, '{'))
		return 0;
	while (jsontext_key(&t, &key)) {
		jsontext_value(&t, &value);
		if (jsontext_is(&key, "urn", 3, &all->scratch) &&
		    is_urn(all, &value))
			return 1;
	}
	return 0;
}

/* A body on its way to another one. */
struct cut {
	struct persons *all;
	const char *from; /* of the body; what stands before it is in out */
	struct bytes *out;
	size_t taken;
};

/* The array of leads that is next, without theirs. */
static void
cut_leads(struct cut *c, struct jsontext *t)
{
	struct jsontext_slice lead;
	size_t kept = 0, taken = c->taken, before;

	if (!jsontext_open(t, '[')) {
		jsontext_value(t, &lead);
		return;
	}
	before = c->out->len;
	bytes_add(c->out, c->from, (size_t)(t->s - c->from));
	while (jsontext_element(t)) {
		jsontext_value(t, &lead);
		if (is_theirs(c->all, &lead)) {
			c->taken++;
			continue;
		}
		if (kept++ > 0)
			bytes_addc(c->out, ',');
		bytes_add(c->out, lead.s, lead.n);
	}
	if (c->taken == taken) {
		/* It stays to each blank. */
		c->out->len = before < c->out->len ? before : c->out->len;
		return;
	}
	bytes_addc(c->out, ']');
	c->from = t->s;
}

/* What data holds, t being at its value. */
static void
cut_data(struct cut *c, struct jsontext *t)
{
	struct jsontext_slice key, value;

	if (!jsontext_open(t, '{')) {
		jsontext_value(t, &value);
		return;
	}
	while (jsontext_key(t, &key))
		if (jsontext_is(&key, "leads", 5, &c->all->scratch))
			cut_leads(c, t);
		else
			jsontext_value(t, &value);
}

int
persons_cut(struct persons *all, const char *body, size_t n, struct bytes *out,
    size_t *taken, struct fault *f)
{
	struct cut c = {.all = all, .from = body, .out = out};
	struct jsontext_slice key, value;
	struct jsontext t;

	jsontext_begin(&t, body, n);
	bytes_reset(out);
	bytes_reset(&all->scratch);
	bytes_reserve(out, n);
	if (jsontext_open(&t, '{')) {
		while (jsontext_key(&t, &key))
			if (jsontext_is(&key, "data", 4, &all->scratch))
				cut_data(&c, &t);
			else
				jsontext_value(&t, &value);
	}
	bytes_add(out, c.from, (size_t)(body + n - c.from));
	*taken = c.taken;
	if (bytes_check(&all->scratch, f) == -1)
		return -1;
	return bytes_check(out, f);
}

/*
 * Undo the escape of a JSON string at s, where there is one; bytes read, or 0.
 * An emoji's takes 12 bytes, that of another character 6 or 2.
 */
static size_t
undo_escape(struct bytes *out, const char *s, size_t n)
{
	static const size_t sizes[] = {12, 6, 2};
	const size_t before = out->len;
	char string[13];
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i] > n)
			continue;
		memcpy(string, s, sizes[i]);
		string[sizes[i]] = '"';
		if (text_unjson(out, string, sizes[i] + 1) == sizes[i] + 1)
			return sizes[i];
		if (!out->failed)
			out->len = before;
	}
	return 0;
}

/* A text with every escape undone, whether it is JSON or not. */
static void
undo_escapes(struct bytes *out, const char *s, size_t n)
{
	const char *end = s + n, *at;
	size_t used;

	while ((at = memchr(s, '\\', (size_t)(end - s))) != NULL) {
		bytes_add(out, s, (size_t)(at - s));
		used = undo_escape(out, at, (size_t)(end - at));
		if (used == 0) {
			bytes_addc(out, '\\');
			used = 1;
		}
		s = at + used;
	}
	bytes_add(out, s, (size_t)(end - s));
}

static int
has_urn(const struct persons *all, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < all->n && n > 0; i++)
		if (memmem(text, n, all->list[i].urn, all->list[i].len) != NULL)
			return 1;
	return 0;
}

int
persons_stand(
    const struct persons *all, const char *text, size_t n, struct fault *f)
{
	struct bytes plain = {0};
	int rc;

	if (has_urn(all, text, n))
		return 1;
	if (n == 0 || !persons_may_stand(all, text, n) ||
	    memchr(text, '\\', n) == NULL)
		return 0;
	undo_escapes(&plain, text, n);
	rc = bytes_check(&plain, f) == -1 ? -1
	                                  : has_urn(all, plain.data, plain.len);
	bytes_free(&plain);
	return rc;
}

void
persons_free(struct persons *all)
{
	free(all->list);
	bytes_free(&all->scratch);
	memset(all, 0, sizeof(*all));
}
