/* post: a post, and who engaged. */
#include <stdio.h>
#include <string.h>

#include "page/files/download.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/look/leadlist.h"
#include "page/page.h"
#include "page/screens/parts.h"
#include "page/screens/screens.h"

#define TEXT_MAX 5000 /* characters: LinkedIn takes 3,000 */

static int
take_first(void *context, const struct catalog_entry *entry, struct fault *f)
{
	struct catalog_entry *first = context;

	(void)f;
	*first = *entry;
	return 1;
}

/*
 * Read its newest lead, which tells of the post as it was last: 1, 0 where
 * there is none, or -1.
 */
static int
find(struct viewing *v, struct fault *f)
{
	struct choice its = {.post = v->choice.post};
	struct catalog_entry first;
	int rc = catalog_leads(
	    v->page->catalog, &v->scope, &its, 1, take_first, &first, f);

	return rc == 1 ? lead_read(&v->lead, &first, f) : rc;
}

static int
write_begin(struct viewing *v, struct fault *f)
{
	struct sheet_value value;
	struct bytes name = {0}, title = {0};
	int rc;

	if (leadlist_field(v, LEADS_SIGNAL_NAME, &value, f) == -1)
		return -1;
	bytes_add(&name, value.data, value.len);
	bytes_addc(&name, '\0');
	if (name.len > 1 && !name.failed)
		phrases_fill(
		    &title, v->language, PHRASE_POST_BY, name.data, NULL);
	else
		bytes_adds(&title, phrases_get(v->language, PHRASE_POST));
	bytes_addc(&title, '\0');
	rc = bytes_check(&title, f);
	if (rc == 0)
		layout_begin(v, LAYOUT_ELSEWHERE, title.data);
	bytes_free(&name);
	bytes_free(&title);
	return rc;
}

/* When it was published, where it is, and its text. */
static int
write_post(struct viewing *v, struct fault *f)
{
	struct sheet_value value;

	layout_raw(
	    v, "<section class=\"panel\"><p class=\"head quiet\"><span>");
	if (leadlist_field(v, LEADS_POST_DATE, &value, f) == -1)
		return -1;
	if (value.len > 0) {
		layout_say(v, PHRASE_PUBLISHED, NULL, NULL);
		layout_raw(v, " ");
		dates_sent(&v->reply->body, v->language, value.data, value.len,
		    v->visit->now);
	}
	layout_raw(v, "</span>");
	if (leadlist_field(v, LEADS_POST_URL, &value, f) == -1)
		return -1;
	if (value.len > 0)
		(void)layout_outside(
		    v, value.data, value.len, PHRASE_ON_LINKEDIN, "", 0);
	layout_raw(v, "</p>");
	if (leadlist_field(v, LEADS_POST_TEXT, &value, f) == -1)
		return -1;
	if (value.len > 0)
		layout_foreign(v, "blockquote", "prose", value.data, value.len,
		    value.len > TEXT_MAX ? TEXT_MAX : 0);
	else
		layout_element(v, "p", "", PHRASE_NO_TEXT);
	layout_raw(v, "</section>\n");
	return 0;
}

/* How many leads, and how many of them have commented. */
static int
write_numbers(struct viewing *v, struct fault *f)
{
	struct choice its = {.post = v->choice.post};
	int64_t all, comments;

	all = catalog_count(v->page->catalog, &v->scope, &its, 0, f);
	(void)snprintf(its.terms[CHOICE_ENGAGEMENT], CHOICE_TEXT, "comment");
	comments = catalog_count(v->page->catalog, &v->scope, &its, 0, f);
	if (all == -1 || comments == -1)
		return -1;
	parts_sub(v);
	parts_count(v, all);
	if (comments > 0) {
		layout_raw(v, ", ");
		layout_count(v, PHRASE_N_COMMENTS, comments);
	}
	parts_sub_end(v);
	return 0;
}

int
screens_post(struct viewing *v, struct fault *f)
{
	char number[CATALOG_NUMBER_SIZE], path[32];
	struct choice none = {0};
	struct parts_list list = {.shown = &v->choice,
	    .path = path,
	    .link = &none,
	    .heading = PHRASE_WHO_ENGAGED,
	    .none = PHRASE_NONE_OLDER};
	int rc = find(v, f);

	if (rc == -1)
		return -1;
	if (rc == 0) {
		screens_error(v, 404, PHRASE_NOT_FOUND);
		return 0;
	}
	if (download_wants(v))
		return download_leads(v, f);
	catalog_write_number(v->choice.post, number);
	(void)snprintf(path, sizeof(path), "/post/%s", number);
	if (write_begin(v, f) == -1 || write_numbers(v, f) == -1)
		return -1;
	parts_behind(v);
	if (write_post(v, f) == -1 || parts_list(v, &list, f) == -1)
		return -1;
	layout_end(v);
	return 0;
}
