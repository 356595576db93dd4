#include "page/look/leadlist.h"

#include <stdio.h>
#include <string.h>

#include "markup/html.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/page.h"

/* Characters of a text that a list shows. */
#define SHORT   90
#define NAME    60
#define COMMENT 280
#define POST    80

/* The columns of a sheet end with the fields, in their order. */
int
leadlist_field(struct viewing *v, enum leads_field field,
    struct sheet_value *out, struct fault *f)
{
	return lead_value(
	    &v->lead, SHAPE_COLUMNS - LEADS_FIELDS + (int)field, out, f);
}

/* A field in an element; nothing where it is empty. */
static int
write_field(struct viewing *v, enum leads_field field, const char *class,
    size_t most, struct fault *f)
{
	struct sheet_value value;

	if (leadlist_field(v, field, &value, f) == -1)
		return -1;
	if (value.len > 0)
		layout_foreign(v, "p", class, value.data, value.len, most);
	return 0;
}

static void
open_link(struct viewing *v, const char *class, const char *where, int64_t id)
{
	char number[CATALOG_NUMBER_SIZE], path[64];

	catalog_write_number(id, number);
	(void)snprintf(path, sizeof(path), "/%s/%s", where, number);
	layout_raw(v, "<a dir=\"auto\"");
	if (class[0] != '\0')
		html_attr(&v->reply->body, "class", class);
	layout_href(v, path, NULL);
	layout_raw(v, ">");
}

/* Without an urn there is no screen of the person. */
int
leadlist_person(struct viewing *v, struct fault *f)
{
	struct sheet_value name, url;
	char copy[128];
	size_t n;

	if (leadlist_field(v, LEADS_FULL_NAME, &name, f) == -1)
		return -1;
	n = name.len < sizeof(copy) ? name.len : sizeof(copy);
	if (n > 0)
		memcpy(copy, name.data, n);
	if (v->lead.entry.person != 0)
		open_link(v, "name", "person", v->lead.entry.person);
	else
		layout_raw(v, "<span dir=\"auto\" class=\"name\">");
	if (name.len > 0)
		html_short(&v->reply->body, name.data, name.len, NAME);
	else
		layout_say(v, PHRASE_NO_NAME, NULL, NULL);
	layout_raw(v, v->lead.entry.person != 0 ? "</a> " : "</span> ");
	if (leadlist_field(v, LEADS_LINKEDIN_URL, &url, f) == -1)
		return -1;
	if (url.len > 0)
		(void)layout_outside(
		    v, url.data, url.len, PHRASE_LINKEDIN, copy, n);
	return write_field(v, LEADS_HEADLINE, "", 140, f);
}

int
leadlist_company(struct viewing *v, struct fault *f)
{
	if (write_field(v, LEADS_COMPANY_NAME, "", SHORT, f) == -1)
		return -1;
	return write_field(v, LEADS_JOB_TITLE, "", SHORT, f);
}

/* What LikesToLeads calls it, and LinkedIn shows. */
static const struct {
	const char *word;
	enum phrase phrase;
} deeds[] = {{"LIKE", PHRASE_LIKE}, {"PRAISE", PHRASE_PRAISE},
    {"EMPATHY", PHRASE_EMPATHY}, {"INTEREST", PHRASE_INTEREST},
    {"APPRECIATION", PHRASE_APPRECIATION},
    {"ENTERTAINMENT", PHRASE_ENTERTAINMENT}, {"reaction", PHRASE_REACTION},
    {"comment", PHRASE_COMMENT}, {"repost", PHRASE_REPOST}};

int
leadlist_deed_name(const char *word, size_t n, enum phrase *out)
{
	size_t i;

	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (n == strlen(deeds[i].word) &&
		    memcmp(word, deeds[i].word, n) == 0) {
			*out = deeds[i].phrase;
			return 1;
		}
	return 0;
}

/* A word of the sender's that we don't know stays as it is. */
static void
write_deed(struct viewing *v, const struct sheet_value *value)
{
	enum phrase phrase;

	if (leadlist_deed_name(value->data, value->len, &phrase))
		layout_element(v, "span", "class=\"kind\"", phrase);
	else
		layout_foreign(v, "span", "kind", value->data, value->len, 40);
}

int
leadlist_deed(struct viewing *v, size_t most, struct fault *f)
{
	struct sheet_value value;

	if (leadlist_field(v, LEADS_REACTION_TYPE, &value, f) == -1 ||
	    (value.len == 0 &&
		leadlist_field(v, LEADS_ENGAGEMENT_TYPE, &value, f) == -1))
		return -1;
	if (value.len > 0)
		write_deed(v, &value);
	return write_field(v, LEADS_COMMENT_TEXT, "comment", most, f);
}

int
leadlist_post(struct viewing *v, size_t most, struct fault *f)
{
	struct sheet_value text;
	int64_t post = v->lead.entry.post;

	if (post != 0) {
		if (leadlist_field(v, LEADS_POST_TEXT, &text, f) == -1)
			return -1;
		open_link(v, "", "post", post);
		if (text.len > 0)
			html_short(&v->reply->body, text.data, text.len, most);
		else
			layout_say(v, PHRASE_NO_TEXT, NULL, NULL);
		layout_raw(v, "</a>");
	} else {
		layout_element(v, "p", "", PHRASE_NO_POST);
	}
	return write_field(v, LEADS_SIGNAL_NAME, "", SHORT, f);
}

struct list {
	int with_posts, several;
	size_t n;
	enum phrase caption;
};

/*
 * The roles say again what the elements are: as cards they aren't displayed as
 * a table, which makes some browsers forget it.
 */
static void
write_head(struct viewing *v, const struct list *list)
{
	static const struct {
		const char *class;
		enum phrase phrase;
	} columns[] = {{"who-column", PHRASE_PERSON},
	    {"company-column", PHRASE_COMPANY},
	    {"what-column", PHRASE_ENGAGEMENT}, {"post-column", PHRASE_POST},
	    {"when-column", PHRASE_WHEN}};
	size_t i;

	layout_raw(v, "<table class=\"leads\" role=\"table\">"
		      "<caption class=\"unseen\">");
	layout_say(v, list->caption, NULL, NULL);
	layout_raw(v, "</caption><thead role=\"rowgroup\"><tr role=\"row\">");
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (columns[i].phrase == PHRASE_POST && !list->with_posts)
			continue;
		bytes_printf(&v->reply->body,
		    "<th scope=\"col\" role=\"columnheader\" class=\"%s\">",
		    columns[i].class);
		layout_say(v, columns[i].phrase, NULL, NULL);
		layout_raw(v, "</th>");
	}
	layout_raw(v, "</tr></thead><tbody role=\"rowgroup\">\n");
}

static int
write_row(struct viewing *v, void *context, struct fault *f)
{
	struct list *list = context;

	if (list->n++ == 0)
		write_head(v, list);
	layout_raw(v, "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
	if (leadlist_person(v, f) == -1)
		return -1;
	layout_raw(v, "</th><td role=\"cell\" class=\"company\">");
	if (leadlist_company(v, f) == -1)
		return -1;
	layout_raw(v, "</td><td role=\"cell\" class=\"what\">");
	if (leadlist_deed(v, COMMENT, f) == -1)
		return -1;
	if (list->with_posts) {
		layout_raw(v, "</td><td role=\"cell\" class=\"post\">");
		if (leadlist_post(v, POST, f) == -1)
			return -1;
	}
	layout_raw(v, "</td><td role=\"cell\" class=\"when\">");
	dates_time(
	    &v->reply->body, v->language, v->lead.received, v->visit->now);
	if (list->several)
		layout_foreign(v, "p", "", v->lead.entry.endpoint,
		    strlen(v->lead.entry.endpoint), 0);
	layout_raw(v, "</td></tr>\n");
	return 0;
}

/* Entries that are read at once, so that none is read inside of another. */
struct batch {
	struct catalog_entry list[LEADLIST_MOST + 1];
	size_t n;
};

static int
take(void *context, const struct catalog_entry *entry, struct fault *f)
{
	struct batch *batch = context;

	(void)f;
	batch->list[batch->n++] = *entry;
	return batch->n == LEADLIST_MOST + 1;
}

/* How many were shown of this batch; *full: there is no room for a further. */
static int
show_batch(struct viewing *v, const struct batch *batch, size_t shown,
    int (*show)(struct viewing *, void *, struct fault *), void *context,
    int64_t *last, int *full, struct fault *f)
{
	size_t i, length, before = shown;
	int rc;

	for (i = 0; i < batch->n; i++) {
		if ((rc = lead_read(&v->lead, &batch->list[i], f)) == -1)
			return -1;
		if (rc == 0) /* it has gone since */
			continue;
		length = v->reply->body.len;
		*full = shown == LEADLIST_MOST;
		if (!*full && show(v, context, f) == -1)
			return -1;
		if (shown > 0 && v->reply->body.len > LEADLIST_BYTES) {
			v->reply->body.len = length;
			*full = 1;
		}
		if (*full)
			break;
		shown++;
		*last = batch->list[i].id;
	}
	return (int)(shown - before);
}

int
leadlist_each(struct viewing *v, const struct choice *choice,
    int (*show)(struct viewing *, void *, struct fault *), void *context,
    int64_t *older, struct fault *f)
{
	struct choice from = *choice;
	struct batch batch;
	int64_t last = 0;
	int full = 0, shown = 0, n;

	*older = 0;
	do {
		batch.n = 0;
		if (catalog_leads(v->page->catalog, &v->scope, &from,
			LEADLIST_MOST + 1, take, &batch, f) == -1)
			return -1;
		n = show_batch(
		    v, &batch, (size_t)shown, show, context, &last, &full, f);
		if (n == -1)
			return -1;
		shown += n;
		if (batch.n > 0)
			from.before = batch.list[batch.n - 1].id;
	} while (!full && batch.n == LEADLIST_MOST + 1);
	if (full)
		*older = last;
	return shown;
}

static int
count_endpoint(void *context, const char *name)
{
	(void)name;
	return ++*(int *)context == 2;
}

/* Are there leads of more than one endpoint in what is chosen? */
static int
has_several(const struct viewing *v, const struct choice *choice)
{
	struct fault f = {0};
	int n = 0;

	if (choice->endpoint[0] != '\0' || v->scope.n == 1)
		return 0;
	if (v->scope.n > 1)
		return 1;
	/* Where the home can't be read there is nothing to list either. */
	return endpoint_each(v->page->home, count_endpoint, &n, &f) != -1 &&
	       n > 1;
}

int
leadlist_write(struct viewing *v, const struct choice *choice, int with_posts,
    enum phrase caption, int64_t *older, struct fault *f)
{
	struct list list = {with_posts, has_several(v, choice), 0, caption};
	int n = leadlist_each(v, choice, write_row, &list, older, f);

	if (n > 0)
		layout_raw(v, "</tbody></table>\n");
	return n;
}
