/*
 * scan: the next byte of a text that matters, found sixteen bytes at a time
 * where the compiler has SSE2.  What is plain does the same byte by byte: for
 * other machines, and for the end of a text, behind which nothing is read.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/*
 * Inside a JSON string: the first quote, backslash or control character, or
 * the end.  *beyond gets a bit where a byte before that is not ASCII.
 */
static inline const char *
scan_string_plain(const char *s, const char *end, unsigned *beyond)
{
	for (; s < end && (unsigned char)*s >= ' ' && *s != '"' && *s != '\\';
	     s++)
		*beyond |= (unsigned char)*s & 0x80;
	return s;
}

/* The first byte that is no blank of JSON's, or the end. */
static inline const char *
scan_blanks_plain(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\n' || *s == '\r' || *s == '\t'))
		s++;
	return s;
}

#ifdef __SSE2__
static inline __m128i
scan_load(const char *s)
{
	return _mm_loadu_si128((const __m128i *)(const void *)s);
}

/* Which of the sixteen bytes are c, as bytes of ones. */
static inline __m128i
scan_equal(__m128i v, char c)
{
	return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}

/* Which of them are control characters. */
static inline __m128i
scan_controls(__m128i v)
{
	return _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
}

/* One bit for each byte. */
static inline unsigned
scan_bits(__m128i v)
{
	return (unsigned)_mm_movemask_epi8(v);
}

static inline const char *
scan_string(const char *s, const char *end, unsigned *beyond)
{
	unsigned stop, high;
	__m128i v;

	for (; end - s >= 16; s += 16) {
		v = scan_load(s);
		high = scan_bits(v);
		stop = scan_bits(_mm_or_si128(scan_controls(v),
		    _mm_or_si128(scan_equal(v, '"'), scan_equal(v, '\\'))));
		if (stop != 0) {
			/* Only of the bytes up to this one. */
			*beyond |= high & (stop ^ (stop - 1));
			return s + __builtin_ctz(stop);
		}
		*beyond |= high;
	}
	return scan_string_plain(s, end, beyond);
}

static inline const char *
scan_blanks(const char *s, const char *end)
{
	unsigned stop;
	__m128i v;

	for (; end - s >= 16; s += 16) {
		v = scan_load(s);
		stop = 0xffff ^
		       scan_bits(_mm_or_si128(_mm_or_si128(scan_equal(v, ' '),
						  scan_equal(v, '\n')),
			   _mm_or_si128(
			       scan_equal(v, '\r'), scan_equal(v, '\t'))));
		if (stop != 0)
			return s + __builtin_ctz(stop);
	}
	return scan_blanks_plain(s, end);
}
#else
#define scan_string scan_string_plain
#define scan_blanks scan_blanks_plain
#endif

#endif
