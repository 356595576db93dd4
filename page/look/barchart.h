/*
 * barchart: a chart as bars (SVG), with the same numbers in a table.
 */
#ifndef BARCHART_H
#define BARCHART_H

struct chart;
struct choice;
struct viewing;

/*
 * Append it: each bar with leads links to its day, or its days, where the
 * choice's other filters hold too.
 */
void barchart_write(const struct chart *, struct viewing *,
    const struct choice *) __attribute__((nonnull));

#endif
