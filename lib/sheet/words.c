/* words: those that a spreadsheet knows beside digits; see words.h. */
#include <string.h>

#include "base/text.h"
#include "sheet/characters.h"
#include "sheet/words.h"
#include "sheet/words.table"

/* Lines of words in the order of their bytes. */
struct table {
	const char *lines;
	size_t count, width; /* of lines, and of each in bytes */
	char separator;
};

static const struct table of_names = {
    names[0], sizeof(names) / sizeof(names[0]), sizeof(names[0]), ' '};
static const struct table of_booleans = {booleans[0],
    sizeof(booleans) / sizeof(booleans[0]), sizeof(booleans[0]), ';'};

/* Folded letters, as UTF-8. */
struct run {
	char text[64];
	size_t len;
};

/* Ideographs and Hangul have several words in one run of letters. */
enum { IDEOGRAPHS_MAX = 6 };

static int
is_ideograph(uint32_t c)
{
	return (c >= 0x2e80 && c < 0xa000) || (c >= 0xac00 && c < 0xd7b0) ||
	       (c >= 0xf900 && c < 0xfb00);
}

/* Returns 0 where c is in no word, or there is no room. */
static int
add(struct run *r, uint32_t c)
{
	if (c > 0xffff || r->len + 3 > sizeof(r->text))
		return 0;
	if (c < 0x80) {
		r->text[r->len++] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		r->text[r->len++] = (char)(0xc0 | c >> 6);
	} else {
		r->text[r->len++] = (char)(0xe0 | c >> 12);
		r->text[r->len++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	r->text[r->len++] = (char)(0x80 | (c & 0x3f));
	return 1;
}

/* How the word that a line goes on with stands to a run: before, at, behind. */
static int
compare(const char *word, char separator, const struct run *r)
{
	size_t i;

	for (i = 0; i < r->len; word++) {
		if (*word == '|')
			continue;
		if (*word == separator || *word == '\0')
			return -1;
		if (*word != r->text[i])
			return (unsigned char)*word < (unsigned char)r->text[i]
			           ? -1
			           : 1;
		i++;
	}
	return *word == '|' || *word == separator || *word == '\0' ? 0 : 1;
}

static int
is_known(const struct table *t, const struct run *r)
{
	size_t low = 0, high = t->count, middle;
	const char *word;
	int order;

	while (low < high) {
		middle = (low + high) / 2;
		order = compare(t->lines + middle * t->width, t->separator, r);
		if (order == 0)
			return 1;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	/* The last line that doesn't begin behind it. */
	word = t->lines + (low - 1) * t->width;
	while ((word = strchr(word, t->separator)) != NULL)
		if ((order = compare(++word, t->separator, r)) >= 0)
			return order == 0;
	return 0;
}

/* A quick no for most text, by its first three letters. */
static int
may_begin(const char *s)
{
	const unsigned a = words_letter(s[0]), b = words_letter(s[1]),
		       c = words_letter(s[2]), bit = (a * 26 + b) * 26 + c;

	return a >= 26 || b >= 26 || c >= 26 ||
	       (name_triples[bit / 64] >> bit % 64 & 1) != 0;
}

/* The longest word of a few ideographs. */
static size_t
match_ideographs(const char *s, size_t n)
{
	struct {
		size_t used, len;
	} ends[IDEOGRAPHS_MAX] = {{0, 0}};
	struct run r = {.len = 0};
	size_t i = 0, many;
	uint32_t c;

	for (many = 0; many < IDEOGRAPHS_MAX && i < n; many++) {
		i += text_next(s + i, n - i, &c, NULL);
		if (!is_ideograph(c) || !add(&r, c))
			break;
		ends[many].used = i;
		ends[many].len = r.len;
	}
	while (many-- > 0) {
		r.len = ends[many].len;
		if (is_known(&of_names, &r))
			return ends[many].used;
	}
	return 0;
}

/*
 * Add the code point that n > 0 bytes of s begin with.  How many bytes it has,
 * or 0 where it is in no word.
 */
static size_t
take(struct run *r, const char *s, size_t n, uint32_t *c)
{
	size_t step;

	/* Most letters. */
	if (words_letter(s[0]) < 26 && r->len < sizeof(r->text)) {
		*c = (unsigned char)s[0] | 0x20u;
		r->text[r->len++] = (char)*c;
		return 1;
	}
	step = text_next(s, n, c, NULL);
	*c = characters_is_blank(*c) ? ' ' : characters_fold(*c);
	return add(r, *c) ? step : 0;
}

size_t
words_match(const char *s, size_t n)
{
	struct run r = {.len = 0};
	size_t i, step, len;
	uint32_t c;

	if (n >= 3 && !may_begin(s))
		return 0;
	for (i = 0; i < n; i += step) {
		len = r.len;
		if ((step = take(&r, s + i, n - i, &c)) == 0)
			return 0;
		if (is_ideograph(c) ||
		    characters_kind(c) != CHARACTERS_LETTER) {
			r.len = len;
			break;
		}
	}
	if (i == 0)
		return match_ideographs(s, n);
	return is_known(&of_names, &r) ? i : 0;
}

int
words_is_boolean(const char *s, size_t n)
{
	struct run r = {.len = 0};
	size_t i, step;
	uint32_t c;

	for (i = 0; i < n; i += step)
		if ((step = take(&r, s + i, n - i, &c)) == 0)
			return 0;
	return r.len > 0 && is_known(&of_booleans, &r);
}
