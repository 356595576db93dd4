/* number: numbers compared by what they are worth; see number.h. */
#include <string.h>

#include "select/number.h"

#define POWER_MAX INT64_C(1000000000000000) /* of an exponent */

/* What stands behind the e; 0 where that is no exponent. */
static int
read_exponent(const char *s, const char *end, int64_t *out)
{
	int negative = s < end && *s == '-';

	*out = 0;
	if (s < end && (*s == '-' || *s == '+'))
		s++;
	if (s == end)
		return 0;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9')
			return 0;
		if (*out < POWER_MAX)
			*out = *out * 10 + (*s - '0');
	}
	*out = negative ? -*out : *out;
	return 1;
}

int
number_read(struct number *x, const char *s, size_t n)
{
	const char *end = s + n;
	int point = 0, any = 0;
	int64_t exponent = 0;

	memset(x, 0, sizeof(*x));
	x->negative = n > 0 && *s == '-';
	if (n > 0 && (*s == '-' || *s == '+'))
		s++;
	for (; s < end && ((*s >= '0' && *s <= '9') || *s == '.'); s++) {
		if (*s == '.') {
			if (point++ || !any)
				return 0;
			continue;
		}
		any = 1;
		if (x->digits == NULL && *s != '0')
			x->digits = s;
		if (!point)
			x->power += x->digits != NULL;
		else if (x->digits == NULL)
			x->power--;
	}
	if (!any || s[-1] == '.')
		return 0;
	if (x->digits != NULL)
		x->n = (size_t)(s - x->digits);
	if (s < end &&
	    ((*s | 0x20) != 'e' || !read_exponent(s + 1, end, &exponent)))
		return 0;
	x->power += exponent;
	return 1;
}

/* Which sign: -1, 0, 1. */
static int
sign(const struct number *x)
{
	return x->digits == NULL ? 0 : x->negative ? -1 : 1;
}

/* The next digit; 0 behind the last. */
static int
next_digit(const struct number *x, size_t *at)
{
	if (*at < x->n && x->digits[*at] == '.')
		++*at;
	return *at < x->n ? x->digits[(*at)++] - '0' : 0;
}

/* Signs aside. */
static int
compare_sizes(const struct number *a, const struct number *b)
{
	size_t i = 0, j = 0;
	int x, y;

	if (a->power != b->power)
		return a->power < b->power ? -1 : 1;
	while (i < a->n || j < b->n) {
		x = next_digit(a, &i);
		y = next_digit(b, &j);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

int
number_compare(const struct number *a, const struct number *b)
{
	if (sign(a) != sign(b))
		return sign(a) < sign(b) ? -1 : 1;
	return sign(a) * compare_sizes(a, b);
}
