#include "unit.h"

#include "json/scan.h"

/* Each way to begin and to end, with a byte that stops at every place. */
static void
both_ways_are_the_same(void **state)
{
	static const unsigned char bytes[] = {0, 9, 10, 13, 0x1f, ' ', '!', '"',
	    '#', '[', '\\', ']', 'a', 0x7f, 0x80, 0xc3, 0xff};
	unsigned beyond, plain;
	char text[64], *s, *end;
	size_t n, at, i, fill;
	static const char fills[] = {'a', ' ', (char)0xc3};

	(void)state;
	for (n = 0; n <= 50; n++)
		for (fill = 0; fill < COUNT(fills); fill++)
			for (at = 0; at <= n; at++)
				for (i = 0; i < sizeof(bytes); i++) {
					/* Where no byte behind it may be read.
					 */
					s = malloc(n == 0 ? 1 : n);
					assert_non_null(s);
					end = s + n;
					memset(text, fills[fill], n);
					text[at] = (char)bytes[i];
					memcpy(s, text, n);
					beyond = plain = 0;
					assert_ptr_equal(
					    scan_string(s, end, &beyond),
					    scan_string_plain(s, end, &plain));
					assert_int_equal(!beyond, !plain);
					assert_ptr_equal(scan_blanks(s, end),
					    scan_blanks_plain(s, end));
					free(s);
				}
}

static void
strings_end_where_they_should(void **state)
{
	static const struct {
		const char *text;
		size_t stop;
		int beyond;
	} cases[] = {{"", 0, 0}, {"abc", 3, 0}, {"abc\"\xc3", 3, 0},
	    {"\xc3\xa9\\", 2, 1}, {"a\nb", 1, 0},
	    {"abcdefghijklmnopqrstuvwxyz\"\xc3\xa9", 26, 0},
	    {"abcdefghijklmnopqrstuvwx\xc3\xa9\"", 26, 1}};
	unsigned beyond;
	const char *s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		s = cases[i].text;
		beyond = 0;
		assert_ptr_equal(
		    scan_string(s, s + strlen(s), &beyond), s + cases[i].stop);
		assert_int_equal(beyond != 0, cases[i].beyond);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a string's inside ends at a quote, a backslash, a control",
		strings_end_where_they_should),
	    TEST("sixteen bytes at a time find what byte by byte finds",
		both_ways_are_the_same),
	};

	return RUN(tests);
}
