/* query: names and values of URLs and forms; see query.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "select/query.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * What n bytes mean, into out, which has room for as many and a NUL.  A % that
 * no two digits follow means itself.  How many bytes it has.
 */
static size_t
decode(const char *s, size_t n, char *out)
{
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		if (s[i] == '%' && n - i > 2 && hex(s[i + 1]) != -1 &&
		    hex(s[i + 2]) != -1) {
			out[len++] = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
			i += 2;
		} else {
			out[len++] = (char)(s[i] == '+' ? ' ' : s[i]);
		}
	}
	out[len] = '\0';
	return len;
}

/* Can it be a C string that is text? */
static int
is_text(const char *s, size_t n)
{
	return memchr(s, '\0', n) == NULL && text_is_utf8(s, n);
}

/* Take a pair of n bytes, decoded to out: how much of out it took. */
static size_t
take_pair(struct query *q, const char *s, size_t n, char *out)
{
	struct query_pair *pair = &q->list[q->n];
	const char *equals = memchr(s, '=', n);
	size_t name_len, at = equals == NULL ? n : (size_t)(equals - s);

	name_len = decode(s, at, out);
	pair->name = out;
	pair->value = out + name_len + 1;
	pair->len = 0;
	if (equals == NULL)
		pair->value--; /* the NUL of the name */
	else
		pair->len = decode(equals + 1, n - at - 1, out + name_len + 1);
	if (is_text(pair->name, name_len) && is_text(pair->value, pair->len))
		q->n++;
	return (size_t)(pair->value - out) + pair->len + 1;
}

int
query_read(struct query *q, const char *s, size_t n, struct fault *f)
{
	const char *end = s + n, *ampersand;
	char *out;
	size_t len;

	query_free(q);
	/* Each NUL takes the place of a = or & but for the last. */
	if ((q->text = malloc(n + 1)) == NULL)
		return fault_memory(f);
	out = q->text;
	while (s < end && q->n < QUERY_MAX) {
		ampersand = memchr(s, '&', (size_t)(end - s));
		len = (size_t)((ampersand == NULL ? end : ampersand) - s);
		if (len > 0)
			out += take_pair(q, s, len, out);
		s += len + 1;
	}
	return 0;
}

const char *
query_get(const struct query *q, const char *name)
{
	size_t i;

	for (i = 0; i < q->n; i++)
		if (strcmp(q->list[i].name, name) == 0)
			return q->list[i].value;
	return "";
}

/* RFC 3986 section 2.3, and what else may stay as it is. */
static void
escape(struct bytes *b, const char *s, size_t n, const char *also)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] != '\0' &&
		    (strchr(plain, s[i]) != NULL || strchr(also, s[i]) != NULL))
			bytes_addc(b, s[i]);
		else
			bytes_printf(b, "%%%02X", (unsigned char)s[i]);
}

void
query_escape(struct bytes *b, const char *s, size_t n)
{
	escape(b, s, n, "");
}

void
query_escape_path(struct bytes *b, const char *s, size_t n)
{
	escape(b, s, n, "/");
}

void
query_add(struct bytes *b, const char *name, const char *value)
{
	bytes_addc(
	    b, b->len > 0 && memchr(b->data, '?', b->len) != NULL ? '&' : '?');
	query_escape(b, name, strlen(name));
	bytes_addc(b, '=');
	query_escape(b, value, strlen(value));
}

void
query_free(struct query *q)
{
	free(q->text);
	memset(q, 0, sizeof(*q));
}
