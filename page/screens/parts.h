/*
 * parts: what several screens have in common.
 */
#ifndef PARTS_H
#define PARTS_H

#include "base/utc.h"
#include "page/look/chart.h"
#include "page/look/phrases.h"

struct choice;
struct viewing;

/* The line below the h1: begin and end it. */
void parts_sub(struct viewing *) __attribute__((nonnull));
void parts_sub_end(struct viewing *) __attribute__((nonnull));

/* Say from which day on there are leads, while the catalog isn't whole. */
void parts_behind(struct viewing *) __attribute__((nonnull));

/* Where no lead is there: what to do. */
void parts_none_yet(struct viewing *) __attribute__((nonnull));

/* A name and a text in <dl class="figures">. */
void parts_figure(struct viewing *, enum phrase name) __attribute__((nonnull));
void parts_figure_end(struct viewing *) __attribute__((nonnull));

/* "3,214 leads", "No leads"; "More than 10,000 leads", where it is not known.
 */
#define PARTS_COUNTED 10000
void parts_count(struct viewing *, int64_t leads) __attribute__((nonnull));
void parts_more(struct viewing *) __attribute__((nonnull));

/* Today, and the day so many days before it. */
void parts_today(const struct viewing *, char out[static UTC_DAY_SIZE],
    int days_before) __attribute__((nonnull));

/*
 * Count the choice's leads of these days into a chart, the days of the choice
 * left aside.  0, or -1 with the fault set.
 */
int parts_chart(struct viewing *, const struct choice *, const char *from,
    const char *to, struct chart *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* A list of leads. */
struct parts_list {
	const struct choice *shown;
	const char *path;          /* of the screen */
	const struct choice *link; /* what its URL has behind the path */
	const struct choice *feed; /* as layout_downloads(); or NULL */
	int with_posts;
	int with_search;           /* a field for words beside its heading */
	enum phrase heading, none; /* none: what to say where it is empty */
};

/*
 * Append it in a panel, with its heading, its link to older leads, and the
 * downloads.  0, or -1 with the fault set.
 */
int parts_list(struct viewing *, const struct parts_list *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
