#include "page/look/phrases.h"

#include <string.h>

/* The plural is one[1] and many[1] where it is COUNTED. */
static const struct {
	const char *english, *german;
	const char *english_many, *german_many;
} texts[] = {
#define PHRASE(name, one, eines)               {one, eines, one, eines},
#define COUNTED(name, one, many, eines, viele) {one, eines, many, viele},
#include "page/look/phrases.table"
#undef PHRASE
#undef COUNTED
};

static int
is_german(const char *language)
{
	return language[0] == 'd';
}

/* Digits behind the point of a q, as thousandths; n bytes of "q=0.85". */
static int
weight(const char *s, size_t n)
{
	int value, unit = 100;
	size_t i;

	if (n < 3 || (s[0] != 'q' && s[0] != 'Q') || s[1] != '=')
		return 1000;
	if (s[2] != '0')
		return 1000;
	for (value = 0, i = 4; i < n && s[i] >= '0' && s[i] <= '9'; i++) {
		value += (s[i] - '0') * unit;
		unit /= 10;
	}
	return value;
}

/* How much a range of Accept-Language wants a language, in thousandths. */
static int
wanted(const char *range, size_t n, const char *language)
{
	const char *semicolon = memchr(range, ';', n);
	size_t name = semicolon == NULL ? n : (size_t)(semicolon - range);
	size_t q = name;

	while (name > 0 && range[name - 1] == ' ')
		name--;
	if (name < 2 || (range[0] | 32) != language[0] ||
	    (range[1] | 32) != language[1] || (name > 2 && range[2] != '-'))
		return 0;
	while (q < n && (range[q] == ';' || range[q] == ' '))
		q++;
	return weight(range + q, n - q);
}

const char *
phrases_language(const char *setting, const char *accept)
{
	int english = 0, german = 0, w;
	size_t n;

	if (strcmp(setting, "de") == 0)
		return "de";
	if (strcmp(setting, "en") == 0)
		return "en";
	while (*accept != '\0') {
		accept += strspn(accept, ", \t");
		n = strcspn(accept, ",");
		if ((w = wanted(accept, n, "en")) > english)
			english = w;
		if ((w = wanted(accept, n, "de")) > german)
			german = w;
		accept += n;
	}
	return german > english ? "de" : "en";
}

const char *
phrases_get(const char *language, enum phrase phrase)
{
	return is_german(language) ? texts[phrase].german
	                           : texts[phrase].english;
}

static void
fill(struct bytes *b, const char *text, const char *one, const char *two)
{
	const char *place;

	for (; (place = strchr(text, '{')) != NULL; text = place + 3) {
		bytes_add(b, text, (size_t)(place - text));
		bytes_adds(b, place[1] == '1' ? one : two);
	}
	bytes_adds(b, text);
}

void
phrases_fill(struct bytes *b, const char *language, enum phrase phrase,
    const char *one, const char *two)
{
	fill(b, phrases_get(language, phrase), one == NULL ? "" : one,
	    two == NULL ? "" : two);
}

void
phrases_count(
    struct bytes *b, const char *language, enum phrase phrase, int64_t n)
{
	struct bytes number = {0};

	phrases_number(&number, language, n);
	bytes_addc(&number, '\0');
	b->failed |= number.failed;
	if (!number.failed)
		fill(b,
		    n == 1                ? phrases_get(language, phrase)
		    : is_german(language) ? texts[phrase].german_many
					  : texts[phrase].english_many,
		    number.data, "");
	bytes_free(&number);
}

void
phrases_number(struct bytes *b, const char *language, int64_t n)
{
	char digits[24];
	size_t len = 0;

	if (n < 0) {
		bytes_addc(b, '-');
		n = -n;
	}
	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	while (len-- > 0) {
		bytes_addc(b, digits[len]);
		if (len > 0 && len % 3 == 0)
			bytes_addc(b, is_german(language) ? '.' : ',');
	}
}
