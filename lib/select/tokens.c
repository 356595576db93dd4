/* tokens: texts cut into words; see tokens.h. */
#include <string.h>

#include "select/fold.h"
#include "select/tokens.h"

/* A letter that has a mark, and the one without. */
struct plain {
	uint16_t letter, base;
};

#include "select/plain.table"

enum kind {
	LETTER,
	BETWEEN, /* words */
	ALONE,   /* a word by itself */
	NOTHING  /* it doesn't show, or is a mark on a letter */
};

/* What is no letter, in order. */
static const struct {
	uint32_t first, last;
	enum kind kind;
} kinds[] = {{0x00, 0x2f, BETWEEN}, {0x3a, 0x60, BETWEEN},
    {0x7b, 0xa9, BETWEEN}, {0xab, 0xac, BETWEEN}, {0xad, 0xad, NOTHING},
    {0xae, 0xb4, BETWEEN}, {0xb6, 0xb9, BETWEEN}, {0xbb, 0xbf, BETWEEN},
    {0xd7, 0xd7, BETWEEN}, {0xf7, 0xf7, BETWEEN}, {0x2b9, 0x2df, BETWEEN},
    {0x300, 0x36f, NOTHING}, {0x37e, 0x37e, BETWEEN}, {0x387, 0x387, BETWEEN},
    {0x55a, 0x55f, BETWEEN}, {0x589, 0x58a, BETWEEN},
    /* Hebrew and Arabic points, and the tatweel. */
    {0x591, 0x5bd, NOTHING}, {0x5be, 0x5be, BETWEEN}, {0x5bf, 0x5bf, NOTHING},
    {0x5c0, 0x5c0, BETWEEN}, {0x5c1, 0x5c2, NOTHING}, {0x5c3, 0x5c3, BETWEEN},
    {0x5c4, 0x5c5, NOTHING}, {0x5c6, 0x5c6, BETWEEN}, {0x5c7, 0x5c7, NOTHING},
    {0x5f3, 0x5f4, BETWEEN}, {0x600, 0x60f, BETWEEN}, {0x610, 0x61a, NOTHING},
    {0x61b, 0x61f, BETWEEN}, {0x640, 0x640, NOTHING}, {0x64b, 0x65f, NOTHING},
    {0x66a, 0x66d, BETWEEN}, {0x670, 0x670, NOTHING}, {0x6d4, 0x6d4, BETWEEN},
    {0x6d6, 0x6ed, NOTHING}, {0x964, 0x965, BETWEEN}, {0x970, 0x970, BETWEEN},
    /* Thai, Lao; Tibetan marks; Myanmar; Khmer. */
    {0xe01, 0xe3e, ALONE}, {0xe3f, 0xe3f, BETWEEN}, {0xe40, 0xe4e, ALONE},
    {0xe4f, 0xe4f, BETWEEN}, {0xe50, 0xe59, LETTER}, {0xe5a, 0xe5b, BETWEEN},
    {0xe80, 0xeff, ALONE}, {0xf01, 0xf14, BETWEEN}, {0x1000, 0x1049, ALONE},
    {0x104a, 0x104f, BETWEEN}, {0x1050, 0x109f, ALONE},
    {0x10fb, 0x10fb, BETWEEN}, {0x1360, 0x1368, BETWEEN},
    {0x1780, 0x17d3, ALONE}, {0x17d4, 0x17da, BETWEEN},
    {0x1800, 0x180a, BETWEEN}, {0x180b, 0x180f, NOTHING},
    /* Blanks, joiners, quotation marks, currencies, ™. */
    {0x2000, 0x200b, BETWEEN}, {0x200c, 0x200f, NOTHING},
    {0x2010, 0x205f, BETWEEN}, {0x2060, 0x206f, NOTHING},
    {0x20a0, 0x20cf, BETWEEN}, {0x20d0, 0x20ff, NOTHING},
    {0x2100, 0x214f, BETWEEN}, {0x2190, 0x2bff, ALONE},
    {0x2e00, 0x2e7f, BETWEEN},
    /* Han, Kana, and their punctuation. */
    {0x2e80, 0x2fff, ALONE}, {0x3000, 0x3004, BETWEEN}, {0x3005, 0x3007, ALONE},
    {0x3008, 0x3020, BETWEEN}, {0x3021, 0x302f, ALONE},
    {0x3030, 0x3030, BETWEEN}, {0x3031, 0x303c, ALONE},
    {0x303d, 0x3040, BETWEEN}, {0x3041, 0x3096, ALONE},
    {0x3099, 0x309a, NOTHING}, {0x309b, 0x309c, BETWEEN},
    {0x309d, 0x309f, ALONE}, {0x30a0, 0x30a0, BETWEEN}, {0x30a1, 0x30fa, ALONE},
    {0x30fb, 0x30fb, BETWEEN}, {0x30fc, 0x312f, ALONE}, {0x31a0, 0x9fff, ALONE},
    {0xf900, 0xfaff, ALONE}, {0xfe00, 0xfe0f, NOTHING},
    {0xfe10, 0xfe1f, BETWEEN}, {0xfe20, 0xfe2f, NOTHING},
    {0xfe30, 0xfe6f, BETWEEN}, {0xfeff, 0xfeff, NOTHING},
    {0xff5f, 0xff65, BETWEEN}, {0xff66, 0xff9f, ALONE},
    {0xffe0, 0xffff, BETWEEN},
    /* Emoji without their skins; Han again; tags and variants. */
    {0x1f000, 0x1f3fa, ALONE}, {0x1f3fb, 0x1f3ff, NOTHING},
    {0x1f400, 0x1faff, ALONE}, {0x20000, 0x3ffff, ALONE},
    {0xe0000, 0xe0fff, NOTHING},
    /* Bytes that are not UTF-8. */
    {0x110000, 0x1100ff, BETWEEN}};

static enum kind
kind_of(uint32_t c)
{
	size_t low = 0, high = sizeof(kinds) / sizeof(kinds[0]), mid;

	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return LETTER;
	while (low < high) {
		mid = (low + high) / 2;
		if (c > kinds[mid].last)
			low = mid + 1;
		else if (c < kinds[mid].first)
			high = mid;
		else
			return kinds[mid].kind;
	}
	return LETTER;
}

static uint32_t
without_mark(uint32_t c)
{
	size_t low = 0, high = sizeof(plain) / sizeof(plain[0]), mid;

	/* Letters that Arabic keyboards have, and people leave out. */
	if (c == 0x622 || c == 0x623 || c == 0x625)
		return 0x627;
	while (c <= 0x1fff && low < high) {
		mid = (low + high) / 2;
		if (c == plain[mid].letter)
			return plain[mid].base;
		if (c > plain[mid].letter)
			low = mid + 1;
		else
			high = mid;
	}
	return c;
}

/* Append a code point in UTF-8 (RFC 3629). */
static void
add_letter(struct bytes *b, uint32_t c)
{
	if (c < 0x80) {
		bytes_addc(b, (char)c);
		return;
	}
	if (c < 0x800) {
		bytes_addc(b, (char)(0xc0 | c >> 6));
	} else if (c < 0x10000) {
		bytes_addc(b, (char)(0xe0 | c >> 12));
		bytes_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
	} else {
		bytes_addc(b, (char)(0xf0 | c >> 18));
		bytes_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		bytes_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	bytes_addc(b, (char)(0x80 | (c & 0x3f)));
}

/*
 * A + or # behind a letter, where the word ends with it, and up to two: the
 * rest of the text begins behind it.
 */
static int
ends_word(const struct fold_walk *w)
{
	size_t i = 0;

	while (i < w->n && (w->s[i] == '+' || w->s[i] == '#'))
		i++;
	return i <= 1 &&
	       (i == w->n ||
		   ((unsigned char)w->s[i] < 0x80 &&
		       kind_of((unsigned char)w->s[i] | 0x20) == BETWEEN));
}

/* Cut a text; how many letters the last token has, 0 where it stands alone. */
static size_t
cut(struct bytes *b, const char *s, size_t n)
{
	struct fold_walk walk = {s, n, 0};
	size_t letters = 0, last = 0;
	int32_t next;
	uint32_t c;
	enum kind kind;

	while ((next = fold_next(&walk)) != FOLD_END) {
		c = (uint32_t)next;
		kind = kind_of(c);
		if (kind == NOTHING)
			continue;
		if ((c == '+' || c == '#') && letters > 0 && ends_word(&walk))
			kind = LETTER;
		if (kind == BETWEEN) {
			letters = 0;
			continue;
		}
		if (kind == ALONE || letters == 0)
			bytes_addc(b, ' ');
		if (kind == ALONE || letters < TOKENS_LETTERS)
			add_letter(b, without_mark(c));
		letters = kind == ALONE ? 0 : letters + 1;
		last = letters;
	}
	return last;
}

void
tokens_add(struct bytes *b, const char *s, size_t n)
{
	(void)cut(b, s, n);
}

/* Take what stands between two blanks, or two "". */
static void
add_phrase(struct tokens *t, const char *s, size_t n, int is_quoted)
{
	struct tokens_phrase *p = &t->list[t->n];
	size_t letters;

	if (t->n == TOKENS_PHRASES)
		return;
	p->at = t->text.len;
	letters = cut(&t->text, s, n);
	p->len = t->text.len - p->at;
	if (p->len == 0)
		return;
	/* The blank before the first token. */
	p->at++;
	p->len--;
	p->begins = !is_quoted && letters >= 3 &&
	            memchr(t->text.data + p->at, ' ', p->len) == NULL;
	t->n++;
}

int
tokens_read(struct tokens *t, const char *s, struct fault *f)
{
	struct fold_walk walk = {s, strlen(s), 0}, before;
	const char *from = s;
	int32_t c;
	int quoted = 0;

	t->n = 0;
	bytes_reset(&t->text);
	do {
		before = walk;
		c = fold_next(&walk);
		if (c != FOLD_END && c != '"' && (c != ' ' || quoted) &&
		    (c >= ' ' || quoted))
			continue;
		add_phrase(t, from, (size_t)(before.s - from), quoted);
		from = walk.s;
		if (c == '"')
			quoted = !quoted;
	} while (c != FOLD_END);
	return bytes_check(&t->text, f);
}

void
tokens_free(struct tokens *t)
{
	bytes_free(&t->text);
	memset(t, 0, sizeof(*t));
}
