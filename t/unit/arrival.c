#include "unit.h"

#include "page/arrival.h"

/* Begin, parameters of n bytes, their end, a body, its end. */
static size_t
make_request(unsigned char *out, size_t parameters, size_t body)
{
	const size_t lengths[] = {8, parameters, 0, body, 0};
	static const unsigned char types[] = {1, 4, 4, 5, 5};
	size_t i, at = 0;

	for (i = 0; i < COUNT(lengths); i++) {
		if (i == 3 && body == 0)
			continue;
		memset(out + at, 0, 8 + lengths[i]);
		out[at] = 1;
		out[at + 1] = types[i];
		out[at + 4] = (unsigned char)(lengths[i] >> 8);
		out[at + 5] = (unsigned char)lengths[i];
		at += 8 + lengths[i];
	}
	return at;
}

static void
a_request_is_whole_at_its_last_byte(void **state)
{
	static const size_t bodies[] = {0, 1, 700};
	unsigned char *all = malloc(4096), *piece;
	size_t i, n, end;

	(void)state;
	assert_non_null(all);
	for (i = 0; i < COUNT(bodies); i++) {
		end = make_request(all, 300, bodies[i]);
		for (n = 0; n <= end; n++) {
			/* What is behind it isn't looked at. */
			piece = malloc(n + 1);
			assert_non_null(piece);
			memcpy(piece, all, n);
			assert_int_equal(arrival_is_whole(piece, n), n == end);
			free(piece);
		}
	}
	free(all);
}

static void
padding_is_passed_over(void **state)
{
	unsigned char s[64] = {0};

	(void)state;
	s[1] = 4;
	s[5] = 3;
	s[6] = 5;
	s[8 + 8 + 1] = 5;
	assert_int_equal(arrival_is_whole(s, 16 + 7), 0);
	assert_int_equal(arrival_is_whole(s, 16 + 8), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a request is whole at its last byte",
		a_request_is_whole_at_its_last_byte),
	    TEST("padding is passed over", padding_is_passed_over),
	};

	return RUN(tests);
}
