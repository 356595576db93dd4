/* wellformed: a fast JSON validator; see wellformed.h. */
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "json/wellformed.h"

#define LEVELS_MAX 32
#define KEYS_MAX   256
#define DIGITS_MAX 18 /* of an integer that fits 64 bits */

struct key {
	const char *s;
	size_t n;
};

struct check {
	const char *s; /* what is left of the text */
	const char *end;
	struct key keys[KEYS_MAX]; /* of the objects that are open */
	size_t nkeys;
	size_t first[LEVELS_MAX]; /* of each level's keys */
	char closer[LEVELS_MAX];  /* } or ] */
	int levels;
};

static void
skip_blanks(struct check *c)
{
	while (c->s < c->end && (*c->s == ' ' || *c->s == '\n' ||
				    *c->s == '\r' || *c->s == '\t'))
		c->s++;
}

static int
take(struct check *c, const char *word, size_t n)
{
	if ((size_t)(c->end - c->s) < n || memcmp(c->s, word, n) != 0)
		return 0;
	c->s += n;
	return 1;
}

/* The four hex digits behind \u; -1 where they aren't there. */
static long
take_hex(struct check *c)
{
	long v = 0;
	int i, digit;

	if (c->end - c->s < 4)
		return -1;
	for (i = 0; i < 4; i++, c->s++) {
		digit = *c->s >= '0' && *c->s <= '9'   ? *c->s - '0'
		        : *c->s >= 'a' && *c->s <= 'f' ? *c->s - 'a' + 10
		        : *c->s >= 'A' && *c->s <= 'F' ? *c->s - 'A' + 10
		                                       : -1;
		if (digit == -1)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* What follows a backslash. */
static int
take_escape(struct check *c)
{
	long v;

	if (c->s == c->end)
		return 0;
	if (*c->s != 'u')
		return *c->s != '\0' && strchr("\"\\/bfnrt", *c->s++) != NULL;
	c->s++;
	v = take_hex(c);
	if (v >= 0xd800 && v <= 0xdbff) {
		if (!take(c, "\\u", 2))
			return 0;
		v = take_hex(c);
		return v >= 0xdc00 && v <= 0xdfff;
	}
	return v > 0 && (v < 0xd800 || v > 0xdfff);
}

/* A string, from behind its first quote to behind its last. */
static int
take_string(struct check *c, int *has_escape)
{
	/* What needs a closer look: controls, " and \, what is not ASCII. */
	static const unsigned char special[256] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	    1, ['"'] = 1, ['\\'] = 1};
	uint32_t cp;
	int valid = 1;

	*has_escape = 0;
	for (;;) {
		while (c->s < c->end && (signed char)*c->s >= 0 &&
		       !special[(unsigned char)*c->s])
			c->s++;
		if (c->s == c->end || (unsigned char)*c->s < ' ')
			return 0;
		if (*c->s == '"') {
			c->s++;
			return 1;
		}
		if (*c->s == '\\') {
			c->s++;
			*has_escape = 1;
			if (!take_escape(c))
				return 0;
			continue;
		}
		c->s += text_next(c->s, (size_t)(c->end - c->s), &cp, &valid);
		if (!valid)
			return 0;
	}
}

static int
take_integer(struct check *c)
{
	const char *from;

	(void)take(c, "-", 1);
	from = c->s;
	while (c->s < c->end && *c->s >= '0' && *c->s <= '9')
		c->s++;
	if (c->s == from || c->s - from > DIGITS_MAX ||
	    (*from == '0' && c->s - from > 1))
		return 0;
	return c->s == c->end || (*c->s != '.' && *c->s != 'e' && *c->s != 'E');
}

/* A key and its colon; no other of its object is the same. */
static int
take_key(struct check *c)
{
	struct key *k = &c->keys[c->nkeys], *other;
	int has_escape;

	if (c->nkeys == KEYS_MAX || !take(c, "\"", 1))
		return 0;
	k->s = c->s;
	if (!take_string(c, &has_escape) || has_escape)
		return 0;
	k->n = (size_t)(c->s - k->s);
	for (other = &c->keys[c->first[c->levels - 1]]; other < k; other++)
		if (other->n == k->n && memcmp(other->s, k->s, k->n) == 0)
			return 0;
	c->nkeys++;
	skip_blanks(c);
	return take(c, ":", 1);
}

static int
open_level(struct check *c, char closer)
{
	if (c->levels == LEVELS_MAX)
		return 0;
	c->s++;
	c->first[c->levels] = c->nkeys;
	c->closer[c->levels++] = closer;
	return 1;
}

/* A value; of an object or an array only its beginning. */
static int
take_value(struct check *c)
{
	int ignored;

	if (c->s == c->end)
		return 0;
	switch (*c->s) {
	case '{':
		return open_level(c, '}');
	case '[':
		return open_level(c, ']');
	case '"':
		c->s++;
		return take_string(c, &ignored);
	case 't':
		return take(c, "true", 4);
	case 'f':
		return take(c, "false", 5);
	case 'n':
		return take(c, "null", 4);
	default:
		return take_integer(c);
	}
}

/* Behind a value: close what ends here; 1 when another one has to follow. */
static int
go_on(struct check *c)
{
	skip_blanks(c);
	while (c->levels > 0 && take(c, &c->closer[c->levels - 1], 1)) {
		c->nkeys = c->first[--c->levels];
		skip_blanks(c);
	}
	return c->levels > 0 && take(c, ",", 1);
}

/* Is what was just begun empty?  Then it is closed. */
static int
is_empty(struct check *c)
{
	skip_blanks(c);
	return c->s < c->end && *c->s == c->closer[c->levels - 1];
}

int
wellformed_is_json(const char *s, size_t n)
{
	struct check c;
	int before;

	c.s = s;
	c.end = s + n;
	c.nkeys = 0;
	c.levels = 0;
	do {
		skip_blanks(&c);
		if (c.levels > 0 && c.closer[c.levels - 1] == '}' &&
		    !take_key(&c))
			return 0;
		skip_blanks(&c);
		before = c.levels;
		if (!take_value(&c))
			return 0;
	} while ((c.levels > before && !is_empty(&c)) || go_on(&c));
	return c.levels == 0 && c.s == c.end;
}
