/* feeds: the links by which spreadsheets read leads: made, listed, revoked. */
#include <stdio.h>
#include <string.h>

#include "access/feeds.h"
#include "markup/html.h"
#include "page/look/dates.h"
#include "page/look/layout.h"
#include "page/look/selected.h"
#include "page/page.h"
#include "page/screens/newfeed.h"
#include "page/screens/screens.h"

static struct bytes *
body(struct viewing *v)
{
	return &v->reply->body;
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

static void
add_revoke(struct viewing *v, const struct feed *feed)
{
	layout_form(v, "post", "/feeds");
	layout_hidden(v, "do", "revoke");
	layout_hidden(v, "hash", feed->hash);
	layout_raw(v, "<button type=\"submit\" class=\"quiet\">");
	layout_say(v, PHRASE_FEED_REVOKE, NULL, NULL);
	layout_raw(v, "<span class=\"unseen\" dir=\"auto\">: ");
	html_texts(body(v), feed->name);
	layout_raw(v, "</span></button>");
	layout_form_end(v);
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
	layout_raw(v, "<li><div class=\"head\"><div>");
	layout_foreign(v, "h3", "", feed->name, strlen(feed->name), 0);
	/* What can't be read any more is shown as it stands. */
	if (selected_read(v, feed->query, &c, &f) == 0)
		selected_say(v, &text, &c);
	else
		bytes_adds(&text, feed->query);
	if (!text.failed)
		layout_foreign(v, "p", "", text.data, text.len, 0);
	bytes_free(&text);
	add_facts(v, feed);
	layout_raw(v, "</div>");
	add_revoke(v, feed);
	layout_raw(v, "</div></li>\n");
	return 0;
}

/* One whose file is damaged keeps no other one away; the log has it. */
static int
is_passed_over(struct viewing *v, const struct fault *f)
{
	if (f->kind != FAULT_DAMAGED)
		return 0;
	(void)snprintf(
	    v->reply->reason, sizeof(v->reply->reason), "%s", f->text);
	return 1;
}

static int
add_list(struct viewing *v, struct fault *f)
{
	struct listing l = {.v = v};
	struct fault damaged = {0};

	layout_raw(v, "<section class=\"panel\">");
	layout_element(v, "h2", "", PHRASE_FEED_LIST);
	if (feeds_each(v->page->home, add_feed, &l, &damaged) == -1 &&
	    !is_passed_over(v, &damaged))
		return fault_take(f, &damaged);
	if (l.n > 0)
		layout_raw(v, "</ul>");
	else
		layout_element(v, "p", "class=\"quiet\"", PHRASE_FEED_NONE_YET);
	layout_raw(v, "</section>\n");
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
	if ((token != NULL && newfeed_show(v, token, f) == -1) ||
	    (token == NULL && newfeed_form(v, f) == -1) || add_list(v, f) == -1)
		return -1;
	layout_end(v);
	return 0;
}

static int
make(struct viewing *v, struct fault *f)
{
	char token[FEEDS_TOKEN_SIZE];
	struct bytes wrong = {0};
	int rc = newfeed_save(v, token, &wrong, f);

	if (rc == 1) {
		rc = show(v, NULL, token, f);
	} else if (rc == 0) {
		bytes_addc(&wrong, '\0');
		v->reply->status = 400;
		rc = bytes_check(&wrong, f) == -1
		         ? -1
		         : show(v, wrong.data, NULL, f);
	}
	bytes_free(&wrong);
	return rc;
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
	struct fault why = {0};
	struct bytes url = {0};
	int found = feeds_each(v->page->home, is_that, &x, &why);

	if (found == -1 && !is_passed_over(v, &why))
		return fault_take(f, &why);
	if (found == 1 && feeds_remove(v->page->home, x.hash, f) == -1)
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
