/* days: a range of days, and one day. */
#include <stdio.h>
#include <string.h>

#include "page/files/download.h"
#include "page/look/barchart.h"
#include "page/look/dates.h"
#include "page/look/filters.h"
#include "page/look/layout.h"
#include "page/page.h"
#include "page/screens/parts.h"
#include "page/screens/screens.h"

#define LAST_DAYS 30

/*
 * What the choice leaves open is filled in.  No lead came before 1970, and none
 * comes tomorrow.
 */
static void
fill_range(struct viewing *v)
{
	struct choice *c = &v->choice;
	char today[UTC_DAY_SIZE];

	parts_today(v, today, 0);
	if (c->to[0] == '\0' || strcmp(c->to, today) > 0)
		memcpy(c->to, today, UTC_DAY_SIZE);
	if (utc_day_number(c->to) == -1)
		utc_day_of_number(0, c->to);
	if (c->from[0] == '\0' &&
	    utc_before(c->to, LAST_DAYS - 1, 'd', c->from) == -1)
		memcpy(c->from, c->to, UTC_DAY_SIZE);
	if (utc_day_number(c->from) == -1)
		utc_day_of_number(0, c->from);
	if (strcmp(c->from, c->to) > 0)
		memcpy(c->from, c->to, UTC_DAY_SIZE);
}

/* Links to the ranges that are asked for most. */
static void
write_quick(struct viewing *v)
{
	static const struct {
		int days;
		enum phrase name;
	} ranges[] = {{7, PHRASE_LAST_7}, {30, PHRASE_LAST_30},
	    {90, PHRASE_LAST_90}, {365, PHRASE_LAST_365}};
	struct choice range = v->choice;
	size_t i;

	range.before = 0;
	bytes_printf(&v->reply->body,
	    "<nav aria-label=\"%s\"><ul class=\"actions\">",
	    phrases_get(v->language, PHRASE_QUICK_RANGES));
	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		parts_today(v, range.from, ranges[i].days - 1);
		parts_today(v, range.to, 0);
		layout_raw(v, "<li><a class=\"button quiet\"");
		layout_href(v, "/days", &range);
		if (strcmp(range.from, v->choice.from) == 0 &&
		    strcmp(range.to, v->choice.to) == 0)
			layout_raw(v, " aria-current=\"true\"");
		layout_raw(v, ">");
		layout_say(v, ranges[i].name, NULL, NULL);
		layout_raw(v, "</a></li>");
	}
	layout_raw(v, "</ul></nav>\n");
}

/* "23 Nov to 30 Nov: 214 leads". */
static void
write_range(struct viewing *v, const struct chart *chart)
{
	struct bytes from = {0}, to = {0};
	char today[UTC_DAY_SIZE];

	parts_today(v, today, 0);
	dates_short(&from, v->language, v->choice.from, today);
	dates_short(&to, v->language, v->choice.to, today);
	bytes_addc(&from, '\0');
	bytes_addc(&to, '\0');
	parts_sub(v);
	if (!from.failed && !to.failed)
		layout_say(v, PHRASE_RANGE, from.data, to.data);
	layout_raw(v, " \xc2\xb7 ");
	parts_count(v, chart_total(chart));
	parts_sub_end(v);
	v->reply->body.failed |= from.failed | to.failed;
	bytes_free(&from);
	bytes_free(&to);
}

/* The days are said above; the others are chips. */
static void
write_chips(struct viewing *v, const char *path)
{
	struct choice whole = v->choice;

	v->choice.from[0] = v->choice.to[0] = '\0';
	filters_chips(v, path);
	v->choice = whole;
}

int
screens_days(struct viewing *v, struct fault *f)
{
	struct chart chart;
	struct parts_list list = {.shown = &v->choice,
	    .path = "/days",
	    .link = &v->choice,
	    .feed = &v->choice,
	    .with_posts = 1,
	    .heading = PHRASE_LEADS_OF_THESE,
	    .none = PHRASE_NONE_IN_RANGE};

	if (download_wants(v))
		return download_leads(v, f);
	fill_range(v);
	if (parts_chart(
		v, &v->choice, v->choice.from, v->choice.to, &chart, f) == -1)
		return -1;
	layout_begin(v, LAYOUT_DAYS, phrases_get(v->language, PHRASE_DAYS));
	write_range(v, &chart);
	parts_behind(v);
	layout_raw(v, "<div class=\"panel range\">");
	write_quick(v);
	filters_range(v, "/days");
	layout_raw(v, "</div>\n");
	write_chips(v, "/days");
	barchart_write(&chart, v, &v->choice);
	if (parts_list(v, &list, f) == -1)
		return -1;
	layout_end(v);
	return 0;
}

/* Links to the days before and after. */
static void
write_neighbours(struct viewing *v, const char *day)
{
	struct choice its = v->choice;
	char today[UTC_DAY_SIZE], other[UTC_DAY_SIZE], path[32];
	int number = utc_day_number(day);

	its.from[0] = its.to[0] = '\0';
	its.before = 0;
	parts_today(v, today, 0);
	layout_raw(v, "<div class=\"actions\">");
	if (number > 0) {
		utc_day_of_number(number - 1, other);
		(void)snprintf(path, sizeof(path), "/day/%s", other);
		layout_link(v, "button quiet", path, &its, PHRASE_EARLIER_DAY);
	}
	if (number >= 0 && strcmp(day, today) < 0) {
		utc_day_of_number(number + 1, other);
		(void)snprintf(path, sizeof(path), "/day/%s", other);
		layout_link(v, "button quiet", path, &its, PHRASE_LATER_DAY);
	}
	layout_raw(v, "</div>\n");
}

int
screens_day(struct viewing *v, struct fault *f)
{
	struct choice all = v->choice, link = v->choice;
	char path[32];
	struct parts_list list = {.shown = &v->choice,
	    .path = path,
	    .link = &link,
	    .feed = &all,
	    .with_posts = 1,
	    .heading = PHRASE_LEADS_OF_DAY,
	    .none = PHRASE_NONE_THAT_DAY};
	struct bytes title = {0};
	int64_t n;
	int rc = -1;

	if (download_wants(v))
		return download_leads(v, f);
	all.before = 0;
	/* The day is in the path. */
	link.from[0] = link.to[0] = '\0';
	(void)snprintf(path, sizeof(path), "/day/%s", v->choice.from);
	n = catalog_count(v->page->catalog, &v->scope, &all, 0, f);
	dates_day(&title, v->language, v->choice.from);
	bytes_addc(&title, '\0');
	if (n == -1 || bytes_check(&title, f) == -1)
		goto out;
	layout_begin(v, LAYOUT_DAYS, title.data);
	parts_sub(v);
	parts_count(v, n);
	parts_sub_end(v);
	parts_behind(v);
	write_neighbours(v, v->choice.from);
	write_chips(v, path);
	if (parts_list(v, &list, f) == -1)
		goto out;
	layout_end(v);
	rc = 0;
out:
	bytes_free(&title);
	return rc;
}
