#include "page/look/barchart.h"

#include <stdio.h>
#include <string.h>

#include "markup/html.h"
#include "page/look/chart.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/page.h"

/* The SVG is as wide as its bars and stretched to what there is. */
#define BAR_WIDTH  10
#define BARS_LEAST 7 /* fewer are no wider than of so many */
#define HEIGHT     100
#define LINK_MAX   100 /* bytes of filters in the link of a bar */

static const struct chart_bar *
highest(const struct chart *c)
{
	const struct chart_bar *most = &c->bars[0];
	size_t i;

	for (i = 1; i < c->n; i++)
		if (c->bars[i].leads > most->leads)
			most = &c->bars[i];
	return most;
}

/* What a bar is of, as plain text: 23 Nov, November 2026, 2026. */
static void
add_name(const struct chart *c, const struct chart_bar *bar, struct viewing *v,
    struct bytes *out)
{
	char today[UTC_DAY_SIZE];

	utc_day(v->visit->now, today);
	switch (c->unit) {
	case CHART_DAY:
	case CHART_WEEK:
		dates_short(out, v->language, bar->from, today);
		break;
	case CHART_MONTH:
		dates_month(out, v->language, bar->from);
		break;
	case CHART_YEAR:
		bytes_printf(out, "%.4s", bar->from);
		break;
	}
}

static void
write_name(
    const struct chart *c, const struct chart_bar *bar, struct viewing *v)
{
	struct bytes name = {0};

	add_name(c, bar, v, &name);
	if (name.len > 0)
		html_text(&v->reply->body, name.data, name.len);
	v->reply->body.failed |= name.failed;
	bytes_free(&name);
}

/* ` href="..."` to what a bar is of. */
static void
write_href(const struct chart *c, const struct chart_bar *bar,
    struct viewing *v, const struct choice *choice)
{
	struct choice its = *choice;
	char path[32];

	its.before = 0;
	if (c->unit == CHART_DAY) {
		its.from[0] = its.to[0] = '\0';
		(void)snprintf(path, sizeof(path), "/day/%s", bar->from);
	} else {
		memcpy(its.from, bar->from, UTC_DAY_SIZE);
		memcpy(its.to, bar->to, UTC_DAY_SIZE);
		(void)snprintf(path, sizeof(path), "/days");
	}
	layout_href(v, path, &its);
}

/* The table below has the links that the keyboard reaches. */
static void
write_bar(const struct chart *c, size_t i, int64_t most, struct viewing *v,
    const struct choice *choice)
{
	struct bytes *b = &v->reply->body;
	const struct chart_bar *bar = &c->bars[i];
	int x = (int)i * BAR_WIDTH, links = bar->leads > 0 && choice != NULL;
	int64_t height = most == 0 ? 0 : bar->leads * (HEIGHT - 2) / most;

	if (bar->leads > 0 && height < 2)
		height = 2;
	layout_raw(v, links ? "<a tabindex=\"-1\"" : "<g");
	if (links)
		write_href(c, bar, v, choice);
	layout_raw(v, "><title>");
	write_name(c, bar, v);
	layout_raw(v, ": ");
	if (bar->leads > 0)
		layout_count(v, PHRASE_N_LEADS, bar->leads);
	else
		layout_say(v, PHRASE_NO_LEADS, NULL, NULL);
	bytes_printf(b, "</title><path class=\"room\" d=\"M%d 0h%dv%dh-%dz\"/>",
	    x, BAR_WIDTH, HEIGHT, BAR_WIDTH);
	if (bar->leads > 0)
		bytes_printf(b, "<path class=\"bar\" d=\"M%d %dh%dv%dh-%dz\"/>",
		    x + 1, HEIGHT - (int)height, BAR_WIDTH - 2, (int)height,
		    BAR_WIDTH - 2);
	layout_raw(v, links ? "</a>\n" : "</g>\n");
}

/* "Most: 34 (23 Nov)": the scale, which a row of bars has not. */
static void
write_most(
    const struct chart *c, const struct chart_bar *most, struct viewing *v)
{
	struct bytes number = {0}, name = {0};

	if (most->leads == 0) {
		layout_say(v, PHRASE_NO_LEADS, NULL, NULL);
		return;
	}
	phrases_number(&number, v->language, most->leads);
	bytes_addc(&number, '\0');
	add_name(c, most, v, &name);
	bytes_addc(&name, '\0');
	if (!number.failed && !name.failed)
		layout_say(v, PHRASE_CHART_MOST, number.data, name.data);
	v->reply->body.failed |= number.failed | name.failed;
	bytes_free(&number);
	bytes_free(&name);
}

static void
write_svg(const struct chart *c, struct viewing *v, const struct choice *choice)
{
	const struct chart_bar *most = highest(c);
	size_t slots = c->n < BARS_LEAST ? BARS_LEAST : c->n;
	size_t i;

	bytes_printf(&v->reply->body,
	    "<svg viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" "
	    "role=\"group\" aria-labelledby=\"chart-title\" "
	    "aria-describedby=\"chart-most\">\n",
	    slots * BAR_WIDTH, HEIGHT);
	for (i = 0; i < c->n; i++)
		write_bar(c, i, most->leads, v, choice);
	bytes_printf(&v->reply->body,
	    "<path class=\"base\" d=\"M0 %dh%zu\"/></svg>", HEIGHT,
	    slots * BAR_WIDTH);
}

/* The first, the one in the middle, the last. */
static void
write_axis(const struct chart *c, struct viewing *v)
{
	layout_raw(v, "<div class=\"axis\" aria-hidden=\"true\"><span>");
	write_name(c, &c->bars[0], v);
	layout_raw(v, "</span>");
	if (c->n >= BARS_LEAST) {
		layout_raw(v, "<span>");
		write_name(c, &c->bars[c->n / 2], v);
		layout_raw(v, "</span><span>");
		write_name(c, &c->bars[c->n - 1], v);
		layout_raw(v, "</span>");
	}
	layout_raw(v, "</div>");
}

static void
write_table(
    const struct chart *c, struct viewing *v, const struct choice *choice)
{
	const struct chart_bar *bar;
	size_t i;

	layout_raw(v, "<details>");
	layout_element(v, "summary", "", PHRASE_CHART_TABLE);
	layout_raw(v, "<table class=\"plain\"><caption class=\"unseen\">");
	layout_say(v, PHRASE_CHART_DAYS + (unsigned)c->unit, NULL, NULL);
	layout_raw(v, "</caption><thead><tr><th scope=\"col\">");
	layout_say(v, PHRASE_COLUMN_DAY + (unsigned)c->unit, NULL, NULL);
	layout_raw(v, "</th><th scope=\"col\" class=\"number\">");
	layout_say(v, PHRASE_COLUMN_LEADS, NULL, NULL);
	layout_raw(v, "</th></tr></thead><tbody>");
	for (i = c->n; i-- > 0;) {
		bar = &c->bars[i];
		layout_raw(v, "<tr><th scope=\"row\">");
		if (bar->leads > 0 && choice != NULL) {
			layout_raw(v, "<a");
			write_href(c, bar, v, choice);
			layout_raw(v, ">");
		}
		write_name(c, bar, v);
		layout_raw(v, bar->leads > 0 && choice != NULL ? "</a>" : "");
		layout_raw(v, "</th><td class=\"number\">");
		phrases_number(&v->reply->body, v->language, bar->leads);
		layout_raw(v, "</td></tr>\n");
	}
	layout_raw(v, "</tbody></table></details>");
}

/*
 * Would the filters fit into the link of each bar?  With long ones the page
 * would be far larger than it may be; then a bar has no link: NULL.
 */
static const struct choice *
linked(const struct choice *choice)
{
	struct bytes query = {0};
	int fits;

	choice_write(&query, choice);
	fits = !query.failed && query.len <= LINK_MAX;
	bytes_free(&query);
	return fits ? choice : NULL;
}

void
barchart_write(
    const struct chart *c, struct viewing *v, const struct choice *choice)
{
	choice = linked(choice);
	layout_raw(v, "<figure class=\"chart\"><figcaption class=\"head\">"
		      "<strong id=\"chart-title\">");
	layout_say(v, PHRASE_CHART_DAYS + (unsigned)c->unit, NULL, NULL);
	layout_raw(v, "</strong><span class=\"quiet\" id=\"chart-most\">");
	write_most(c, highest(c), v);
	layout_raw(v, "</span></figcaption>");
	write_svg(c, v, choice);
	write_axis(c, v);
	write_table(c, v, choice);
	layout_raw(v, "</figure>\n");
}
