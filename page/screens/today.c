/* today: how it stands, and the newest leads. */
#include <string.h>

#include "page/data/health.h"
#include "page/files/download.h"
#include "markup/html.h"
#include "page/look/barchart.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/page.h"
#include "page/screens/parts.h"
#include "page/screens/screens.h"

#define CHART_DAYS 30

struct concerns {
	struct viewing *v;
	int n;
};

/* Such a sentence is in English, whichever language the page has. */
static void
write_concern(void *context, enum health_grade grade, const char *sentence)
{
	struct concerns *c = context;

	if (c->n++ == 0)
		layout_raw(c->v, "<ul class=\"notice\">");
	layout_raw(c->v, "<li lang=\"en\">");
	if (grade == HEALTH_ACT) {
		layout_raw(c->v, "<strong>");
		layout_say(c->v, PHRASE_ACT, NULL, NULL);
		layout_raw(c->v, "</strong> ");
	}
	html_texts(&c->v->reply->body, sentence);
	layout_raw(c->v, "</li>\n");
}

/* Collected first: "all is well" stands above them. */
static int
write_health(struct viewing *v, const struct health *h, const char *today,
    struct fault *f)
{
	struct bytes page = v->reply->body;
	struct concerns c = {v, 0};
	struct bytes concerns;
	int rc;

	memset(&v->reply->body, 0, sizeof(v->reply->body));
	rc = health_each(h, write_concern, &c, f);
	concerns = v->reply->body;
	v->reply->body = page;
	if (rc == -1)
		goto out;
	parts_sub(v);
	dates_day(&v->reply->body, v->language, today);
	if (c.n == 0) {
		layout_raw(v, " \xc2\xb7 ");
		layout_say(v, PHRASE_ALL_WELL, NULL, NULL);
	}
	parts_sub_end(v);
	if (c.n > 0) {
		bytes_add(&v->reply->body, concerns.data, concerns.len);
		layout_raw(v, "</ul>\n");
	}
	v->reply->body.failed |= concerns.failed;
	rc = 0;
out:
	bytes_free(&concerns);
	return rc;
}

static void
write_figures(
    struct viewing *v, const struct health *h, const struct chart *chart)
{
	int64_t newest = health_newest(h);
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
	if (newest != 0)
		dates_ago(b, v->language, newest, v->visit->now);
	else
		layout_say(v, PHRASE_NEVER, NULL, NULL);
	parts_figure_end(v);
	layout_raw(v, "</dl>\n");
}

int
screens_today(struct viewing *v, struct fault *f)
{
	char from[UTC_DAY_SIZE], today[UTC_DAY_SIZE];
	struct choice all = {0};
	struct chart chart;
	struct health health = {v->page->home, &v->page->conf, v->page->catalog,
	    &v->state, &v->scope, v->visit->now};
	struct parts_list list = {.shown = &all,
	    .path = "/leads",
	    .link = &all,
	    .feed = &all,
	    .with_posts = 1,
	    .with_search = 1,
	    .heading = PHRASE_NEWEST_LEADS,
	    .none = PHRASE_NONE_YET};

	if (download_wants(v))
		return download_leads(v, f);
	parts_today(v, today, 0);
	parts_today(v, from, CHART_DAYS - 1);
	if (parts_chart(v, &all, from, today, &chart, f) == -1)
		return -1;
	layout_begin(v, LAYOUT_TODAY, phrases_get(v->language, PHRASE_TODAY));
	if (write_health(v, &health, today, f) == -1)
		return -1;
	parts_behind(v);
	if (v->state.leads == 0 && v->state.whole) {
		write_figures(v, &health, &chart);
		parts_none_yet(v);
	} else {
		layout_raw(v, "<div class=\"overview\">");
		write_figures(v, &health, &chart);
		barchart_write(&chart, v, &all);
		layout_raw(v, "</div>\n");
		if (chart.bars[chart.n - 1].leads == 0)
			layout_notice_phrase(v, LAYOUT_NOTE, PHRASE_NONE_TODAY);
		if (parts_list(v, &list, f) == -1)
			return -1;
	}
	layout_end(v);
	return 0;
}
