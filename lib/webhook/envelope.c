/* envelope: the outermost object of a body; see envelope.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "webhook/envelope.h"

/* Where we are in a body. */
struct cursor {
	const char *s;
	const char *end;
};

static void
skip_blanks(struct cursor *c)
{
	while (c->s < c->end && strchr(" \t\r\n", *c->s) != NULL && *c->s)
		c->s++;
}

/* Behind the string that begins here; 1, or 0 when there is none. */
static int
skip_string(struct cursor *c)
{
	if (c->s == c->end || *c->s != '"')
		return 0;
	for (c->s++; c->s < c->end && *c->s != '"'; c->s++)
		if (*c->s == '\\')
			c->s++;
	if (c->s >= c->end)
		return 0;
	c->s++;
	return 1;
}

/* Behind the value: at the comma or brace that follows it. */
static int
skip_value(struct cursor *c)
{
	int depth = 0;

	for (; c->s < c->end; c->s++) {
		if (*c->s == '"') {
			if (!skip_string(c))
				return 0;
			c->s--;
		} else if (*c->s == '{' || *c->s == '[') {
			depth++;
		} else if (*c->s == '}' || *c->s == ']') {
			if (depth-- == 0)
				return 1;
		} else if (*c->s == ',' && depth == 0) {
			return 1;
		}
	}
	return 0;
}

/* The value of the key, from its first byte to the comma or brace behind it. */
static int
find_value(const char *body, size_t n, const char *key, struct cursor *value)
{
	struct cursor c = {body, body + n};
	const char *name;
	size_t len;

	skip_blanks(&c);
	if (c.s == c.end || *c.s != '{')
		return 0;
	do {
		c.s++; /* the brace, or a comma */
		skip_blanks(&c);
		name = c.s + 1;
		if (!skip_string(&c))
			return 0;
		len = (size_t)(c.s - 1 - name);
		skip_blanks(&c);
		if (c.s == c.end || *c.s++ != ':')
			return 0;
		skip_blanks(&c);
		value->s = c.s;
		if (!skip_value(&c))
			return 0;
		value->end = c.s;
		if (len == strlen(key) && memcmp(name, key, len) == 0)
			return 1;
	} while (*c.s == ',');
	return 0;
}

const char *
envelope_string(const char *body, size_t n, const char *key, size_t *len)
{
	struct cursor value, end;

	if (!find_value(body, n, key, &value))
		return NULL;
	end = value;
	if (!skip_string(&end))
		return NULL;
	*len = (size_t)(end.s - value.s) - 2;
	return value.s + 1;
}

int
envelope_readdress(
    struct bytes *out, const char *body, size_t n, const char *id)
{
	struct cursor value, c = {body, body + n};

	if (find_value(body, n, "delivery_id", &value)) {
		while (value.end > value.s &&
		       strchr(" \t\r\n", value.end[-1]) != NULL)
			value.end--;
		bytes_add(out, body, (size_t)(value.s - body));
		bytes_printf(out, "\"%s\"", id);
		bytes_add(out, value.end, (size_t)(body + n - value.end));
		return 1;
	}
	skip_blanks(&c);
	if (c.s == c.end || *c.s != '{')
		return 0;
	c.s++;
	bytes_add(out, body, (size_t)(c.s - body));
	bytes_printf(out, "\"delivery_id\":\"%s\"", id);
	value = c;
	skip_blanks(&value);
	if (value.s < value.end && *value.s != '}')
		bytes_addc(out, ',');
	bytes_add(out, c.s, (size_t)(c.end - c.s));
	return 1;
}

int
envelope_new_id(char out[static ENVELOPE_ID_SIZE], struct fault *f)
{
	unsigned char r[16];
	size_t i, to = 0;

	if (getentropy(r, sizeof(r)) == -1)
		return fault_set(
		    f, FAULT_STORAGE, errno, "no random numbers for an id");
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40); /* version 4 */
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	for (i = 0; i < sizeof(r); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[to++] = '-';
		(void)snprintf(out + to, 3, "%02x", r[i]);
		to += 2;
	}
	return 0;
}
