/* value: what a member of a body is as a cell; see value.h. */
#include "json/compact.h"
#include "webhook/value.h"

/* Are these the digits of a whole number, as JSON writes one? */
static int
are_digits(const struct jsontext_slice *v)
{
	size_t i, from = v->n > 0 && v->s[0] == '-';

	for (i = from; i < v->n; i++)
		if (v->s[i] < '0' || v->s[i] > '9')
			return 0;
	return v->n == from + 1 || (v->n > from && v->s[from] != '0');
}

static int
write_compact(struct value *out, const struct jsontext_slice *v,
    struct bytes *scratch, struct fault *f)
{
	bytes_reset(scratch);
	compact_json(scratch, v->s, v->n);
	out->data = scratch->data;
	out->len = scratch->len;
	return bytes_check(scratch, f);
}

/* A string: what it means, or its JSON text in a number's column. */
static int
read_string(struct value *out, const struct jsontext_slice *v, int escaped,
    int is_integer, struct bytes *scratch, struct fault *f)
{
	struct jsontext_slice text = {v->s + 1, v->n - 2};

	if (escaped && !jsontext_string(v, scratch, &text))
		text = *v; /* which no body that was decoded has */
	if (is_integer && are_digits(&text))
		out->type = VALUE_NUMBER;
	else if (is_integer)
		return write_compact(out, v, scratch, f);
	out->data = text.s;
	out->len = text.n;
	return bytes_check(scratch, f);
}

int
value_read(struct value *out, const char *text, const struct jsontext_member *m,
    int is_integer, struct bytes *scratch, struct fault *f)
{
	const struct jsontext_slice v = jsontext_value_of(text, m);

	out->type = VALUE_NONE;
	out->data = NULL;
	out->len = 0;
	if (v.n == 0 || v.s[0] == 'n')
		return 0;
	out->type = VALUE_STRING;
	if (v.s[0] == '"' && v.n > 1)
		return read_string(
		    out, &v, m->value_escaped, is_integer, scratch, f);
	if (is_integer && (v.s[0] == '-' || (v.s[0] >= '0' && v.s[0] <= '9')))
		out->type = VALUE_NUMBER;
	if (!jsontext_is_plain(text, m))
		return write_compact(out, &v, scratch, f);
	out->data = v.s;
	out->len = v.n;
	return 0;
}
