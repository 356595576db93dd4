/* login: who is looking; see login.h. */
#include <stdio.h>
#include <string.h>

#include "access/password.h"
#include "access/session.h"
#include "access/tries.h"
#include "page/look/layout.h"
#include "page/page.h"
#include "page/screens/login.h"

/*
 * A reader's name and where to go back to are what the browser sent; control
 * characters in a path would be another header, // another site.
 */
int
login_is_way_back(const char *to)
{
	const char *s;

	if (to[0] != '/' || to[1] == '/')
		return 0;
	for (s = to; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || (unsigned char)*s > '~' ||
		    *s == '\\')
			return 0;
	return 1;
}

static const char *
way_back(const struct visit *v)
{
	const char *to = query_get(&v->form, "to");

	if (to[0] == '\0')
		to = query_get(&v->query, "to");
	return login_is_way_back(to) ? to : "/";
}

static void
go(struct viewing *w, const char *path)
{
	struct bytes url = {0};

	bytes_adds(&url, w->visit->script);
	bytes_adds(&url, path);
	bytes_addc(&url, '\0');
	if (url.failed)
		w->reply->body.failed = 1;
	else
		reply_redirect(w->reply, url.data);
	bytes_free(&url);
}

/*
 * The form.  What was wrong with the one before is above it, and the name that
 * was typed stays.
 */
static void
show_form(struct viewing *w, int status, const char *wrong)
{
	const struct layout_field name = {.name = "name",
	    .type = "text",
	    .label = PHRASE_NAME,
	    .value = query_get(&w->visit->form, "name"),
	    .autocomplete = "username",
	    .more = "required autocapitalize=\"none\" spellcheck=\"false\""};
	const struct layout_field password = {.name = "password",
	    .type = "password",
	    .label = PHRASE_PASSWORD,
	    .autocomplete = "current-password",
	    .more = "required"};

	w->reply->status = status;
	layout_begin(
	    w, LAYOUT_OUTSIDE, phrases_get(w->language, PHRASE_LOG_IN));
	if (wrong != NULL)
		layout_notice(w, LAYOUT_BAD, wrong);
	else if (strcmp(way_back(w->visit), "/") != 0)
		layout_notice_phrase(w, LAYOUT_NOTE, PHRASE_LOGIN_AGAIN);
	layout_form(w, "post", "/login");
	layout_hidden(w, "to", way_back(w->visit));
	layout_field(w, &name);
	layout_field(w, &password);
	layout_button(w, "", PHRASE_LOG_IN);
	layout_form_end(w);
	layout_end(w);
}

static const char *
cookie_name(const struct viewing *w)
{
	return w->trial ? SESSION_COOKIE_TRIAL : SESSION_COOKIE;
}

/* Nothing but our own host and, where it has HTTPS, HTTPS gets to know it. */
static void
set_cookie(struct viewing *w, const char *value, long seconds)
{
	struct bytes b = {0};

	bytes_printf(&b, "%s=%s; Path=/; Max-Age=%ld; %sHttpOnly; SameSite=Lax",
	    cookie_name(w), value, seconds, w->trial ? "" : "Secure; ");
	bytes_addc(&b, '\0');
	if (b.failed)
		w->reply->body.failed = 1;
	else
		reply_header(w->reply, "Set-Cookie", b.data);
	bytes_free(&b);
}

/* Too many wrong ones: when to come again. */
static void
make_wait(struct viewing *w, int seconds)
{
	struct bytes text = {0};
	char retry[16];

	phrases_count(
	    &text, w->language, PHRASE_LOGIN_WAIT, (seconds + 59) / 60);
	bytes_addc(&text, '\0');
	if (text.failed) {
		w->reply->body.failed = 1;
	} else {
		show_form(w, 429, text.data);
		(void)snprintf(retry, sizeof(retry), "%d", seconds);
		reply_header(w->reply, "Retry-After", retry);
		(void)snprintf(w->reply->reason, sizeof(w->reply->reason),
		    "too many wrong passwords");
	}
	bytes_free(&text);
}

static void
refuse(struct viewing *w)
{
	show_form(w, 403, phrases_get(w->language, PHRASE_LOGIN_WRONG));
	(void)snprintf(w->reply->reason, sizeof(w->reply->reason),
	    "a wrong name or password");
}

/* They are who they say they are. */
static int
let_in(struct viewing *w, const struct reader *reader, struct fault *f)
{
	char cookie[SESSION_SIZE];

	if (session_begin(cookie, reader, w->page->key, w->visit->now, f) == -1)
		return -1;
	(void)snprintf(
	    w->reply->reader, sizeof(w->reply->reader), "%s", reader->name);
	set_cookie(w, cookie, SESSION_SECONDS);
	go(w, way_back(w->visit));
	return 0;
}

/*
 * A try counts before the password is looked at, so that ten thousand guesses
 * cost no ten thousand hashes.  A wrong name takes as long as a wrong password.
 */
static int
try_password(struct viewing *w, struct fault *f)
{
	const struct visit *v = w->visit;
	const char *home = w->page->home, *key = w->page->key;
	const char *name = query_get(&v->form, "name");
	const char *client = v->request.client == NULL ? "" : v->request.client;
	const struct reader *reader = readers_find(w->readers, name);
	const char *hash = NULL;
	int may, wait = 0, right;

	may = tries_begin(home, client, name, key, v->now, &wait, f);
	if (may == -1)
		return -1;
	if (may == 0) {
		make_wait(w, wait);
		return 0;
	}
	if (reader != NULL && password_is_hash(reader->hash))
		hash = reader->hash;
	right = password_matches(query_get(&v->form, "password"), hash, f);
	if (right == -1)
		return -1;
	if (right == 0) {
		refuse(w);
		return 0;
	}
	if (tries_right(home, client, name, key, f) == -1)
		return -1;
	return let_in(w, reader, f);
}

int
login_answer(struct viewing *w, struct fault *f)
{
	/* Who is known already, or by the web server, is let through. */
	if (w->reader[0] != '\0' || w->page->settings.login_by_server)
		go(w, way_back(w->visit));
	else if (visit_is_get(w->visit))
		show_form(w, 200, NULL);
	else
		return try_password(w, f);
	return 0;
}

int
login_end(struct viewing *w, struct fault *f)
{
	char cookie[SESSION_SIZE];

	if (w->has_login &&
	    visit_cookie(w->visit, cookie_name(w), cookie, sizeof(cookie)) &&
	    session_end(cookie, w->readers, w->page->home, w->page->key,
		w->visit->now, f) == -1)
		return -1;
	set_cookie(w, "", 0);
	go(w, "/login");
	return 0;
}

void
login_nobody(struct viewing *w)
{
	w->reply->status = 503;
	layout_begin(
	    w, LAYOUT_OUTSIDE, phrases_get(w->language, PHRASE_NOBODY_TITLE));
	layout_element(w, "p", "", PHRASE_NOBODY);
	layout_element(w, "h2", "", PHRASE_NOBODY_SHELL);
	layout_element(w, "p", "", PHRASE_NOBODY_SHELL_1);
	layout_raw(w, "<pre class=\"code\">leadsheet page user add anna</pre>");
	layout_element(w, "h2", "", PHRASE_NOBODY_FILE);
	layout_element(w, "p", "", PHRASE_NOBODY_FILE_1);
	layout_element(w, "pre", "class=\"code\"", PHRASE_NOBODY_LINE);
	layout_element(w, "p", "", PHRASE_NOBODY_FILE_2);
	layout_end(w);
	reply_header(w->reply, "Retry-After", "60");
	(void)snprintf(w->reply->reason, sizeof(w->reply->reason),
	    "nobody may look yet: run \"leadsheet page user add NAME\"");
}
