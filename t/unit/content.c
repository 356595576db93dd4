#include "unit.h"

#include "json/content.h"

static void
kinds_are_found(void **state)
{
	static const struct {
		const char *text;
		unsigned content;
	} cases[] = {{"", 0}, {"a", 0}, {"Jane O'Neil (CEO) {x} ~", 0},
	    {"7", CONTENT_DIGIT}, {"a,b", CONTENT_COMMA},
	    {"abc;defgh", CONTENT_SEMICOLON}, {"|", CONTENT_BAR},
	    {"say \"hi\"", CONTENT_CHANGED}, {"a\tb", CONTENT_CHANGED},
	    {"\x7f", CONTENT_CHANGED}, {"\xc2\xa0", CONTENT_CHANGED},
	    {"\xe2\x80\xa8", CONTENT_CHANGED}, {"\xc3\xa9\xd7\x90", 0},
	    {"\xd9\xa1", CONTENT_FAR}, {"abc\xef\xbc\x91", CONTENT_FAR},
	    {"\xe6\x97\xa5\xe6\x9c\xac", 0},
	    {"0123456789,;|\"", 2 * CONTENT_CHANGED - 1}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (content_of(cases[i].text, strlen(cases[i].text)) !=
		    cases[i].content)
			fail_msg("%s", cases[i].text);
}

/* Every byte at every place, in strings of every length. */
static void
both_ways_are_the_same(void **state)
{
	size_t n, at, other;
	char *s;
	int c;

	(void)state;
	for (n = 1; n < 50; n++) {
		/* Where no byte behind it may be read. */
		s = malloc(n);
		assert_non_null(s);
		for (at = 0; at < n; at++)
			for (c = 0; c < 256; c++) {
				memset(s, 'x', n);
				other = (at * 7 + (size_t)c) % n;
				s[other] = ";7\"x"[c % 4];
				s[at] = (char)c;
				if (content_of(s, n) != content_plain(s, n))
					fail_msg("%zu %zu %d", n, at, c);
			}
		free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("kinds of characters are found", kinds_are_found),
	    TEST("sixteen bytes at a time find what byte by byte finds",
		both_ways_are_the_same),
	};

	return RUN(tests);
}
