#include "page/look/layout.h"

#include <string.h>

#include "markup/html.h"
#include "page/look/style.h"
#include "page/page.h"
#include "profile/profiles.h"
#include "table/xlsx.h"

#define TITLE 160 /* characters: a name can have any number */

static const struct {
	enum layout_place place;
	const char *path;
	enum phrase name;
} places[] = {{LAYOUT_TODAY, "/", PHRASE_TODAY},
    {LAYOUT_DAYS, "/days", PHRASE_DAYS}, {LAYOUT_LEADS, "/leads", PHRASE_LEADS},
    {LAYOUT_PEOPLE, "/people", PHRASE_PEOPLE},
    {LAYOUT_FEEDS, "/feeds", PHRASE_SPREADSHEETS}};

static struct bytes *
body(struct viewing *v)
{
	return &v->reply->body;
}

void
layout_raw(struct viewing *v, const char *markup)
{
	bytes_adds(body(v), markup);
}

void
layout_say(
    struct viewing *v, enum phrase phrase, const char *one, const char *two)
{
	struct bytes text = {0};

	phrases_fill(&text, v->language, phrase, one, two);
	html_text(body(v), text.data == NULL ? "" : text.data, text.len);
	body(v)->failed |= text.failed;
	bytes_free(&text);
}

void
layout_count(struct viewing *v, enum phrase phrase, int64_t n)
{
	struct bytes text = {0};

	phrases_count(&text, v->language, phrase, n);
	html_text(body(v), text.data == NULL ? "" : text.data, text.len);
	body(v)->failed |= text.failed;
	bytes_free(&text);
}

void
layout_element(struct viewing *v, const char *tag, const char *attributes,
    enum phrase phrase)
{
	bytes_printf(body(v), "<%s%s%s>", tag, attributes[0] == '\0' ? "" : " ",
	    attributes);
	layout_say(v, phrase, NULL, NULL);
	bytes_printf(body(v), "</%s>", tag);
}

void
layout_foreign(struct viewing *v, const char *tag, const char *class,
    const char *text, size_t n, size_t most)
{
	bytes_printf(body(v), "<%s dir=\"auto\"", tag);
	if (class[0] != '\0')
		html_attr(body(v), "class", class);
	bytes_addc(body(v), '>');
	if (most == 0)
		html_text(body(v), text, n);
	else
		html_short(body(v), text, n, most);
	bytes_printf(body(v), "</%s>", tag);
}

void
layout_href(struct viewing *v, const char *path, const struct choice *choice)
{
	struct bytes query = {0};

	layout_raw(v, " href=\"");
	html_texts(body(v), v->visit->script);
	html_texts(body(v), path);
	if (choice != NULL)
		choice_write(&query, choice);
	if (query.len > 0) {
		bytes_addc(body(v), strchr(path, '?') == NULL ? '?' : '&');
		html_text(body(v), query.data, query.len);
	}
	bytes_addc(body(v), '"');
	body(v)->failed |= query.failed;
	bytes_free(&query);
}

void
layout_link(struct viewing *v, const char *class, const char *path,
    const struct choice *choice, enum phrase phrase)
{
	layout_raw(v, "<a");
	if (class[0] != '\0')
		html_attr(body(v), "class", class);
	layout_href(v, path, choice);
	layout_raw(v, ">");
	layout_say(v, phrase, NULL, NULL);
	layout_raw(v, "</a>");
}

int
layout_outside(struct viewing *v, const char *url, size_t n, enum phrase phrase,
    const char *about, size_t about_len)
{
	size_t before = body(v)->len;

	layout_raw(v, "<a class=\"outside\"");
	if (!html_link(body(v), url, n)) {
		body(v)->len = before;
		return 0;
	}
	layout_raw(v, " rel=\"noopener noreferrer nofollow\">");
	layout_say(v, phrase, NULL, NULL);
	if (about_len > 0) {
		layout_raw(v, "<span class=\"unseen\">: ");
		html_short(body(v), about, about_len, 80);
		layout_raw(v, "</span>");
	}
	layout_raw(v, "</a>");
	return 1;
}

/* What stands in <head>. */
static void
add_head(struct viewing *v, const char *title)
{
	char path[STYLE_PATH_SIZE];

	bytes_printf(body(v),
	    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>"
	    "<meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">"
	    "<meta name=\"color-scheme\" content=\"light dark\">"
	    "<meta name=\"robots\" content=\"noindex\">\n<title>",
	    v->language);
	html_short(body(v), title, strlen(title), TITLE);
	layout_raw(v, " \xc2\xb7 ");
	layout_say(v, PHRASE_LEADSHEET, NULL, NULL);
	layout_raw(v, "</title>\n<link rel=\"stylesheet\"");
	style_path(path);
	layout_href(v, path, NULL);
	layout_raw(v, "><link rel=\"icon\" type=\"image/svg+xml\"");
	style_icon_path(path);
	layout_href(v, path, NULL);
	layout_raw(v, "></head>\n");
}

static void
add_navigation(struct viewing *v, enum layout_place place)
{
	size_t i;

	layout_raw(v, "<nav");
	html_attr(
	    body(v), "aria-label", phrases_get(v->language, PHRASE_NAVIGATION));
	layout_raw(v, "><ul>");
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		layout_raw(v, "<li><a");
		layout_href(v, places[i].path, NULL);
		if (places[i].place == place)
			html_attr(body(v), "aria-current", "page");
		layout_raw(v, ">");
		layout_say(v, places[i].name, NULL, NULL);
		layout_raw(v, "</a></li>");
	}
	layout_raw(v, "</ul></nav>");
}

/* Who is logged in, and the way out. */
static void
add_reader(struct viewing *v)
{
	if (v->reader[0] == '\0')
		return;
	layout_raw(v, "<div class=\"who\">");
	layout_foreign(v, "span", "quiet", v->reader, strlen(v->reader), 0);
	if (v->has_login) {
		layout_form(v, "post", "/logout");
		layout_button(v, "bare", PHRASE_LOG_OUT);
		layout_form_end(v);
	}
	layout_raw(v, "</div>");
}

void
layout_begin(struct viewing *v, enum layout_place place, const char *title)
{
	v->reply->type = "text/html; charset=utf-8";
	add_head(v, title);
	bytes_printf(body(v), "<body%s>",
	    place == LAYOUT_OUTSIDE ? " class=\"outside-page\"" : "");
	layout_element(v, "a", "class=\"skip\" href=\"#main\"", PHRASE_SKIP);
	layout_raw(v, "\n<header><div><a class=\"brand\"");
	layout_href(v, "/", NULL);
	layout_raw(v,
	    "><svg viewBox=\"0 0 20 20\" width=\"20\" height=\"20\" "
	    "aria-hidden=\"true\"><path class=\"faint\" d=\"M1 2h18v4H1zM1 "
	    "14h18v4H1z\"/><path d=\"M1 8h18v4H1z\"/></svg>");
	layout_say(v, PHRASE_LEADSHEET, NULL, NULL);
	layout_raw(v, "</a>");
	if (place != LAYOUT_OUTSIDE) {
		add_navigation(v, place);
		add_reader(v);
	}
	layout_raw(v, "</div></header>\n<main id=\"main\"><h1 dir=\"auto\">");
	html_short(body(v), title, strlen(title), TITLE);
	layout_raw(v, "</h1>\n");
}

void
layout_end(struct viewing *v)
{
	layout_raw(v, "</main>\n</body>\n</html>\n");
}

void
layout_notice(struct viewing *v, enum layout_notice kind, const char *sentence)
{
	static const char *const classes[] = {"note", "good", "bad"};

	bytes_printf(body(v), "<p class=\"notice %s\"%s>", classes[kind],
	    kind == LAYOUT_BAD ? " role=\"alert\"" : "");
	html_texts(body(v), sentence);
	layout_raw(v, "</p>\n");
}

void
layout_notice_phrase(
    struct viewing *v, enum layout_notice kind, enum phrase phrase)
{
	layout_notice(v, kind, phrases_get(v->language, phrase));
}

void
layout_form(struct viewing *v, const char *method, const char *path)
{
	bytes_printf(body(v), "<form method=\"%s\" action=\"", method);
	html_texts(body(v), v->visit->script);
	html_texts(body(v), path);
	layout_raw(v, "\">");
}

void
layout_form_end(struct viewing *v)
{
	layout_raw(v, "</form>\n");
}

void
layout_field(struct viewing *v, const struct layout_field *f)
{
	layout_raw(v, "<div class=\"field\"><label");
	html_attr(body(v), "for", f->name);
	layout_raw(v, ">");
	layout_say(v, f->label, NULL, NULL);
	layout_raw(v, "</label><input");
	html_attr(body(v), "id", f->name);
	html_attr(body(v), "name", f->name);
	html_attr(body(v), "type", f->type);
	if (f->value != NULL && f->value[0] != '\0')
		html_attr(body(v), "value", f->value);
	if (f->autocomplete != NULL)
		html_attr(body(v), "autocomplete", f->autocomplete);
	if (f->more != NULL)
		bytes_printf(body(v), " %s", f->more);
	if (f->has_hint) {
		bytes_printf(body(v),
		    " aria-describedby=\"%s-hint\"><p class=\"quiet\" "
		    "id=\"%s-hint\">",
		    f->name, f->name);
		layout_say(v, f->hint, NULL, NULL);
		layout_raw(v, "</p></div>");
	} else {
		layout_raw(v, "></div>");
	}
}

void
layout_hidden(struct viewing *v, const char *name, const char *value)
{
	layout_raw(v, "<input type=\"hidden\"");
	html_attr(body(v), "name", name);
	html_attr(body(v), "value", value);
	layout_raw(v, ">");
}

void
layout_button(struct viewing *v, const char *class, enum phrase phrase)
{
	layout_raw(v, "<button type=\"submit\"");
	if (class[0] != '\0')
		html_attr(body(v), "class", class);
	layout_raw(v, ">");
	layout_say(v, phrase, NULL, NULL);
	layout_raw(v, "</button>");
}

/* A link to the same as a file of a format, or of a profile. */
static void
add_download(struct viewing *v, const char *path, const struct choice *choice,
    const char *as, const char *text)
{
	struct bytes with = {0};

	bytes_printf(&with, "%s?as=%s", path, as);
	bytes_addc(&with, '\0');
	layout_raw(v, "<li><a class=\"button quiet\"");
	if (!with.failed)
		layout_href(v, with.data, choice);
	layout_raw(v, " rel=\"nofollow\">");
	html_texts(body(v), text);
	layout_raw(v, "</a></li>");
	body(v)->failed |= with.failed;
	bytes_free(&with);
}

struct profile_links {
	struct viewing *v;
	const char *path;
	const struct choice *choice;
};

static void
add_profile(void *context, const char *name)
{
	struct profile_links *p = context;

	add_download(p->v, p->path, p->choice, name, name);
}

void
layout_downloads(struct viewing *v, const char *path,
    const struct choice *choice, const struct choice *feed)
{
	struct profile_links p = {v, path, choice};

	layout_raw(v, "<section class=\"downloads\">");
	layout_element(v, "h2", "", PHRASE_DOWNLOAD);
	layout_raw(v, "<ul class=\"actions\">");
	add_download(v, path, choice, "csv",
	    phrases_get(v->language, PHRASE_DOWNLOAD_CSV));
	if (xlsx_is_there())
		add_download(v, path, choice, "xlsx",
		    phrases_get(v->language, PHRASE_DOWNLOAD_XLSX));
	add_download(v, path, choice, "jsonl",
	    phrases_get(v->language, PHRASE_DOWNLOAD_JSONL));
	if (feed != NULL) {
		layout_raw(v, "<li>");
		layout_link(v, "", "/feeds", feed, PHRASE_LINK_SPREADSHEET);
		layout_raw(v, "</li>");
	}
	layout_raw(v, "</ul><details>");
	layout_element(v, "summary", "", PHRASE_MORE_DOWNLOADS);
	layout_raw(v, "<ul class=\"actions\">");
	profiles_each(&v->page->conf, add_profile, &p);
	layout_raw(v, "</ul></details></section>\n");
}

void
layout_pages(struct viewing *v, const char *path, const struct choice *choice,
    int is_first, int64_t older)
{
	char number[CATALOG_NUMBER_SIZE];
	struct bytes with = {0};

	if (older == 0 && is_first)
		return;
	layout_raw(v, "<nav class=\"actions pages\"");
	html_attr(
	    body(v), "aria-label", phrases_get(v->language, PHRASE_PAGING));
	layout_raw(v, ">");
	if (!is_first)
		layout_link(v, "button quiet", path, choice, PHRASE_NEWEST);
	catalog_write_number(older, number);
	bytes_printf(&with, "%s?before=%s", path, number);
	bytes_addc(&with, '\0');
	if (older != 0 && !with.failed)
		layout_link(v, "button", with.data, choice, PHRASE_OLDER);
	layout_raw(v, "</nav>\n");
	body(v)->failed |= with.failed;
	bytes_free(&with);
}
