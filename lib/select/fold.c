/* fold: texts as a person compares them; see fold.h. */
#include <stdint.h>

#include "base/text.h"
#include "select/fold.h"
#include "sheet/characters.h"

/* Every step-th letter from first to last: its fold is so far behind it. */
struct range {
	uint32_t first, last, step;
	int32_t add;
};

#include "select/fold.table"

static uint32_t
fold_letter(uint32_t c)
{
	size_t low = 0, high = sizeof(ranges) / sizeof(ranges[0]), mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (c > ranges[mid].last)
			low = mid + 1;
		else if (c < ranges[mid].first)
			high = mid;
		else
			return (c - ranges[mid].first) % ranges[mid].step != 0
			           ? c
			           : (uint32_t)((int32_t)c + ranges[mid].add);
	}
	return c;
}

/* What isn't ASCII. */
static uint32_t
fold_other(uint32_t c)
{
	if (c == 0x130 || c == 0x131)
		return 'i';
	if (characters_is_blank(c))
		return ' ';
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - '!';
	return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : fold_letter(c);
}

int32_t
fold_next(struct fold_walk *w)
{
	unsigned char c;
	uint32_t cp;
	size_t used;
	int valid;

	if (w->owes_s) {
		w->owes_s = 0;
		return 's';
	}
	if (w->n == 0)
		return FOLD_END;
	c = (unsigned char)w->s[0];
	if (c < 0x80) {
		w->s++;
		w->n--;
		return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
	}
	used = text_next(w->s, w->n, &cp, &valid);
	w->s += used;
	w->n -= used;
	/* A byte that is no letter's is like itself alone. */
	if (!valid)
		return 0x110000 + c;
	cp = fold_other(cp);
	w->owes_s = cp == 0xdf;
	return w->owes_s ? 's' : (int32_t)cp;
}

/* Does the text begin with what? */
static int
begins(struct fold_walk text, struct fold_walk what)
{
	int32_t c;

	while ((c = fold_next(&what)) != FOLD_END)
		if (c != fold_next(&text))
			return 0;
	return 1;
}

const char *
fold_find(const char *s, size_t n, const char *what, size_t m)
{
	const struct fold_walk wanted = {what, m, 0};
	struct fold_walk text = {s, n, 0};
	const char *at;

	do {
		at = text.s;
		if (begins(text, wanted))
			return at;
		(void)fold_next(&text);
		text.owes_s = 0;
	} while (text.s != at);
	return NULL;
}

int
fold_compare(const char *a, size_t n, const char *b, size_t m)
{
	struct fold_walk left = {a, n, 0}, right = {b, m, 0};
	int32_t x, y;

	do {
		x = fold_next(&left);
		y = fold_next(&right);
	} while (x == y && x != FOLD_END);
	return (x > y) - (x < y);
}

int
fold_equal(const char *a, size_t n, const char *b, size_t m)
{
	return fold_compare(a, n, b, m) == 0;
}
