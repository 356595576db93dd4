/* today: how it stands, and the newest leads. */
#include <string.h>

#include "page/files/download.h"
#include "page/look/dates.h"
#include "page/look/filters.h"
#include "page/look/layout.h"
#include "page/page.h"
#include "page/screens/parts.h"
#include "page/screens/screens.h"

#define CHART_DAYS 30

static void
write_figures(struct viewing *v, const struct chart *chart)
{
	struct bytes *b = &v->reply->body;

	layout_raw(v, "<dl class=\"figures big\">");
	parts_figure(v, PHRASE_LEADS_TODAY);
	phrases_number(b, v->language, chart->bars[chart->n - 1].leads);
	parts_figure_end(v);
	parts_figure(v, PHRASE_LEADS_LAST_30);
	phrases_number(b, v->language, chart_total(chart));
	parts_figure_end(v);
	if (v->state.whole && v->scope.n == 0) {
		parts_figure(v, PHRASE_LEADS_IN_ALL);
		phrases_number(b, v->language, v->state.leads);
		parts_figure_end(v);
	}
	parts_figure(v, PHRASE_LAST_DELIVERY);
	if (v->state.newest != 0)
		dates_ago(b, v->language, v->state.newest, v->visit->now);
	else
		layout_say(v, PHRASE_NEVER, NULL, NULL);
	parts_figure_end(v);
	layout_raw(v, "</dl>\n");
}

static void
write_search(struct viewing *v)
{
	layout_raw(v, "<div class=\"panel\" role=\"search\">");
	layout_form(v, "get", "/leads");
	filters_search(v);
	layout_form_end(v);
	layout_raw(v, "</div>\n");
}

int
screens_today(struct viewing *v, struct fault *f)
{
	char from[UTC_DAY_SIZE], today[UTC_DAY_SIZE];
	struct choice all = {0};
	struct chart chart;
	struct parts_list list = {.shown = &all,
	    .path = "/leads",
	    .link = &all,
	    .feed = &all,
	    .with_posts = 1,
	    .heading = PHRASE_NEWEST_LEADS,
	    .none = PHRASE_NONE_YET};

	if (download_wants(v))
		return download_leads(v, f);
	parts_today(v, today, 0);
	parts_today(v, from, CHART_DAYS - 1);
	if (parts_chart(v, &all, from, today, &chart, f) == -1)
		return -1;
	layout_begin(v, LAYOUT_TODAY, phrases_get(v->language, PHRASE_TODAY));
	parts_sub(v);
	dates_day(&v->reply->body, v->language, today);
	parts_sub_end(v);
	parts_behind(v);
	write_figures(v, &chart);
	if (v->state.leads == 0 && v->state.whole) {
		parts_none_yet(v);
	} else {
		chart_write(&chart, v, &all);
		write_search(v);
		if (chart.bars[chart.n - 1].leads == 0)
			layout_notice_phrase(v, LAYOUT_NOTE, PHRASE_NONE_TODAY);
		if (parts_list(v, &list, f) == -1)
			return -1;
	}
	layout_end(v);
	return 0;
}
