/* feeds: the links by which spreadsheets read leads: made, listed, revoked. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/feeds.h"
#include "page/files/form.h"
#include "page/http/html.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/screens/screens.h"

static struct bytes *
body(struct viewing *v)
{
	return &v->reply->body;
}

static void
add_term(
    struct viewing *v, struct bytes *b, enum phrase label, const char *text)
{
	if (text[0] == '\0')
		return;
	if (b->len > 0)
		bytes_adds(b, "; ");
	bytes_adds(b, phrases_get(v->language, label));
	bytes_adds(b, ": ");
	bytes_adds(b, text);
}

static void
add_day(struct viewing *v, struct bytes *b, enum phrase label, const char *day)
{
	struct bytes text = {0};

	if (day[0] == '\0')
		return;
	dates_short(&text, v->language, day, "");
	bytes_addc(&text, '\0');
	if (text.failed)
		b->failed = 1;
	else
		add_term(v, b, label, text.data);
	bytes_free(&text);
}

/* Append what a choice selects, in words. */
static void
describe(struct viewing *v, struct bytes *b, const struct choice *c)
{
	static const enum phrase terms[CHOICE_TERMS] = {
	    [CHOICE_SIGNAL] = PHRASE_SIGNAL,
	    [CHOICE_ENGAGEMENT] = PHRASE_ENGAGEMENT,
	    [CHOICE_COMPANY] = PHRASE_COMPANY,
	    [CHOICE_INDUSTRY] = PHRASE_INDUSTRY,
	    [CHOICE_SIZE] = PHRASE_SIZE,
	    [CHOICE_TITLE] = PHRASE_TITLE};
	int i;

	add_term(v, b, PHRASE_ENDPOINT, c->endpoint);
	add_term(v, b, PHRASE_WORDS, c->words);
	for (i = 0; i < CHOICE_TERMS; i++)
		add_term(v, b, terms[i], c->terms[i]);
	add_day(v, b, PHRASE_FROM, c->from);
	add_day(v, b, PHRASE_TO, c->to);
	add_day(v, b, PHRASE_SINCE, c->since);
	if (b->len == 0)
		bytes_adds(b, phrases_get(v->language, PHRASE_FEED_ALL));
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

/* The choice that a text of a feed, or of a form, says.  0, or -1. */
static int
read_choice(
    struct viewing *v, const char *text, struct choice *c, struct fault *f)
{
	struct query query = {0};
	int rc = query_read(&query, text, strlen(text), f);

	if (rc == 0)
		rc = choice_read(c, &query, v->visit->now, f);
	query_free(&query);
	return rc;
}

/* Rows and columns, which most people leave as they are. */
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
	struct bytes list = {0};
	struct form form;
	char number[16];

	if (form_of_feed(&form, v, "", f) == -1)
		return -1;
	form_write_columns(&form, &list);
	bytes_addc(&list, '\0');
	if (bytes_check(&list, f) == -1)
		return -1;
	(void)snprintf(number, sizeof(number), "%d", FEEDS_ROWS);
	rows.value = number;
	columns.value = list.data;
	layout_raw(v, "<details>");
	layout_element(v, "summary", "", PHRASE_FEED_MORE);
	layout_raw(v, "<div class=\"fields\">");
	layout_field(v, &rows);
	layout_field(v, &columns);
	layout_raw(v, "</div></details>");
	bytes_free(&list);
	return 0;
}

static int
add_form(struct viewing *v, struct fault *f)
{
	const struct layout_field name = {.name = "name",
	    .type = "text",
	    .label = PHRASE_NAME,
	    .more = "maxlength=\"100\"",
	    .has_hint = 1,
	    .hint = PHRASE_FEED_NAME_HINT};
	const struct choice c = open_end(v);
	struct bytes text = {0}, query = {0};

	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_FEED_NEW);
	describe(v, &text, &c);
	choice_write(&query, &c);
	bytes_addc(&query, '\0');
	if (bytes_check(&text, f) == -1 || bytes_check(&query, f) == -1)
		return -1;
	layout_raw(v, "<p>");
	layout_say(v, PHRASE_FEED_HAS, NULL, NULL);
	layout_raw(v, " ");
	layout_foreign(v, "strong", "", text.data, text.len, 0);
	layout_raw(v, "</p><p class=\"quiet\">");
	layout_say(v, PHRASE_FEED_OTHERS, NULL, NULL);
	layout_raw(v, "</p>");
	layout_form(v, "post", "/feeds");
	layout_raw(v, "<div class=\"panel-form\">");
	layout_hidden(v, "do", "make");
	layout_hidden(v, "query", query.data);
	layout_field(v, &name);
	bytes_free(&text);
	bytes_free(&query);
	if (add_details(v, f) == -1)
		return -1;
	layout_raw(v, "<div class=\"actions\">");
	layout_button(v, "", PHRASE_FEED_MAKE);
	layout_raw(v, "</div></div>");
	layout_form_end(v);
	layout_raw(v, "</section>\n");
	return 0;
}

/*
 * Whoever sees every endpoint looks after all links; others see their own, as
 * another's name may tell what they are not to see.
 */
static int
is_mine(const struct viewing *v, const struct feed *feed)
{
	return v->scope.n == 0 || strcmp(feed->reader, v->reader) == 0;
}

struct listing {
	struct viewing *v;
	size_t n;
};

/* By whom, and when it was last read. */
static void
add_facts(struct viewing *v, const struct feed *feed)
{
	layout_raw(v, "<p class=\"quiet\">");
	if (feed->reader[0] == '\0')
		layout_say(v, PHRASE_FEED_BY_COMMAND, NULL, NULL);
	else
		layout_say(v, PHRASE_FEED_BY, feed->reader, NULL);
	layout_raw(v, " \xc2\xb7 ");
	if (feed->used == 0) {
		layout_say(v, PHRASE_FEED_UNREAD, NULL, NULL);
	} else {
		layout_say(v, PHRASE_FEED_LAST_READ, NULL, NULL);
		layout_raw(v, " ");
		dates_ago(body(v), v->language, feed->used, v->visit->now);
	}
	layout_raw(v, "</p>");
}

static int
add_feed(void *listing, const struct feed *feed)
{
	struct listing *l = listing;
	struct viewing *v = l->v;
	struct choice c = {0};
	struct bytes text = {0};
	struct fault f = {0};

	if (!is_mine(v, feed))
		return 0;
	if (l->n++ == 0)
		layout_raw(v, "<ul class=\"timeline\">");
	layout_raw(v, "<li>");
	layout_foreign(v, "h3", "", feed->name, strlen(feed->name), 0);
	/* What can't be read any more is shown as it stands. */
	if (read_choice(v, feed->query, &c, &f) == 0)
		describe(v, &text, &c);
	else
		bytes_adds(&text, feed->query);
	if (!text.failed)
		layout_foreign(v, "p", "", text.data, text.len, 0);
	bytes_free(&text);
	add_facts(v, feed);
	layout_form(v, "post", "/feeds");
	layout_hidden(v, "do", "revoke");
	layout_hidden(v, "hash", feed->hash);
	layout_raw(v, "<button type=\"submit\" class=\"quiet\">");
	layout_say(v, PHRASE_FEED_REVOKE, NULL, NULL);
	layout_raw(v, "<span class=\"unseen\" dir=\"auto\">: ");
	html_texts(body(v), feed->name);
	layout_raw(v, "</span></button>");
	layout_form_end(v);
	layout_raw(v, "</li>\n");
	return 0;
}

static int
add_list(struct viewing *v, struct fault *f)
{
	struct listing l = {.v = v};

	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_FEED_LIST);
	if (feeds_each(v->page->home, add_feed, &l, f) == -1)
		return -1;
	if (l.n > 0)
		layout_raw(v, "</ul>");
	else
		layout_element(v, "p", "class=\"quiet\"", PHRASE_FEED_NONE_YET);
	layout_raw(v, "</section>\n");
	return 0;
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

/* The address of a new link, this once, and how it is used. */
static int
add_made(struct viewing *v, const char *token, struct fault *f)
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

/* wrong: what couldn't be done; token: of a new link; or NULL. */
static int
show(struct viewing *v, const char *wrong, const char *token, struct fault *f)
{
	layout_begin(v, LAYOUT_FEEDS, phrases_get(v->language, PHRASE_FEEDS));
	layout_element(v, "p", "class=\"sub\"", PHRASE_FEED_INTRO);
	if (wrong != NULL)
		layout_notice(v, LAYOUT_BAD, wrong);
	if (query_get(&v->visit->query, "revoked")[0] != '\0' &&
	    visit_is_get(v->visit))
		layout_notice_phrase(v, LAYOUT_GOOD, PHRASE_FEED_REVOKED);
	if ((token != NULL && add_made(v, token, f) == -1) ||
	    (token == NULL && add_form(v, f) == -1) || add_list(v, f) == -1)
		return -1;
	layout_end(v);
	return 0;
}

/* The number of a field; 0: the usual one; -1: it is none. */
static int64_t
read_rows(const char *text)
{
	char *end;
	long n;

	if (text[0] == '\0')
		return FEEDS_ROWS;
	errno = 0;
	n = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && n > 0 ? n : -1;
}

/* A feed of what the form says.  0, or -1 with the fault set. */
static int
read_feed(struct viewing *v, struct feed *feed, struct fault *f)
{
	const struct query *form = &v->visit->form;
	const char *name = query_get(form, "name");
	struct bytes text = {0}, query = {0}, columns = {0};
	struct form of;
	int rc = -1;

	memset(feed, 0, sizeof(*feed));
	if (read_choice(v, query_get(form, "query"), &v->choice, f) == -1 ||
	    form_of_feed(&of, v, query_get(form, "columns"), f) == -1)
		return -1;
	describe(v, &text, &v->choice);
	choice_write(&query, &v->choice);
	form_write_columns(&of, &columns);
	bytes_addc(&text, '\0');
	bytes_addc(&query, '\0');
	bytes_addc(&columns, '\0');
	if (bytes_check(&text, f) == 0 && bytes_check(&query, f) == 0 &&
	    bytes_check(&columns, f) == 0)
		rc = 0;
	if (rc == 0 && (query.len > sizeof(feed->query) ||
			   columns.len > sizeof(feed->columns)))
		rc = fault_set(f, FAULT_SETUP, 0,
		    "that is too long for a link; use fewer words or columns");
	if (rc == 0) {
		(void)snprintf(feed->name, sizeof(feed->name), "%.100s",
		    name[0] == '\0' ? text.data : name);
		(void)snprintf(
		    feed->reader, sizeof(feed->reader), "%s", v->reader);
		memcpy(feed->query, query.data, query.len);
		memcpy(feed->columns, columns.data, columns.len);
		feed->rows = read_rows(query_get(form, "rows"));
	}
	bytes_free(&text);
	bytes_free(&query);
	bytes_free(&columns);
	return rc;
}

static int
make(struct viewing *v, struct fault *f)
{
	char token[FEEDS_TOKEN_SIZE];
	struct fault wrong = {0};
	struct feed feed;

	if (read_feed(v, &feed, &wrong) == 0 &&
	    feeds_add(v->page->home, &feed, token, v->visit->now, &wrong) == 0)
		return show(v, NULL, token, f);
	/* What a person can't put right is for the log. */
	if (wrong.kind != FAULT_SETUP)
		return fault_take(f, &wrong);
	v->reply->status = 400;
	return show(v, wrong.text, NULL, f);
}

struct looked_for {
	const struct viewing *v;
	const char *hash;
};

static int
is_that(void *looked_for, const struct feed *feed)
{
	struct looked_for *x = looked_for;

	return strcmp(feed->hash, x->hash) == 0 && is_mine(x->v, feed);
}

static int
revoke(struct viewing *v, struct fault *f)
{
	struct looked_for x = {
	    .v = v, .hash = query_get(&v->visit->form, "hash")};
	struct bytes url = {0};
	int found = feeds_each(v->page->home, is_that, &x, f);

	if (found == 1)
		found = feeds_remove(v->page->home, x.hash, f);
	if (found == -1)
		return -1;
	/* Revoked already, as by a second click: that is what was wanted. */
	bytes_printf(&url, "%s/feeds?revoked=1", v->visit->script);
	bytes_addc(&url, '\0');
	if (bytes_check(&url, f) == -1)
		return -1;
	reply_redirect(v->reply, url.data);
	bytes_free(&url);
	return 0;
}

int
screens_feeds(struct viewing *v, struct fault *f)
{
	const char *what = query_get(&v->visit->form, "do");

	v->reply->screen = "feeds";
	if (visit_is_get(v->visit))
		return show(v, NULL, NULL, f);
	if (strcmp(what, "make") == 0)
		return make(v, f);
	if (strcmp(what, "revoke") == 0)
		return revoke(v, f);
	v->reply->status = 400;
	return show(v, NULL, NULL, f);
}
