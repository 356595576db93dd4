/* newfeed: how a link for a spreadsheet comes to be; see newfeed.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "page/files/form.h"
#include "markup/html.h"
#include "page/look/layout.h"
#include "page/look/selected.h"
#include "page/page.h"
#include "page/screens/newfeed.h"
#include "select/column.h"

static struct bytes *
body(struct viewing *v)
{
	return &v->reply->body;
}

/*
 * Leads up to today, or later, are meant to go on: a link that ends today would
 * stand still from tomorrow on.
 */
static struct choice
open_end(const struct viewing *v)
{
	struct choice c = v->choice;
	char today[UTC_DAY_SIZE];

	utc_day(v->visit->now, today);
	if (strcmp(c.to, today) >= 0)
		c.to[0] = '\0';
	c.before = 0;
	c.person = c.post = 0;
	return c;
}

/*
 * Rows and columns, which most people leave as they are; where they were wrong,
 * as they were sent.
 */
static int
add_details(struct viewing *v, struct fault *f)
{
	struct layout_field rows = {.name = "rows",
	    .type = "number",
	    .label = PHRASE_FEED_ROWS,
	    .more = "min=\"1\" max=\"50000\" inputmode=\"numeric\"",
	    .has_hint = 1,
	    .hint = PHRASE_FEED_ROWS_HINT};
	struct layout_field columns = {.name = "columns",
	    .type = "text",
	    .label = PHRASE_FEED_COLUMNS,
	    .has_hint = 1,
	    .hint = PHRASE_FEED_COLUMNS_HINT};
	const int again = !visit_is_get(v->visit);
	struct bytes list = {0};
	struct form form;
	char number[16];

	if (form_of_feed(&form, v, "", f) == -1)
		return -1;
	form_write_columns(&form, &list);
	bytes_addc(&list, '\0');
	if (bytes_check(&list, f) == -1) {
		bytes_free(&list);
		return -1;
	}
	(void)snprintf(number, sizeof(number), "%d", FEEDS_ROWS);
	rows.value = again ? query_get(&v->visit->form, "rows") : number;
	columns.value =
	    again ? query_get(&v->visit->form, "columns") : list.data;
	layout_raw(v, again ? "<details open>" : "<details>");
	layout_element(v, "summary", "", PHRASE_FEED_MORE);
	layout_raw(v, "<div class=\"fields\">");
	layout_field(v, &rows);
	layout_field(v, &columns);
	layout_raw(v, "</div></details>");
	bytes_free(&list);
	return 0;
}

/* What the link is to have, in words, and for feeds_add(). */
static int
add_selection(struct viewing *v, struct fault *f)
{
	const struct choice c = open_end(v);
	struct bytes text = {0}, query = {0};
	int rc = -1;

	selected_say(v, &text, &c);
	choice_write(&query, &c);
	bytes_addc(&query, '\0');
	if (bytes_check(&text, f) == -1 || bytes_check(&query, f) == -1)
		goto out;
	layout_raw(v, "<p>");
	layout_say(v, PHRASE_FEED_HAS, NULL, NULL);
	layout_raw(v, " ");
	layout_foreign(v, "strong", "", text.data, text.len, 0);
	layout_raw(v, "</p>");
	layout_hidden(v, "do", "make");
	layout_hidden(v, "query", query.data);
	rc = 0;
out:
	bytes_free(&text);
	bytes_free(&query);
	return rc;
}

int
newfeed_form(struct viewing *v, struct fault *f)
{
	const struct layout_field name = {.name = "name",
	    .type = "text",
	    .label = PHRASE_NAME,
	    .value = query_get(&v->visit->form, "name"),
	    .more = "maxlength=\"100\"",
	    .has_hint = 1,
	    .hint = PHRASE_FEED_NAME_HINT};

	layout_form(v, "post", "/feeds");
	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_FEED_NEW);
	if (add_selection(v, f) == -1)
		return -1;
	layout_field(v, &name);
	if (add_details(v, f) == -1)
		return -1;
	layout_raw(v, "<div class=\"actions\">");
	layout_button(v, "", PHRASE_FEED_MAKE);
	layout_raw(v, "</div>");
	layout_element(v, "p", "class=\"quiet\"", PHRASE_FEED_OTHERS);
	layout_raw(v, "</section>");
	layout_form_end(v);
	return 0;
}

/* The number of a field; an empty one: as usual.  1, or 0 where it is none. */
static int
read_rows(const char *text, int64_t *out)
{
	char *end;
	long n;

	*out = FEEDS_ROWS;
	if (text[0] == '\0')
		return 1;
	errno = 0;
	*out = n = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && n >= 1 && n <= FEEDS_ROWS_MAX;
}

/* Copy a text, unless it is too long: 1, or 0. */
static int
copy(char *out, size_t size, struct bytes *text)
{
	bytes_addc(text, '\0');
	if (text->failed || text->len > size)
		return 0;
	memcpy(out, text->data, text->len);
	return 1;
}

/* What is wrong, as a sentence in the language of the page: 0. */
static int
say_wrong(const struct viewing *v, struct bytes *wrong, enum phrase phrase,
    const char *one)
{
	phrases_fill(wrong, v->language, phrase, one, NULL);
	return 0;
}

static int
say_columns(const struct viewing *v, struct bytes *wrong)
{
	struct bytes names = {0};
	int i;

	for (i = 0; i < COLUMN_FIRST_SEEN; i++)
		bytes_printf(
		    &names, "%s%s", i > 0 ? ", " : "", column_get(i).name);
	bytes_addc(&names, '\0');
	if (!names.failed)
		(void)say_wrong(
		    v, wrong, PHRASE_FEED_WRONG_COLUMNS, names.data);
	bytes_free(&names);
	return 0;
}

/* Its name, or what it has; cut between two characters. */
static void
choose_name(struct viewing *v, struct bytes *text)
{
	const char *name = query_get(&v->visit->form, "name");
	const size_t most = sizeof(((struct feed *)NULL)->name);
	size_t i, step;
	uint32_t c;

	if (name[0] != '\0')
		bytes_adds(text, name);
	else
		selected_say(v, text, &v->choice);
	for (i = 0; i < text->len; i += step) {
		step = text_next(text->data + i, text->len - i, &c, NULL);
		if (i + step >= most)
			text->len = i;
	}
}

/* A feed of what the form says: 1; 0: that is wrong; or -1. */
static int
read_feed(
    struct viewing *v, struct feed *feed, struct bytes *wrong, struct fault *f)
{
	const struct query *sent = &v->visit->form;
	struct bytes text = {0}, query = {0}, columns = {0};
	struct fault why = {0};
	struct form form;
	int rc = 1;

	memset(feed, 0, sizeof(*feed));
	if (selected_read(v, query_get(sent, "query"), &v->choice, &why) == -1)
		return why.kind != FAULT_SETUP
		           ? fault_take(f, &why)
		           : say_wrong(v, wrong, PHRASE_FEED_WRONG, why.text);
	if (form_of_feed(&form, v, query_get(sent, "columns"), &why) == -1)
		return say_columns(v, wrong);
	if (!read_rows(query_get(sent, "rows"), &feed->rows))
		return say_wrong(v, wrong, PHRASE_FEED_WRONG_ROWS, NULL);
	choose_name(v, &text);
	choice_write(&query, &v->choice);
	form_write_columns(&form, &columns);
	(void)snprintf(feed->reader, sizeof(feed->reader), "%s", v->reader);
	if (!copy(feed->name, sizeof(feed->name), &text) ||
	    !copy(feed->query, sizeof(feed->query), &query) ||
	    !copy(feed->columns, sizeof(feed->columns), &columns))
		rc = text.failed || query.failed || columns.failed
		         ? fault_memory(f)
		         : say_wrong(v, wrong, PHRASE_FEED_TOO_LONG, NULL);
	bytes_free(&text);
	bytes_free(&query);
	bytes_free(&columns);
	return rc;
}

int
newfeed_save(struct viewing *v, char token[static FEEDS_TOKEN_SIZE],
    struct bytes *wrong, struct fault *f)
{
	struct fault why = {0};
	struct feed feed;
	int rc = read_feed(v, &feed, wrong, f);

	if (rc != 1)
		return rc;
	if (feeds_add(v->page->home, &feed, token, v->visit->now, &why) == 0)
		return 1;
	/* What a person can't put right is for the log. */
	return why.kind == FAULT_SETUP
	           ? say_wrong(v, wrong, PHRASE_FEED_WRONG, why.text)
	           : fault_take(f, &why);
}

static void
add_code(
    struct viewing *v, const char *before, const char *url, const char *after)
{
	layout_raw(v, "<p class=\"code\">");
	html_texts(body(v), before);
	html_texts(body(v), url);
	html_texts(body(v), after);
	layout_raw(v, "</p>");
}

int
newfeed_show(struct viewing *v, const char *token, struct fault *f)
{
	struct bytes url = {0};

	bytes_printf(&url, "%s://%s%s/feed/%s.csv", v->https ? "https" : "http",
	    v->visit->host, v->visit->script, token);
	bytes_addc(&url, '\0');
	if (bytes_check(&url, f) == -1)
		return -1;
	layout_notice_phrase(v, LAYOUT_GOOD, PHRASE_FEED_MADE);
	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_FEED_ADDRESS);
	add_code(v, "", url.data, "");
	if (v->trial)
		layout_element(v, "p", "", PHRASE_FEED_TRIAL);
	layout_element(v, "p", "", PHRASE_FEED_SHEETS);
	add_code(v, "=IMPORTDATA(\"", url.data, "\")");
	layout_element(v, "p", "", PHRASE_FEED_EXCEL);
	layout_element(v, "p", "", PHRASE_FEED_CALC);
	layout_element(v, "p", "class=\"quiet\"", PHRASE_FEED_SECRET);
	layout_raw(v, "</section>\n");
	bytes_free(&url);
	return 0;
}
