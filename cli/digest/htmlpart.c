/*
 * parts: a digest as HTML; see parts.h.
 *
 * Of CSS only what mail programs take.  What a program that takes no <style>
 * has to have stands in the elements; the second <style> is by itself, as some
 * programs drop one that has anything that they don't know.
 */
#include <string.h>

#include "cli/digest/parts.h"
#include "cli/digest/wording.h"
#include "cli/terminal/progress.h"
#include "markup/html.h"

static const char head[] =
    "<!doctype html>\n"
    "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n";

static const char style[] =
    "<style>\n"
    "h2 { margin: 28px 0 8px; font-size: 17px; line-height: 24px }\n"
    ".list { margin: 0; padding: 0; list-style: none }\n"
    ".who { padding: 0 0 14px; border-top: 1px solid #dfe3df;"
    " text-align: left }\n"
    ".name { display: block; padding: 13px 0 3px; font-size: 17px;"
    " line-height: 28px; font-weight: 600; text-decoration: none }\n"
    ".soft, .soft a { color: #56615c }\n"
    ".soft { font-size: 14px; line-height: 20px }\n"
    ".said { margin-top: 8px; padding: 8px 12px; background: #f1f4f1;"
    " border-radius: 6px; text-align: start }\n"
    ".number { padding: 4px 12px 4px 0; text-align: right;"
    " font-weight: 600; white-space: nowrap; vertical-align: top }\n"
    "a { color: #0a6b5c }\n"
    "</style>\n"
    "<style>\n"
    ":root { color-scheme: light dark; supported-color-schemes: light dark "
    "}\n"
    "@media (prefers-color-scheme: dark) {\n"
    ".ground { background: #111514 !important; color: #e7ece9 !important;"
    " color-scheme: dark !important }\n"
    ".sheet { background: #181e1c !important; border-color: #2b3431 "
    "!important }\n"
    ".who { border-color: #2b3431 !important }\n"
    ".said, .know { background: #232b28 !important }\n"
    ".act { background: #35201b !important; border-color: #f3a08e "
    "!important }\n"
    ".soft, .soft a { color: #9faba5 !important }\n"
    "a { color: #62cbb7 !important }\n"
    "a.button { background: #62cbb7 !important; color: #06231d !important }\n"
    "}\n"
    "</style>\n";

/* Word lays out Outlook's mail, and knows no max-width. */
static const char frame[] =
    "</head>\n"
    "<body class=\"ground\" style=\"margin:0;padding:0;background:#f6f7f5;"
    "color:#1b2320\">\n"
    "<div class=\"ground\" style=\"padding:16px 8px;background:#f6f7f5;"
    "color:#1b2320;font:16px/23px system-ui,-apple-system,'Segoe UI',Roboto,"
    "'Helvetica Neue','Noto Sans',Arial,sans-serif;overflow-wrap:anywhere;"
    "color-scheme:light\">\n"
    "<!--[if mso]><table role=\"presentation\" align=\"center\" "
    "width=\"600\"><tr><td><![endif]-->\n"
    "<div class=\"sheet\" style=\"max-width:558px;margin:0 auto;"
    "padding:18px 20px 24px;background:#fff;border:1px solid #dfe3df;"
    "border-radius:10px\">\n";

static const char foot[] = "</div>\n"
			   "<!--[if mso]></td></tr></table><![endif]-->\n"
			   "</div>\n</body>\n</html>\n";

/* What was made in a buffer, which is empty after, as text. */
static void
add_made(struct bytes *b, struct bytes *made)
{
	if (made->failed)
		b->failed = 1;
	else if (made->len > 0)
		html_text(b, made->data, made->len);
	bytes_reset(made);
}

/* Text of someone else's, in an element of its own direction. */
static void
add_foreign(struct bytes *b, const char *element, const char *text)
{
	bytes_printf(b, "<%s dir=\"auto\">", element);
	html_texts(b, text);
	bytes_printf(b, "</%.*s>", (int)strcspn(element, " "), element);
}

static void
write_head(struct bytes *b, const struct digest *d)
{
	struct bytes line = {0};

	bytes_adds(b, head);
	bytes_adds(b, "<title>");
	parts_subject(d, &line);
	add_made(b, &line);
	bytes_adds(b, "</title>\n");
	bytes_adds(b, style);
	bytes_adds(b, frame);
	bytes_free(&line);
}

static void
write_summary(struct bytes *b, const struct digest *d)
{
	struct bytes line = {0};

	bytes_adds(b, "<h1 style=\"margin:0 0 4px;font-size:26px;"
		      "line-height:34px\">");
	wording_leads(&line, d);
	add_made(b, &line);
	bytes_adds(b, "</h1>\n<p class=\"soft\" style=\"margin:0 0 8px\">");
	wording_since(&line, d);
	/* It is a sentence of its own here. */
	if (line.len > 0 && !line.failed)
		line.data[0] = (char)(line.data[0] - 'a' + 'A');
	if (d->leads > 0) {
		bytes_adds(&line, ": ");
		wording_deeds(&line, d);
	}
	add_made(b, &line);
	bytes_adds(b, "</p>\n");
	wording_remarks(&line, d);
	if (line.len > 0) {
		bytes_adds(b, "<p style=\"margin:12px 0 0\">");
		add_made(b, &line);
		bytes_adds(b, "</p>\n");
	}
	bytes_free(&line);
}

/* Those to act on, or those that are only good to know; from..to. */
static void
write_box(struct bytes *b, const struct digest *d, size_t from, size_t to)
{
	int act = d->concerns[from].act;
	size_t i;

	bytes_printf(b,
	    "<div class=\"%s\" style=\"margin:16px 0 0;padding:12px 16px 6px;"
	    "background:%s;border-left:4px solid %s\">\n"
	    "<h2 style=\"margin:0 0 4px\">%s</h2>\n",
	    act ? "act" : "know", act ? "#fbece8" : "#f1f4f1",
	    act ? "#9c2f1b" : "#848f89", act ? "Needs a hand" : "Good to know");
	for (i = from; i < to; i++) {
		bytes_adds(b, "<p style=\"margin:0 0 8px\">");
		html_texts(b, d->concerns[i].text);
		bytes_adds(b, "</p>\n");
	}
}

static void
write_concerns(struct bytes *b, const struct digest *d)
{
	size_t n = wording_concerns(d), acts = n < d->nacts ? n : d->nacts;

	if (acts > 0) {
		write_box(b, d, 0, acts);
		if (n > acts)
			bytes_adds(b, "</div>\n");
	}
	if (n > acts)
		write_box(b, d, acts, n);
	if (n < d->nconcerns) {
		bytes_printf(b, "<p style=\"margin:0 0 8px\">And %zu more; ",
		    d->nconcerns - n);
		html_texts(b, d->status);
		bytes_adds(b, "</p>\n");
	}
	if (n > 0)
		bytes_adds(b, "</div>\n");
}

/* "Comment on a post by John Doe, yesterday 14:02" */
static void
write_deed(
    struct bytes *b, const struct digest *d, const struct digest_person *p)
{
	struct bytes link = {0}, line = {0};

	bytes_adds(b, "<div class=\"soft\">");
	html_texts(b, wording_deed(p));
	if (p->signal[0] != '\0') {
		bytes_adds(b, " on ");
		if (html_link(&link, p->post, strlen(p->post))) {
			bytes_adds(b, "<a");
			bytes_add(b, link.data, link.len);
			bytes_adds(b, ">a post</a>");
		} else {
			bytes_adds(b, "a post");
		}
		bytes_adds(b, " by ");
		add_foreign(b, "span", p->signal);
	}
	bytes_adds(&line, ", ");
	wording_when(&line, d, p);
	add_made(b, &line);
	bytes_adds(b, "</div>\n");
	b->failed |= link.failed;
	bytes_free(&link);
	bytes_free(&line);
}

static void
write_person(
    struct bytes *b, const struct digest *d, const struct digest_person *p)
{
	const char *name =
	    p->name[0] == '\0' ? "Someone without a name" : p->name;
	struct bytes link = {0};

	bytes_adds(b, "<li class=\"who\">");
	if (html_link(&link, p->url, strlen(p->url))) {
		bytes_adds(b, "<a class=\"name\" dir=\"auto\"");
		bytes_add(b, link.data, link.len);
		bytes_addc(b, '>');
		html_texts(b, name);
		bytes_adds(b, "</a>\n");
	} else {
		add_foreign(b, "b class=\"name\"", name);
		bytes_addc(b, '\n');
	}
	b->failed |= link.failed;
	bytes_free(&link);
	if (p->work[0] != '\0')
		add_foreign(b, "div", p->work);
	write_deed(b, d, p);
	if (p->comment[0] != '\0')
		add_foreign(b, "div class=\"said\"", p->comment);
	bytes_adds(b, "</li>\n");
}

static void
write_people(struct bytes *b, const struct digest *d, size_t people)
{
	int64_t rest = wording_rest(d, people);
	int comment, before = -1;
	size_t i;

	for (i = 0; i < people && i < d->npeople; i++) {
		comment = d->people[i].deed == DIGEST_COMMENT;
		if (comment != before)
			bytes_printf(b, "%s<h2>%s</h2>\n<ul class=\"list\">\n",
			    before == -1 ? "" : "</ul>\n",
			    comment ? "Who commented" : "Who reacted");
		before = comment;
		write_person(b, d, &d->people[i]);
	}
	if (before != -1)
		bytes_adds(b, "</ul>\n");
	if (before != -1 && rest > 0) {
		bytes_adds(b, "<p>And ");
		wording_count(b, rest, "lead of others.", "leads of others.");
		bytes_adds(b, "</p>\n");
	}
}

static void
write_count(struct bytes *b, int64_t n, const char *name)
{
	char number[PROGRESS_NUMBER_SIZE];

	bytes_printf(
	    b, "<tr><td class=\"number\">%s</td>", progress_number(n, number));
	add_foreign(b, "td", name);
	bytes_adds(b, "</tr>\n");
}

static void
open_counts(struct bytes *b, const char *heading)
{
	bytes_printf(b,
	    "<h2>%s</h2>\n<table role=\"presentation\" "
	    "style=\"border-collapse:collapse\">\n",
	    heading);
}

static void
write_sources(struct bytes *b, const struct digest *d)
{
	int64_t rest = wording_signals_rest(d);
	size_t i;

	if (d->nsignals > 0) {
		open_counts(b, "By signal");
		for (i = 0; i < d->nsignals && i < WORDING_SIGNALS; i++)
			write_count(b, d->signals[i].leads,
			    d->signals[i].name[0] == '\0' ? "no signal"
							  : d->signals[i].name);
		if (rest > 0)
			write_count(b, rest, "other signals");
		bytes_adds(b, "</table>\n");
	}
	if (d->nendpoints > 1) {
		open_counts(b, "By endpoint");
		for (i = 0; i < d->nendpoints && i < WORDING_ENDPOINTS; i++)
			write_count(
			    b, d->endpoints[i].leads, d->endpoints[i].name);
		if (d->nendpoints > WORDING_ENDPOINTS)
			write_count(
			    b, wording_endpoints_rest(d), "other endpoints");
		bytes_adds(b, "</table>\n");
	}
}

static void
write_foot(struct bytes *b, const struct digest *d)
{
	struct bytes link = {0};

	if (html_link(&link, d->page, strlen(d->page))) {
		bytes_adds(b,
		    "<p style=\"margin:28px 0 0\"><a class=\"button\" "
		    "style=\"display:inline-block;padding:11px 20px;"
		    "border-radius:7px;background:#0a6b5c;color:#fff;"
		    "font-weight:600;text-decoration:none\"");
		bytes_add(b, link.data, link.len);
		bytes_adds(b, ">Open the page</a></p>\n");
	}
	b->failed |= link.failed;
	bytes_free(&link);
	bytes_adds(b, "<p class=\"soft\" style=\"margin:28px 0 0\">leadsheet");
	if (d->site[0] != '\0') {
		bytes_adds(b, " on ");
		html_texts(b, d->site);
	}
	bytes_adds(b, ", once a day, also when nothing came.</p>\n");
	bytes_adds(b, foot);
}

void
parts_html(const struct digest *d, size_t people, struct bytes *out)
{
	write_head(out, d);
	write_summary(out, d);
	write_concerns(out, d);
	if (d->names)
		write_people(out, d, people);
	write_sources(out, d);
	write_foot(out, d);
}
