/*
 * chart: how many leads came on each day of a range.
 * Where the days are many a bar is a week, a month or a year.
 */
#ifndef CHART_H
#define CHART_H

#include <stddef.h>
#include <stdint.h>

#include "base/utc.h"

#define CHART_BARS 93 /* at most: three months of days */

enum chart_unit { CHART_DAY, CHART_WEEK, CHART_MONTH, CHART_YEAR };

struct chart {
	enum chart_unit unit;
	char from[UTC_DAY_SIZE], to[UTC_DAY_SIZE];
	/* Each with its first and its last day, the oldest first. */
	struct chart_bar {
		char from[UTC_DAY_SIZE], to[UTC_DAY_SIZE];
		int64_t leads;
	} bars[CHART_BARS + 1];
	size_t n;
};

/*
 * Begin one of these days, both among them and neither before 1970, without
 * leads.  Weeks begin on Monday; the first and the last bar may be cut.
 */
void chart_begin(struct chart *, const char *from, const char *to)
    __attribute__((nonnull));

/* Add leads of a day; one that isn't in the range is passed over. */
void chart_add(struct chart *, const char *day, int64_t leads)
    __attribute__((nonnull));

int64_t chart_total(const struct chart *) __attribute__((nonnull));

#endif
