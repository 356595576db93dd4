#include "unit.h"

#include "json/bytewise.h"
#include "json/wellformed.h"

static int
is_json(const char *s, size_t n)
{
	static struct wellformed w;
	struct jsontext_slice all;

	wellformed_begin(&w, s, n);
	wellformed_value(&w, &all);
	return wellformed_end(&w) == WELLFORMED_JSON;
}

/* Is it taken to its end? */
static int
takes(const char *s, size_t n)
{
	struct bytewise b;
	size_t i;
	int rc;

	bytewise_begin(&b);
	for (i = 0; i < n; i++) {
		if ((rc = bytewise_step(&b, s[i])) == -1)
			return 0;
		assert_int_equal(rc, 0);
	}
	return bytewise_end(&b);
}

static const char *const seeds[] = {
    "{\"a\":[1,-0.5e+3,true,false,null,\"\\u00e9\\n\\\"x\"],\"b\":{},\"c\":[]}",
    " [ [ { } , 10 ] , \"\" ] ", "0", "-12.25E-7", "\"\\\\\"", "nul", "tru e",
    "[1,]", "{,}", "{\"a\"}", "{\"a\":1,}", "01", "1.", "-", "1e", "1e+",
    "\"\\x\"", "\"\\u12g4\"", "[}", "{]", "1 2", ""};

static void
the_grammar_is_that_of_wellformed(void **state)
{
	static const char put[] = "{}[],:\"\\tfnue0195-+.E \n\x01xaAFgG@`";
	char text[128];
	size_t i, at, k, n;

	(void)state;
	for (i = 0; i < COUNT(seeds); i++)
		for (n = strlen(seeds[i]), at = 0; at <= n; at++) {
			assert_int_equal(
			    takes(seeds[i], at), is_json(seeds[i], at));
			for (k = 0; k < sizeof(put) - 1; k++) {
				/* A byte more, and another in its place. */
				memcpy(text, seeds[i], at);
				text[at] = put[k];
				memcpy(text + at + 1, seeds[i] + at, n - at);
				if (takes(text, n + 1) != is_json(text, n + 1))
					fail_msg("%.*s", (int)n + 1, text);
				memcpy(text, seeds[i], n);
				if (at < n)
					text[at] = put[k];
				if (takes(text, n) != is_json(text, n))
					fail_msg("%.*s", (int)n, text);
			}
		}
}

static void
sixty_four_levels_are_the_most(void **state)
{
	struct bytewise b, before;
	int i;

	(void)state;
	bytewise_begin(&b);
	for (i = 0; i < BYTEWISE_LEVELS; i++)
		assert_int_equal(bytewise_step(&b, '['), 0);
	assert_int_equal(bytewise_step(&b, '['), -1);
	before = b;
	assert_int_equal(bytewise_step(&b, '{'), -1);
	assert_true(bytewise_equal(&b, &before));
	for (i = 0; i < BYTEWISE_LEVELS; i++)
		assert_int_equal(bytewise_step(&b, ']'), 0);
	assert_true(bytewise_end(&b));
	assert_int_equal(bytewise_step(&b, ']'), -1);
}

static void
places_are_the_same_however_one_came_there(void **state)
{
	static const struct {
		const char *a, *b;
		int same;
	} cases[] = {{"[1,", "[{\"a\":[]},", 1}, {"[", "[1,", 0},
	    {"{\"a\":1", "{\"a\":1", 1}, {"{\"a\"", "{\"a", 0},
	    {"{\"a", "[\"a", 0}, {"\"\\u1", "\"\\u12", 0}, {"[[", "[{", 0},
	    {"{\"a\":true", "{\"b\":\"x\"", 1}, {"t", "n", 0}, {"tr", "t", 0},
	    {"[[]", "[{}", 1}, {"\"\\u1234", "\"", 1}};
	struct bytewise b[2];
	const char *s;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		for (k = 0; k < 2; k++) {
			bytewise_begin(&b[k]);
			for (s = k == 0 ? cases[i].a : cases[i].b; *s != '\0';
			     s++)
				assert_int_equal(bytewise_step(&b[k], *s), 0);
		}
		assert_int_equal(bytewise_equal(&b[0], &b[1]), cases[i].same);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the grammar is that of wellformed",
		the_grammar_is_that_of_wellformed),
	    TEST("sixty-four levels are the most",
		sixty_four_levels_are_the_most),
	    TEST("places are the same however one came there",
		places_are_the_same_however_one_came_there),
	};

	return RUN(tests);
}
