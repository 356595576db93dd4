#include "page/look/filters.h"

#include <string.h>

#include "markup/html.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/look/leadlist.h"
#include "page/page.h"

/* So much of what there is can be picked from a list. */
#define OPTIONS       25
#define OPTION_LENGTH 80 /* bytes */

/* In the order of enum choice_term. */
static const struct {
	enum phrase name;
	/* There are too many to list: any can be typed, the most frequent are
	   suggested. */
	int is_typed;
} terms[CHOICE_TERMS] = {
    [CHOICE_SIGNAL] = {PHRASE_SIGNAL, 0},
    [CHOICE_ENGAGEMENT] = {PHRASE_ENGAGEMENT, 0},
    [CHOICE_COMPANY] = {PHRASE_COMPANY, 1},
    [CHOICE_INDUSTRY] = {PHRASE_INDUSTRY, 0},
    [CHOICE_SIZE] = {PHRASE_SIZE, 0},
    [CHOICE_TITLE] = {PHRASE_TITLE, 1},
};

struct options {
	struct viewing *v;
	const char *chosen;
	int is_typed, is_deed; /* any text; an engagement */
	int found, n;
};

static void
write_option(struct options *o, const char *text, int selected)
{
	struct bytes *b = &o->v->reply->body;
	enum phrase name;
	int named = o->is_deed && leadlist_deed_name(text, strlen(text), &name);

	o->n++;
	layout_raw(o->v, "<option");
	if (o->is_typed || named)
		html_attr(b, "value", text);
	if (selected && !o->is_typed)
		layout_raw(o->v, " selected");
	layout_raw(o->v, ">");
	if (named)
		layout_say(o->v, name, NULL, NULL);
	else if (!o->is_typed)
		html_texts(b, text);
	layout_raw(o->v, "</option>");
}

static int
take_option(void *context, const char *text, int64_t leads)
{
	struct options *o = context;
	int selected = strcmp(text, o->chosen) == 0;

	(void)leads;
	/* A blank at an end would not come back from the form. */
	if (strlen(text) > OPTION_LENGTH || text[0] == ' ' || text[0] == '\0' ||
	    strpbrk(text, "\r\n\t") != NULL)
		return 0;
	o->found |= selected;
	write_option(o, text, selected);
	return 0;
}

static int
write_options(struct options *o, enum choice_term term, struct fault *f)
{
	if (catalog_terms(o->v->page->catalog, &o->v->scope, term, OPTIONS,
		take_option, o, f) == -1)
		return -1;
	if (!o->is_typed && !o->found && o->chosen[0] != '\0')
		write_option(o, o->chosen, 1);
	return 0;
}

/* <select>, with what there is. */
static int
write_select(struct viewing *v, enum choice_term term, struct fault *f)
{
	struct options o = {
	    v, v->choice.terms[term], 0, term == CHOICE_ENGAGEMENT, 0, 0};
	const char *name = choice_term_name(term);

	bytes_printf(
	    &v->reply->body, "<div class=\"field\"><label for=\"%s\">", name);
	layout_say(v, terms[term].name, NULL, NULL);
	bytes_printf(&v->reply->body,
	    "</label><select id=\"%s\" name=\"%s\"><option value=\"\">", name,
	    name);
	layout_say(v, PHRASE_ANY, NULL, NULL);
	layout_raw(v, "</option>");
	if (write_options(&o, term, f) == -1)
		return -1;
	layout_raw(v, "</select></div>\n");
	return 0;
}

/* <input> with suggestions. */
static int
write_typed(struct viewing *v, enum choice_term term, struct fault *f)
{
	struct options o = {v, v->choice.terms[term], 1, 0, 0, 0};
	const char *name = choice_term_name(term);
	struct layout_field field = {.name = name,
	    .type = "text",
	    .label = terms[term].name,
	    .value = v->choice.terms[term],
	    .autocomplete = "off",
	    .more = term == CHOICE_COMPANY ? "list=\"company-list\""
	                                   : "list=\"title-list\""};

	layout_field(v, &field);
	bytes_printf(&v->reply->body, "<datalist id=\"%s-list\">", name);
	if (write_options(&o, term, f) == -1)
		return -1;
	layout_raw(v, "</datalist>\n");
	return 0;
}

static void
write_day(
    struct viewing *v, const char *name, enum phrase label, const char *value)
{
	struct layout_field field = {
	    .name = name, .type = "date", .label = label, .value = value};

	layout_field(v, &field);
}

static int
take_endpoint(void *context, const char *name)
{
	struct options *o = context;

	if (strcmp(name, o->chosen) == 0)
		o->found = 1;
	write_option(o, name, strcmp(name, o->chosen) == 0);
	return 0;
}

/* Only where there is a choice. */
static int
write_endpoints(struct viewing *v, struct fault *f)
{
	struct options o = {v, v->choice.endpoint, 0, 0, 0, 0};
	size_t start = v->reply->body.len, i;

	layout_raw(v, "<div class=\"field\"><label for=\"endpoint\">");
	layout_say(v, PHRASE_ENDPOINT, NULL, NULL);
	layout_raw(v, "</label><select id=\"endpoint\" name=\"endpoint\">"
		      "<option value=\"\">");
	layout_say(v, PHRASE_ANY, NULL, NULL);
	layout_raw(v, "</option>");
	for (i = 0; i < v->scope.n; i++)
		(void)take_endpoint(&o, v->scope.names[i]);
	if (v->scope.n == 0 &&
	    endpoint_each(v->page->home, take_endpoint, &o, f) == -1)
		return -1;
	if (o.n > 1)
		layout_raw(v, "</select></div>\n");
	else
		v->reply->body.len = start;
	return 0;
}

static void
write_search(struct viewing *v)
{
	struct layout_field words = {.name = "q",
	    .type = "search",
	    .label = PHRASE_WORDS,
	    .value = v->choice.words,
	    .has_hint = 1,
	    .hint = PHRASE_WORDS_HINT};

	layout_raw(v, "<div class=\"search\">");
	layout_field(v, &words);
	layout_button(v, "", PHRASE_SEARCH);
	layout_raw(v, "</div>");
}

void
filters_quick(struct viewing *v)
{
	struct layout_field words = {
	    .name = "q", .type = "search", .label = PHRASE_SEARCH};

	layout_raw(v, "<div role=\"search\">");
	layout_form(v, "get", "/leads");
	layout_raw(v, "<div class=\"quick\">");
	layout_field(v, &words);
	layout_button(v, "quiet", PHRASE_SEARCH);
	layout_raw(v, "</div>");
	layout_form_end(v);
	layout_raw(v, "</div>");
}

int
filters_form(struct viewing *v, struct fault *f)
{
	int term;

	layout_raw(v, "<div class=\"panel\" role=\"search\">");
	layout_form(v, "get", "/leads");
	write_search(v);
	layout_raw(v, "<details class=\"filters\">");
	layout_element(v, "summary", "", PHRASE_FILTERS);
	layout_raw(v, "<div class=\"fields\">");
	write_day(v, "from", PHRASE_FROM, v->choice.from);
	write_day(v, "to", PHRASE_TO, v->choice.to);
	for (term = 0; term < CHOICE_TERMS; term++)
		if ((terms[term].is_typed
			    ? write_typed(v, (enum choice_term)term, f)
			    : write_select(v, (enum choice_term)term, f)) == -1)
			return -1;
	write_day(v, "since", PHRASE_SINCE, v->choice.since);
	if (write_endpoints(v, f) == -1)
		return -1;
	layout_button(v, "quiet", PHRASE_SHOW);
	layout_raw(v, "</div></details>");
	layout_form_end(v);
	layout_raw(v, "</div>\n");
	return 0;
}

struct chips {
	struct viewing *v;
	const char *path;
	int n;
};

/*
 * "Signal: John Doe x", which links to the screen without it; nothing where it
 * is empty.  The text is one of v->choice.
 */
static void
write_chip(struct chips *c, enum phrase name, const char *text, int is_day)
{
	struct viewing *v = c->v;
	struct choice without = v->choice;
	struct bytes day = {0};
	char today[UTC_DAY_SIZE];
	enum phrase deed;

	if (text[0] == '\0')
		return;
	without.before = 0;
	((char *)&without)[text - (const char *)&v->choice] = '\0';
	if (c->n++ == 0) {
		layout_raw(v, "<div>");
		layout_element(v, "p", "class=\"unseen\"", PHRASE_FILTERS_SET);
		layout_raw(v, "<ul class=\"chips\">");
	}
	layout_raw(v, "<li><a");
	layout_href(v, c->path, &without);
	layout_raw(v, "><span class=\"unseen\">");
	layout_say(v, PHRASE_REMOVE_FILTER, NULL, NULL);
	layout_raw(v, " </span>");
	layout_say(v, name, NULL, NULL);
	layout_raw(v, ": ");
	utc_day(v->visit->now, today);
	if (is_day)
		dates_short(&day, v->language, text, today);
	if (name == PHRASE_ENGAGEMENT &&
	    leadlist_deed_name(text, strlen(text), &deed))
		layout_say(v, deed, NULL, NULL);
	else if (day.len > 0)
		layout_foreign(v, "bdi", "", day.data, day.len, 0);
	else
		layout_foreign(v, "bdi", "", text, strlen(text), 60);
	layout_raw(v, "<span aria-hidden=\"true\">\xc3\x97</span></a></li>\n");
	v->reply->body.failed |= day.failed;
	bytes_free(&day);
}

void
filters_chips(struct viewing *v, const char *path)
{
	struct chips c = {v, path, 0};
	int i;

	write_chip(&c, PHRASE_WORDS, v->choice.words, 0);
	for (i = 0; i < CHOICE_TERMS; i++)
		write_chip(&c, terms[i].name, v->choice.terms[i], 0);
	write_chip(&c, PHRASE_ENDPOINT, v->choice.endpoint, 0);
	write_chip(&c, PHRASE_FROM, v->choice.from, 1);
	write_chip(&c, PHRASE_TO, v->choice.to, 1);
	write_chip(&c, PHRASE_SINCE, v->choice.since, 1);
	if (c.n > 1) {
		layout_raw(v, "<li>");
		layout_link(v, "", path, NULL, PHRASE_REMOVE_ALL);
		layout_raw(v, "</li>");
	}
	if (c.n > 0)
		layout_raw(v, "</ul></div>\n");
}

void
filters_range(struct viewing *v, const char *path)
{
	struct choice *c = &v->choice;
	int i;

	layout_form(v, "get", path);
	layout_raw(v, "<div class=\"fields\">");
	write_day(v, "from", PHRASE_FROM, c->from);
	write_day(v, "to", PHRASE_TO, c->to);
	if (c->words[0] != '\0')
		layout_hidden(v, "q", c->words);
	if (c->endpoint[0] != '\0')
		layout_hidden(v, "endpoint", c->endpoint);
	for (i = 0; i < CHOICE_TERMS; i++)
		if (c->terms[i][0] != '\0')
			layout_hidden(v, choice_term_name((enum choice_term)i),
			    c->terms[i]);
	layout_button(v, "quiet", PHRASE_SHOW);
	layout_raw(v, "</div>");
	layout_form_end(v);
}
