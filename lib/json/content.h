/*
 * content: which kinds of characters there are in a string, as far as it
 * matters for how its cell is written.  Sixteen bytes at a time where the
 * compiler has SSE2; content_plain() finds the same byte by byte.
 */
#ifndef CONTENT_H
#define CONTENT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "json/scan.h"

/*
 * CHANGED is what may become another character, or two: controls, ", and the
 * first bytes of U+0080 to U+00BF and of U+2000 to U+2FFF, among which are more
 * controls.  FAR are the first bytes of digits other than ASCII's.
 */
enum {
	CONTENT_DIGIT = 1,
	CONTENT_COMMA = 2,
	CONTENT_SEMICOLON = 4,
	CONTENT_BAR = 8,
	CONTENT_CHANGED = 16,
	CONTENT_FAR = 32
};

/* clang-format off */
#define D CONTENT_DIGIT
#define C CONTENT_CHANGED
#define F CONTENT_FAR
static const unsigned char content_bytes[256] = {
	C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
	C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
	['"'] = C, [','] = CONTENT_COMMA, [';'] = CONTENT_SEMICOLON,
	['|'] = CONTENT_BAR,
	['0'] = D, D, D, D, D, D, D, D, D, D,
	[0x7f] = C, [0xc2] = C, [0xe2] = C,
	[0xd9] = F, [0xdb] = F, [0xdf] = F, [0xe0] = F, F, [0xea] = F,
	[0xef] = F};
#undef D
#undef C
#undef F
/* clang-format on */

static inline unsigned
content_byte(char c)
{
	return content_bytes[(unsigned char)c];
}

static inline unsigned
content_plain(const char *s, size_t n)
{
	unsigned content = 0;
	size_t i;

	for (i = 0; i < n; i++)
		content |= content_byte(s[i]);
	return content;
}

#ifdef __SSE2__
/* Each of n bytes, 4 to 16, at least once among sixteen. */
static inline __m128i
content_load(const char *s, size_t n)
{
	uint64_t low, high;
	uint32_t first, last;

	if (n >= 8) {
		memcpy(&low, s, 8);
		memcpy(&high, s + n - 8, 8);
	} else {
		memcpy(&first, s, 4);
		memcpy(&last, s + n - 4, 4);
		low = high = (uint64_t)last << 32 | first;
	}
	return _mm_set_epi64x((long long)high, (long long)low);
}

/*
 * Add what is a digit, and what else matters, with }, ~ and some from U+0640 on
 * which don't.
 */
static inline void
content_find(__m128i v, __m128i *digits, __m128i *others)
{
	const __m128i from_0 = _mm_sub_epi8(v, _mm_set1_epi8('0'));
	const __m128i digit =
	    _mm_cmpeq_epi8(_mm_min_epu8(from_0, _mm_set1_epi8(9)), from_0);
	const __m128i from_d9 = _mm_set1_epi8((char)0xd9);
	const __m128i far = _mm_cmpeq_epi8(_mm_max_epu8(v, from_d9), v);
	/* 0xe2 is among these; one comparison finds | to 0x7f. */
	const __m128i first = _mm_or_si128(far, scan_equal(v, (char)0xc2));
	const __m128i bar = scan_equal(_mm_or_si128(v, _mm_set1_epi8(3)), 0x7f);
	const __m128i separators =
	    _mm_or_si128(scan_equal(v, ','), scan_equal(v, ';'));
	const __m128i quotes =
	    _mm_or_si128(scan_controls(v), scan_equal(v, '"'));

	*digits = _mm_or_si128(*digits, digit);
	*others = _mm_or_si128(*others, _mm_or_si128(_mm_or_si128(first, bar),
					    _mm_or_si128(separators, quotes)));
}

static inline unsigned
content_of(const char *s, size_t n)
{
	__m128i digits = _mm_setzero_si128(), others = digits;
	size_t i;

	if (n < 4)
		return content_plain(s, n);
	for (i = 0; i + 16 <= n; i += 16)
		content_find(scan_load(s + i), &digits, &others);
	/* Bytes that are looked at twice change nothing. */
	if (n < 16)
		content_find(content_load(s, n), &digits, &others);
	else if (i < n)
		content_find(scan_load(s + n - 16), &digits, &others);
	if (scan_bits(others) != 0)
		return content_plain(s, n);
	return scan_bits(digits) != 0 ? CONTENT_DIGIT : 0;
}
#else
#define content_of content_plain
#endif

#endif
