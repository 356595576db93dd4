/* person: all that somebody did, with every field of it. */
#include <stdio.h>
#include <string.h>

#include "page/files/download.h"
#include "markup/html.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/look/leadlist.h"
#include "page/page.h"
#include "page/screens/parts.h"
#include "page/screens/screens.h"
#include "select/column.h"

#define POST     200  /* characters of a post's text above its fields */
#define COMMENT  2000 /* of a comment */
#define HEADLINE 500  /* of a headline */

/* Bytes of a field, and once the page has so many: a download has all. */
#define FIELD_MAX   6000
#define FIELD_SHORT 200
#define PAGE_FULL   20000

/* A figure of a field of v->lead, where it has one. */
static int
write_fact(struct viewing *v, enum phrase name, enum leads_field field,
    struct fault *f)
{
	struct sheet_value value;

	if (leadlist_field(v, field, &value, f) == -1)
		return -1;
	if (value.len == 0)
		return 0;
	parts_figure(v, name);
	layout_foreign(v, "span", "", value.data, value.len, 200);
	parts_figure_end(v);
	return 0;
}

static int
write_facts(
    struct viewing *v, const struct catalog_person *person, struct fault *f)
{
	static const struct {
		enum phrase name;
		enum leads_field field;
	} facts[] = {{PHRASE_COMPANY, LEADS_COMPANY_NAME},
	    {PHRASE_TITLE, LEADS_JOB_TITLE}, {PHRASE_LOCATION, LEADS_LOCATION},
	    {PHRASE_INDUSTRY, LEADS_INDUSTRY},
	    {PHRASE_SIZE, LEADS_COMPANY_SIZE},
	    {PHRASE_CONNECTIONS, LEADS_CONNECTIONS},
	    {PHRASE_FOLLOWERS, LEADS_FOLLOWERS}};
	struct bytes *b = &v->reply->body;
	size_t i;

	layout_raw(v, "<dl class=\"figures\">");
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (write_fact(v, facts[i].name, facts[i].field, f) == -1)
			return -1;
	parts_figure(v, PHRASE_ENGAGEMENTS);
	phrases_number(b, v->language, person->engagements);
	parts_figure_end(v);
	parts_figure(v, PHRASE_FIRST_SEEN);
	dates_time(b, v->language, person->first_seen, v->visit->now);
	parts_figure_end(v);
	parts_figure(v, PHRASE_LAST_SEEN);
	dates_time(b, v->language, person->last_seen, v->visit->now);
	parts_figure_end(v);
	layout_raw(v, "</dl>\n");
	return 0;
}

/* The name, the headline, the profile, from the newest lead of theirs. */
static int
write_top(struct viewing *v, struct fault *f)
{
	struct sheet_value value;
	struct bytes name = {0};
	int rc = -1;

	if (leadlist_field(v, LEADS_FULL_NAME, &value, f) == -1)
		return -1;
	bytes_add(&name, value.data, value.len);
	if (value.len == 0)
		bytes_adds(&name, phrases_get(v->language, PHRASE_NO_NAME));
	bytes_addc(&name, '\0');
	if (bytes_check(&name, f) == -1)
		goto out;
	layout_begin(v, LAYOUT_ELSEWHERE, name.data);
	if (leadlist_field(v, LEADS_HEADLINE, &value, f) == -1)
		goto out;
	if (value.len > 0)
		layout_foreign(v, "p", "sub", value.data, value.len, HEADLINE);
	if (leadlist_field(v, LEADS_LINKEDIN_URL, &value, f) == -1)
		goto out;
	if (value.len > 0) {
		layout_raw(v, "<p>");
		(void)layout_outside(
		    v, value.data, value.len, PHRASE_ON_LINKEDIN, "", 0);
		layout_raw(v, "</p>\n");
	}
	rc = 0;
out:
	bytes_free(&name);
	return rc;
}

static void
write_value(struct viewing *v, const struct sheet_value *value)
{
	struct bytes *b = &v->reply->body;
	size_t most = b->len < PAGE_FULL ? FIELD_MAX : FIELD_SHORT;
	size_t n = value->len < most ? value->len : most;

	if (value->type == SHEET_TIME) {
		layout_raw(v, "<dd>");
		dates_time(b, v->language, value->time, v->visit->now);
		layout_raw(v, "</dd>");
		return;
	}
	/* Not in the middle of a character. */
	while (n < value->len && n > 0 && (value->data[n] & 0xc0) == 0x80)
		n--;
	layout_foreign(v, "dd", "", value->data, n, 0);
	if (n < value->len)
		layout_element(v, "dd", "class=\"quiet\"", PHRASE_CUT);
}

/* Every column, as the sheets call it. */
static int
write_fields(struct viewing *v, struct fault *f)
{
	struct sheet_value value;
	int column;

	layout_raw(v, "<details>");
	layout_element(v, "summary", "", PHRASE_ALL_FIELDS);
	layout_raw(v, "<dl class=\"all\">\n");
	for (column = 0; column <= COLUMN_ENDPOINT; column++) {
		if (lead_value(&v->lead, column, &value, f) == -1)
			return -1;
		if (value.len == 0 && value.type != SHEET_TIME)
			continue;
		layout_raw(v, "<dt>");
		html_texts(&v->reply->body, column_get(column).name);
		layout_raw(v, "</dt>");
		write_value(v, &value);
		layout_raw(v, "\n");
	}
	layout_raw(v, "</dl></details>");
	return 0;
}

static int
write_engagement(struct viewing *v, void *context, struct fault *f)
{
	int *n = context;

	if ((*n)++ == 0)
		layout_raw(v, "<ol class=\"timeline\">");
	layout_raw(v, "<li><div class=\"head\"><div>");
	if (leadlist_deed(v, COMMENT, f) == -1)
		return -1;
	layout_raw(v, "</div><span class=\"quiet\">");
	dates_time(
	    &v->reply->body, v->language, v->lead.received, v->visit->now);
	layout_raw(v, "</span></div><div class=\"post\">");
	if (leadlist_post(v, POST, f) == -1)
		return -1;
	layout_raw(v, "</div>");
	if (write_fields(v, f) == -1)
		return -1;
	layout_raw(v, "</li>\n");
	return 0;
}

static int
write_engagements(struct viewing *v, const char *path, struct fault *f)
{
	struct choice none = {0};
	int64_t older;
	int n = 0;

	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_EVERY_ENGAGEMENT);
	if (leadlist_each(v, &v->choice, write_engagement, &n, &older, f) == -1)
		return -1;
	if (n > 0)
		layout_raw(v, "</ol>");
	else
		layout_element(v, "p", "", PHRASE_NONE_OLDER);
	layout_pages(v, path, &none, v->choice.before == 0, older);
	layout_raw(v, "</section>\n");
	layout_downloads(v, path, &none, NULL);
	return 0;
}

int
screens_person(struct viewing *v, struct fault *f)
{
	char number[CATALOG_NUMBER_SIZE], path[32];
	struct catalog_person person;
	int rc;

	rc = catalog_find_person(
	    v->page->catalog, &v->scope, v->choice.person, &person, f);
	if (rc == 1)
		rc = lead_read(&v->lead, &person.newest, f);
	if (rc == -1)
		return -1;
	if (rc == 0) {
		screens_error(v, 404, PHRASE_NOT_FOUND);
		return 0;
	}
	if (download_wants(v))
		return download_leads(v, f);
	catalog_write_number(v->choice.person, number);
	(void)snprintf(path, sizeof(path), "/person/%s", number);
	if (write_top(v, f) == -1)
		return -1;
	parts_behind(v);
	if (write_facts(v, &person, f) == -1 ||
	    write_engagements(v, path, f) == -1)
		return -1;
	layout_end(v);
	return 0;
}
