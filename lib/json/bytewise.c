/* bytewise: the grammar of RFC 8259, a byte at a time; see bytewise.h. */
#include <string.h>

#include "json/bytewise.h"

/* What follows the first letters of true, false and null. */
static const char words[] = "rue\0alse\0ull";

void
bytewise_begin(struct bytewise *b)
{
	memset(b, 0, sizeof(*b)); /* BYTEWISE_VALUE */
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
go(struct bytewise *b, enum bytewise_state state)
{
	b->state = (unsigned char)state;
	return 0;
}

/* Is what is open last an object? */
static int
is_in_object(const struct bytewise *b)
{
	return (b->objects >> (b->levels - 1) & 1) != 0;
}

static int
enter(struct bytewise *b, int object)
{
	if (b->levels == BYTEWISE_LEVELS)
		return -1;
	b->objects |= (uint64_t)object << b->levels;
	b->levels++;
	return go(b, object ? BYTEWISE_FIRST_KEY : BYTEWISE_FIRST_VALUE);
}

static int
leave(struct bytewise *b, int object)
{
	if (b->levels == 0 || is_in_object(b) != object)
		return -1;
	b->levels--;
	/* So that what was open once makes no difference. */
	b->objects &= ~(UINT64_C(1) << b->levels);
	return go(b, BYTEWISE_AFTER);
}

static int
begin_word(struct bytewise *b, unsigned char at)
{
	b->rest = at;
	return go(b, BYTEWISE_WORD);
}

static int
begin_string(struct bytewise *b, int is_key)
{
	b->is_key = (unsigned char)is_key;
	return go(b, BYTEWISE_STRING);
}

static int
begin_value(struct bytewise *b, char c)
{
	switch (c) {
	case '{':
		return enter(b, 1);
	case '[':
		return enter(b, 0);
	case '"':
		return begin_string(b, 0);
	case '-':
		return go(b, BYTEWISE_MINUS);
	case '0':
		return go(b, BYTEWISE_ZERO);
	case 't':
		return begin_word(b, 0);
	case 'f':
		return begin_word(b, 4);
	case 'n':
		return begin_word(b, 9);
	default:
		return is_digit(c) ? go(b, BYTEWISE_INTEGER) : -1;
	}
}

static int
after(struct bytewise *b, char c)
{
	if (is_blank(c))
		return go(b, BYTEWISE_AFTER);
	if (c == '}' || c == ']')
		return leave(b, c == '}');
	if (c != ',' || b->levels == 0)
		return -1;
	return go(b, is_in_object(b) ? BYTEWISE_KEY : BYTEWISE_VALUE);
}

static int
in_string(struct bytewise *b, char c)
{
	if (c == '\\')
		return go(b, BYTEWISE_ESCAPE);
	if (c != '"')
		return (unsigned char)c < 0x20 ? -1 : 0;
	if (!b->is_key)
		return go(b, BYTEWISE_AFTER);
	b->is_key = 0;
	return go(b, BYTEWISE_COLON);
}

static int
in_escape(struct bytewise *b, char c)
{
	if (b->state == BYTEWISE_ESCAPE && c == 'u') {
		b->rest = 4;
		return go(b, BYTEWISE_HEX);
	}
	if (b->state == BYTEWISE_ESCAPE)
		return c != '\0' && strchr("\"\\/bfnrt", c) != NULL
		           ? go(b, BYTEWISE_STRING)
		           : -1;
	if (!is_digit(c) && (c < 'a' || c > 'f') && (c < 'A' || c > 'F'))
		return -1;
	return --b->rest == 0 ? go(b, BYTEWISE_STRING) : 0;
}

static int
in_number(struct bytewise *b, char c)
{
	const enum bytewise_state s = (enum bytewise_state)b->state;

	if (is_digit(c))
		switch (s) {
		case BYTEWISE_ZERO:
			return -1;
		case BYTEWISE_MINUS:
			return go(
			    b, c == '0' ? BYTEWISE_ZERO : BYTEWISE_INTEGER);
		case BYTEWISE_POINT:
			return go(b, BYTEWISE_FRACTION);
		case BYTEWISE_E:
		case BYTEWISE_EXPONENT_SIGN:
			return go(b, BYTEWISE_EXPONENT);
		default:
			return 0;
		}
	if ((c == '+' || c == '-') && s == BYTEWISE_E)
		return go(b, BYTEWISE_EXPONENT_SIGN);
	if (s == BYTEWISE_MINUS || s == BYTEWISE_POINT || s == BYTEWISE_E ||
	    s == BYTEWISE_EXPONENT_SIGN)
		return -1;
	if (c == '.' && (s == BYTEWISE_ZERO || s == BYTEWISE_INTEGER))
		return go(b, BYTEWISE_POINT);
	if ((c == 'e' || c == 'E') && s != BYTEWISE_EXPONENT)
		return go(b, BYTEWISE_E);
	return after(b, c);
}

static int
in_word(struct bytewise *b, char c)
{
	if (c != words[b->rest])
		return -1;
	b->rest++;
	if (words[b->rest] != '\0')
		return 0;
	b->rest = 0;
	return go(b, BYTEWISE_AFTER);
}

int
bytewise_step(struct bytewise *b, char c)
{
	switch ((enum bytewise_state)b->state) {
	case BYTEWISE_FIRST_VALUE:
		if (c == ']')
			return leave(b, 0);
		/* FALLTHROUGH */
	case BYTEWISE_VALUE:
		return is_blank(c) ? 0 : begin_value(b, c);
	case BYTEWISE_FIRST_KEY:
		if (c == '}')
			return leave(b, 1);
		/* FALLTHROUGH */
	case BYTEWISE_KEY:
		if (is_blank(c))
			return 0;
		return c == '"' ? begin_string(b, 1) : -1;
	case BYTEWISE_COLON:
		if (is_blank(c))
			return 0;
		return c == ':' ? go(b, BYTEWISE_VALUE) : -1;
	case BYTEWISE_AFTER:
		return after(b, c);
	case BYTEWISE_STRING:
		return in_string(b, c);
	case BYTEWISE_ESCAPE:
	case BYTEWISE_HEX:
		return in_escape(b, c);
	case BYTEWISE_WORD:
		return in_word(b, c);
	default:
		return in_number(b, c);
	}
}

int
bytewise_end(const struct bytewise *b)
{
	return b->levels == 0 &&
	       (b->state == BYTEWISE_AFTER || b->state == BYTEWISE_ZERO ||
		   b->state == BYTEWISE_INTEGER ||
		   b->state == BYTEWISE_FRACTION ||
		   b->state == BYTEWISE_EXPONENT);
}

int
bytewise_equal(const struct bytewise *a, const struct bytewise *b)
{
	return a->objects == b->objects && a->levels == b->levels &&
	       a->state == b->state && a->is_key == b->is_key &&
	       a->rest == b->rest;
}
