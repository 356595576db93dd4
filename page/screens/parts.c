#include "page/screens/parts.h"

#include <string.h>

#include "markup/html.h"
#include "page/look/dates.h"
#include "page/look/filters.h"
#include "page/look/layout.h"
#include "page/look/leadlist.h"
#include "page/page.h"

void
parts_sub(struct viewing *v)
{
	layout_raw(v, "<p class=\"sub\">");
}

void
parts_sub_end(struct viewing *v)
{
	layout_raw(v, "</p>\n");
}

void
parts_behind(struct viewing *v)
{
	char today[UTC_DAY_SIZE];
	struct bytes day = {0};

	if (v->state.whole)
		return;
	parts_today(v, today, 0);
	layout_raw(v, "<p class=\"notice\" role=\"status\">");
	if (v->state.from[0] != '\0')
		dates_short(&day, v->language, v->state.from, today);
	bytes_addc(&day, '\0');
	if (v->state.from[0] != '\0' && !day.failed)
		layout_say(v, PHRASE_BEHIND, day.data, NULL);
	else
		layout_say(v, PHRASE_BEHIND_ALL, NULL, NULL);
	layout_raw(v, "</p>\n");
	bytes_free(&day);
}

void
parts_none_yet(struct viewing *v)
{
	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_NONE_YET);
	layout_raw(v, "<ol class=\"steps\">");
	layout_element(v, "li", "", PHRASE_NONE_YET_1);
	layout_element(v, "li", "", PHRASE_NONE_YET_2);
	layout_element(v, "li", "", PHRASE_NONE_YET_3);
	layout_raw(v, "</ol></section>\n");
}

void
parts_figure(struct viewing *v, enum phrase name)
{
	layout_raw(v, "<div>");
	layout_element(v, "dt", "", name);
	layout_raw(v, "<dd>");
}

void
parts_figure_end(struct viewing *v)
{
	layout_raw(v, "</dd></div>\n");
}

void
parts_count(struct viewing *v, int64_t leads)
{
	if (leads == 0)
		layout_say(v, PHRASE_NO_LEADS, NULL, NULL);
	else
		layout_count(v, PHRASE_N_LEADS, leads);
}

void
parts_more(struct viewing *v)
{
	struct bytes number = {0};

	phrases_number(&number, v->language, PARTS_COUNTED);
	bytes_addc(&number, '\0');
	if (!number.failed)
		layout_say(v, PHRASE_MORE_THAN, number.data, NULL);
	v->reply->body.failed |= number.failed;
	bytes_free(&number);
}

void
parts_today(
    const struct viewing *v, char out[static UTC_DAY_SIZE], int days_before)
{
	char today[UTC_DAY_SIZE];

	utc_day(v->visit->now, today);
	if (utc_before(today, days_before, 'd', out) == -1)
		memcpy(out, today, UTC_DAY_SIZE);
}

static int
take_day(void *context, const char *day, int64_t leads)
{
	chart_add(context, day, leads);
	return 0;
}

int
parts_chart(struct viewing *v, const struct choice *choice, const char *from,
    const char *to, struct chart *chart, struct fault *f)
{
	struct choice its = *choice;

	memcpy(its.from, from, UTC_DAY_SIZE);
	memcpy(its.to, to, UTC_DAY_SIZE);
	its.before = 0;
	chart_begin(chart, from, to);
	return catalog_days(
	    v->page->catalog, &v->scope, &its, take_day, chart, f);
}

int
parts_list(struct viewing *v, const struct parts_list *list, struct fault *f)
{
	int64_t older;
	int n, is_first = list->shown->before == 0;

	layout_raw(v, "<section class=\"panel\"><div class=\"head\">");
	layout_element(v, "h2", "", list->heading);
	if (list->with_search)
		filters_quick(v);
	layout_raw(v, "</div>");
	n = leadlist_write(
	    v, list->shown, list->with_posts, list->heading, &older, f);
	if (n == -1)
		return -1;
	if (n == 0)
		layout_element(
		    v, "p", "", is_first ? list->none : PHRASE_NONE_OLDER);
	layout_pages(v, list->path, list->link, is_first, older);
	layout_raw(v, "</section>\n");
	if (n > 0)
		layout_downloads(v, list->path, list->link, list->feed);
	return 0;
}
