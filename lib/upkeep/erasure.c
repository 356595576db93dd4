/* erasure: a person taken out of a delivery's body; see erasure.h. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "json/jsontext.h"
#include "upkeep/erasure.h"
#include "webhook/delivery.h"

/* What no writer of JSON has a reason to escape. */
static int
is_plain(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("-_.:", c));
}

void
erasure_init(struct erasure *e, const char *urn, size_t n)
{
	size_t i, from = 0;

	memset(e, 0, sizeof(*e));
	e->urn = urn;
	e->len = n;
	for (i = 0; i <= n; i++) {
		if (i < n && is_plain(urn[i]))
			continue;
		if (i - from > e->mark_len) {
			e->mark = urn + from;
			e->mark_len = i - from;
		}
		from = i + 1;
	}
}

const char *
erasure_look(const struct erasure *e, const char *s, size_t n)
{
	/* Of nothing but odd bytes: it may be anywhere. */
	if (e->mark_len == 0 || n == 0)
		return n == 0 ? NULL : s;
	return memmem(s, n, e->mark, e->mark_len);
}

/* Is it the urn: a string, or a number's digits? */
static int
is_urn(struct erasure *e, const struct jsontext_slice *v)
{
	return jsontext_is(v, e->urn, e->len, &e->scratch) ||
	       (v->n == e->len && v->s[0] != '"' &&
		   memcmp(v->s, e->urn, e->len) == 0);
}

static int
is_theirs(struct erasure *e, const struct jsontext_slice *lead)
{
	struct jsontext t = {lead->s, lead->s + lead->n};
	struct jsontext_slice key, value;

	if (!jsontext_open(&t, '{'))
		return 0;
	while (jsontext_key(&t, &key)) {
		jsontext_value(&t, &value);
		if (jsontext_is(&key, "urn", 3, &e->scratch))
			return is_urn(e, &value);
	}
	return 0;
}

/* The array of leads in the body, or nothing. */
static struct jsontext_slice
find_leads(struct erasure *e, const char *body, size_t n)
{
	struct jsontext t = {body, body + n};
	struct jsontext_slice key, value, leads = {NULL, 0};
	int inside = 0;

	if (!jsontext_open(&t, '{'))
		return leads;
	while (jsontext_key(&t, &key)) {
		if (!inside && jsontext_is(&key, "data", 4, &e->scratch) &&
		    jsontext_open(&t, '{')) {
			inside = 1;
			continue;
		}
		jsontext_value(&t, &value);
		if (inside && jsontext_is(&key, "leads", 5, &e->scratch))
			return value;
	}
	return leads;
}

int
erasure_cut(struct erasure *e, const char *body, size_t n, struct bytes *out,
    size_t *taken, struct fault *f)
{
	struct jsontext_slice leads, lead;
	struct jsontext t;
	size_t kept = 0;

	*taken = 0;
	bytes_reset(out);
	bytes_reset(&e->scratch);
	leads = find_leads(e, body, n);
	t = (struct jsontext){leads.s, leads.s + leads.n};
	if (leads.n == 0 || !jsontext_open(&t, '[')) {
		bytes_add(out, body, n);
		return bytes_check(out, f);
	}
	bytes_reserve(out, n);
	bytes_add(out, body, (size_t)(leads.s - body) + 1);
	while (jsontext_element(&t)) {
		jsontext_value(&t, &lead);
		if (is_theirs(e, &lead)) {
			++*taken;
			continue;
		}
		if (kept++ > 0)
			bytes_addc(out, ',');
		bytes_add(out, lead.s, lead.n);
	}
	bytes_addc(out, ']');
	bytes_add(
	    out, leads.s + leads.n, n - (size_t)(leads.s - body) - leads.n);
	if (bytes_check(&e->scratch, f) == -1)
		return -1;
	return bytes_check(out, f);
}

int
erasure_stands(struct erasure *e, const char *text, size_t n, struct fault *f)
{
	struct bytes form = {0}, urn = {0};
	int rc = -1;

	if (n == 0)
		return 0;
	if (memmem(text, n, e->urn, e->len) != NULL)
		return 1;
	if (erasure_look(e, text, n) == NULL || memchr(text, '\\', n) == NULL)
		return 0;
	/* Both in the one form that we write JSON in, without the quotes. */
	text_json(&urn, e->urn, e->len);
	if (bytes_check(&urn, f) == 0 &&
	    delivery_rewrite(text, n, &form, f) == 0)
		rc = memmem(form.data, form.len, urn.data + 1, urn.len - 2) !=
		     NULL;
	bytes_free(&urn);
	bytes_free(&form);
	return rc;
}

void
erasure_free(struct erasure *e)
{
	bytes_free(&e->scratch);
}
