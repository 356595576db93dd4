/* people: those whose first lead came on a day or later. */
#include <string.h>

#include "page/files/download.h"
#include "page/look/dates.h"
#include "page/look/filters.h"
#include "page/look/layout.h"
#include "page/look/leadlist.h"
#include "page/page.h"
#include "page/screens/parts.h"
#include "page/screens/screens.h"

#define SINCE_DAYS 7

struct batch {
	struct catalog_person list[LEADLIST_MOST + 1];
	size_t n;
};

static int
take(void *context, const struct catalog_person *person, struct fault *f)
{
	struct batch *batch = context;

	(void)f;
	batch->list[batch->n++] = *person;
	return batch->n == LEADLIST_MOST + 1;
}

static void
write_column(struct viewing *v, const char *class, enum phrase name)
{
	bytes_printf(&v->reply->body,
	    "<th scope=\"col\" role=\"columnheader\" class=\"%s\">", class);
	layout_say(v, name, NULL, NULL);
	layout_raw(v, "</th>");
}

static void
write_head(struct viewing *v)
{
	layout_raw(v, "<table class=\"leads\" role=\"table\">"
		      "<caption class=\"unseen\">");
	layout_say(v, PHRASE_NEW_PEOPLE, NULL, NULL);
	layout_raw(v, "</caption><thead role=\"rowgroup\"><tr role=\"row\">");
	write_column(v, "who-column", PHRASE_PERSON);
	write_column(v, "company-column", PHRASE_COMPANY);
	write_column(v, "what-column", PHRASE_LATEST_ENGAGEMENT);
	write_column(v, "post-column", PHRASE_POST);
	write_column(v, "when-column", PHRASE_FIRST_SEEN);
	layout_raw(v, "</tr></thead><tbody role=\"rowgroup\">\n");
}

static int
write_person(
    struct viewing *v, const struct catalog_person *person, struct fault *f)
{
	layout_raw(v, "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
	if (leadlist_person(v, f) == -1)
		return -1;
	layout_raw(v, "</th><td role=\"cell\" class=\"company\">");
	if (leadlist_company(v, f) == -1)
		return -1;
	layout_raw(v, "</td><td role=\"cell\" class=\"what\">");
	if (leadlist_deed(v, 200, f) == -1)
		return -1;
	layout_raw(v, "</td><td role=\"cell\" class=\"post\">");
	if (leadlist_post(v, 90, f) == -1)
		return -1;
	layout_raw(v, "</td><td role=\"cell\" class=\"when\">");
	dates_time(
	    &v->reply->body, v->language, person->first_seen, v->visit->now);
	layout_raw(v, "<p>");
	layout_count(v, PHRASE_N_TIMES, person->engagements);
	layout_raw(v, "</p></td></tr>\n");
	return 0;
}

/* As leadlist_each(): how many, and from which lead on there are more. */
static int
write_batch(struct viewing *v, const struct batch *batch, int shown,
    int64_t *last, int *full, struct fault *f)
{
	size_t i, length;
	int rc;

	for (i = 0; i < batch->n; i++) {
		rc = lead_read(&v->lead, &batch->list[i].newest, f);
		if (rc == -1)
			return -1;
		if (rc == 0)
			continue;
		length = v->reply->body.len;
		*full = shown == LEADLIST_MOST;
		if (shown == 0)
			write_head(v);
		if (!*full && write_person(v, &batch->list[i], f) == -1)
			return -1;
		if (shown > 0 && v->reply->body.len > LEADLIST_BYTES) {
			v->reply->body.len = length;
			*full = 1;
		}
		if (*full)
			break;
		shown++;
		*last = batch->list[i].newest.id;
	}
	return shown;
}

static int
write_people(struct viewing *v, int64_t *older, struct fault *f)
{
	struct choice from = v->choice;
	struct batch batch;
	int64_t last = 0;
	int full = 0, shown = 0;

	do {
		batch.n = 0;
		if (catalog_people(v->page->catalog, &v->scope, &from,
			LEADLIST_MOST + 1, take, &batch, f) == -1)
			return -1;
		shown = write_batch(v, &batch, shown, &last, &full, f);
		if (shown == -1)
			return -1;
		if (batch.n > 0)
			from.before = batch.list[batch.n - 1].newest.id;
	} while (!full && batch.n == LEADLIST_MOST + 1);
	*older = full ? last : 0;
	if (shown > 0)
		layout_raw(v, "</tbody></table>\n");
	return shown;
}

/* The day to ask for, and links to the usual ones. */
static void
write_form(struct viewing *v)
{
	static const struct {
		int days;
		enum phrase name;
	} usual[] = {
	    {1, PHRASE_LAST_1}, {7, PHRASE_LAST_7}, {30, PHRASE_LAST_30}};
	struct layout_field since = {.name = "since",
	    .type = "date",
	    .label = PHRASE_SINCE_DAY,
	    .value = v->choice.since,
	    .more = "required aria-describedby=\"since-hint\""};
	struct choice its = v->choice;
	size_t i;

	its.before = 0;
	layout_raw(v, "<div class=\"panel range\">"
		      "<ul class=\"actions\">");
	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		parts_today(v, its.since, usual[i].days - 1);
		layout_raw(v, "<li><a class=\"button quiet\"");
		layout_href(v, "/people", &its);
		if (strcmp(its.since, v->choice.since) == 0)
			layout_raw(v, " aria-current=\"true\"");
		layout_raw(v, ">");
		layout_say(v, usual[i].name, NULL, NULL);
		layout_raw(v, "</a></li>");
	}
	layout_raw(v, "</ul>\n");
	layout_form(v, "get", "/people");
	layout_raw(v, "<div class=\"fields\">");
	layout_field(v, &since);
	layout_button(v, "quiet", PHRASE_SHOW);
	layout_raw(v, "</div>");
	layout_form_end(v);
	layout_element(v, "p", "class=\"quiet\" id=\"since-hint\"",
	    PHRASE_NEW_PEOPLE_HINT);
	layout_raw(v, "</div>\n");
}

static int
write_list(struct viewing *v, struct fault *f)
{
	int is_first = v->choice.before == 0;
	int64_t older = 0;
	int n;

	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_PEOPLE_FOUND);
	n = write_people(v, &older, f);
	if (n == -1)
		return -1;
	if (n == 0)
		layout_element(
		    v, "p", "", is_first ? PHRASE_NONE_NEW : PHRASE_NONE_OLDER);
	layout_pages(v, "/people", &v->choice, is_first, older);
	layout_raw(v, "</section>\n");
	if (n > 0)
		layout_downloads(v, "/people", &v->choice, &v->choice);
	return 0;
}

int
screens_people(struct viewing *v, struct fault *f)
{
	char today[UTC_DAY_SIZE];
	struct bytes since = {0};
	struct choice whole;

	if (v->choice.since[0] == '\0')
		parts_today(v, v->choice.since, SINCE_DAYS - 1);
	if (download_wants(v))
		return download_people(v, f);
	parts_today(v, today, 0);
	dates_short(&since, v->language, v->choice.since, today);
	bytes_addc(&since, '\0');
	layout_begin(
	    v, LAYOUT_PEOPLE, phrases_get(v->language, PHRASE_NEW_PEOPLE));
	parts_sub(v);
	if (!since.failed)
		layout_say(v, PHRASE_NEW_SINCE, since.data, NULL);
	parts_sub_end(v);
	bytes_free(&since);
	parts_behind(v);
	write_form(v);
	whole = v->choice;
	v->choice.since[0] = '\0';
	filters_chips(v, "/people");
	v->choice = whole;
	if (write_list(v, f) == -1)
		return -1;
	layout_end(v);
	return 0;
}
