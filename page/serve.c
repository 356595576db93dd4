/* serve: from a visit to its reply; see serve.h. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "access/pagedir.h"
#include "access/readers.h"
#include "access/session.h"
#include "page/log.h"
#include "page/look/phrases.h"
#include "page/page.h"
#include "page/refuse.h"
#include "page/routes.h"
#include "page/screens/login.h"
#include "page/screens/screens.h"
#include "page/serve.h"

/* A request looks for new leads for so long at most. */
#define UPDATE UTC_SECOND

/* The longest name of a screen to come back to after the login, bytes. */
#define BACK_MAX 2000

/* One visit on its way. */
struct way {
	struct viewing viewing;
	const struct route *route;
	struct readers readers;
};

/* Read the settings where their file has changed. */
static void
read_settings(struct page *p)
{
	struct fault f = {0};

	if (p->has_conf && p->conf.fault.kind == FAULT_NONE &&
	    !conf_changed(&p->conf, p->conf_path))
		return;
	(void)conf_read(&p->conf, p->conf_path);
	settings_of(&p->settings, &p->conf, p->conf_path, NULL);
	/* Days are those of the sheets; where there is no such zone, of UTC. */
	if (utc_zone(p->settings.shape.timezone, &f) == -1) {
		fault_clear(&f);
		(void)!utc_zone("UTC", &f);
	}
	p->has_conf = 1;
}

void
serve_open(struct page *p, const char *home)
{
	memset(p, 0, sizeof(*p));
	p->home = home;
	(void)snprintf(p->conf_path, sizeof(p->conf_path),
	    "%.*s/leadsheet.conf", ENDPOINT_HOME_MAX, home);
	read_settings(p);
}

/* Is it asked for in a way that its route has?  Else it is answered. */
static int
is_allowed(struct way *way)
{
	struct viewing *w = &way->viewing;
	const struct visit *v = w->visit;
	int is_post =
	    v->request.method != NULL && strcmp(v->request.method, "POST") == 0;

	if (!((way->route->is & ROUTE_GET) != 0 && visit_is_get(v)) &&
	    !((way->route->is & ROUTE_POST) != 0 && is_post)) {
		refuse_visit(w, way->route, 405, PHRASE_DOOR_METHOD);
		reply_header(w->reply, "Allow", routes_allow(way->route));
		return 0;
	}
	if (!is_post)
		return 1;
	if (v->request.state == REQUEST_BODY_TOO_LARGE)
		refuse_visit(w, way->route, 413, PHRASE_DOOR_LARGE);
	else if (v->request.state != REQUEST_BODY_WHOLE)
		refuse_visit(w, way->route, 400, PHRASE_DOOR_BODY);
	else if (!visit_is_ours(v, w->https))
		refuse_visit(w, way->route, 403, PHRASE_DOOR_ORIGIN);
	else
		return 1;
	return 0;
}

/*
 * To the login, and from there back to what was asked for by GET.  A form that
 * was sent is lost: its screen isn't known.
 */
static void
send_to_login(const struct viewing *w)
{
	const struct visit *v = w->visit;
	struct bytes back = {0}, url = {0};

	bytes_adds(&url, v->script);
	bytes_adds(&url, "/login");
	if (visit_is_get(v)) {
		query_escape_path(
		    &back, v->request.path, strlen(v->request.path));
		if (v->query_text[0] != '\0') {
			bytes_addc(&back, '?');
			bytes_adds(&back, v->query_text);
		}
		bytes_addc(&back, '\0');
		if (!back.failed && strcmp(back.data, "/") != 0 &&
		    back.len < BACK_MAX)
			query_add(&url, "to", back.data);
	}
	bytes_addc(&url, '\0');
	if (!url.failed)
		reply_redirect(w->reply, url.data);
	bytes_free(&back);
	bytes_free(&url);
}

/* Their endpoints are what they see. */
static void
take_reader(struct viewing *w, const char *name, const struct reader *reader)
{
	(void)snprintf(w->reply->reader, sizeof(w->reply->reader), "%s", name);
	w->reader = w->reply->reader;
	if (reader != NULL) {
		w->scope.names = reader->endpoints;
		w->scope.n = reader->nendpoints;
	}
}

/* The session of a cookie: 1, 0 where there is none, or -1. */
static int
find_session(struct viewing *w, struct fault *f)
{
	const char *name = w->trial ? SESSION_COOKIE_TRIAL : SESSION_COOKIE;
	const struct reader *reader;
	char cookie[SESSION_SIZE];
	int failed = 0;

	if (!visit_cookie(w->visit, name, cookie, sizeof(cookie)))
		return 0;
	reader = session_reader(cookie, w->readers, w->page->home, w->page->key,
	    w->visit->now, &failed, f);
	if (reader == NULL)
		return failed ? -1 : 0;
	take_reader(w, reader->name, reader);
	w->has_login = 1;
	return 1;
}

/*
 * Who is it?  1, where the route is open also with nobody; 0: nobody is known,
 * and it is answered; or -1 with the fault set.
 */
static int
find_reader(struct way *way, struct fault *f)
{
	struct viewing *w = &way->viewing;
	int is_open = (way->route->is & ROUTE_OPEN) != 0;
	const char *user = w->visit->user;
	int found;

	if (w->page->settings.login_by_server) {
		if (readers_keep_out(w->readers, user)) {
			refuse_visit(w, way->route, 403, PHRASE_DOOR_LINE);
			return 0;
		}
		if (user[0] != '\0')
			take_reader(w, user, readers_find(w->readers, user));
		else if (!is_open)
			refuse_visit(w, way->route, 403, PHRASE_DOOR_NO_USER);
		return is_open || user[0] != '\0';
	}
	if (w->readers->n == 0) {
		if ((way->route->is & ROUTE_PLAIN) != 0)
			return 1;
		login_nobody(w);
		return 0;
	}
	if ((found = find_session(w, f)) == 0 && !is_open)
		send_to_login(w);
	return found == 0 ? is_open : found;
}

/* What a path and its query ask for: 1, or 0 where it is answered. */
static int
read_choice(struct way *way)
{
	struct viewing *w = &way->viewing;
	struct choice *c = &w->choice;
	struct fault f = {0};

	if (choice_read(c, &w->visit->query, w->visit->now, &f) == -1) {
		refuse_choice(w, way->route, &f);
		return 0;
	}
	if ((way->route->is & ROUTE_DAY) != 0 && utc_is_day(w->rest)) {
		(void)snprintf(c->from, sizeof(c->from), "%s", w->rest);
		(void)snprintf(c->to, sizeof(c->to), "%s", w->rest);
	} else if (((way->route->is & ROUTE_DAY) != 0) ||
		   ((way->route->is & ROUTE_PERSON) != 0 &&
		       !catalog_read_number(w->rest, &c->person)) ||
		   ((way->route->is & ROUTE_POSTED) != 0 &&
		       !catalog_read_number(w->rest, &c->post))) {
		refuse_visit(w, way->route, 404, PHRASE_NOT_FOUND);
		return 0;
	}
	return 1;
}

/* Have a catalog, as new as the journals: 0, or -1 with the fault set. */
static int
read_catalog(struct viewing *w, int updates, struct fault *f)
{
	struct page *p = w->page;

	if (p->catalog == NULL &&
	    (p->catalog = catalog_new(p->home, p->key, f)) == NULL)
		return -1;
	w->lead.catalog = p->catalog;
	return updates ? catalog_update(p->catalog, UPDATE, &w->state, f) : 0;
}

/*
 * The key as it is now: whoever deletes it ends all logins.  The catalog that
 * was made with another one is none any more.
 */
static int
read_key(struct page *p, struct fault *f)
{
	char key[PAGEDIR_KEY_SIZE];

	if (pagedir_key(p->home, key, f) == -1)
		return -1;
	if (strcmp(key, p->key) != 0) {
		catalog_free(p->catalog);
		p->catalog = NULL;
		memcpy(p->key, key, sizeof(p->key));
	}
	return 0;
}

/* Who may look, and the key: 0, or -1 with the fault set. */
static int
read_access(struct way *way, struct fault *f)
{
	struct viewing *w = &way->viewing;
	struct page *p = w->page;

	if (readers_read(&way->readers, p->home, f) == -1)
		return -1;
	w->readers = &way->readers;
	if (way->readers.wrong_line > 0)
		(void)snprintf(w->reply->reason, sizeof(w->reply->reason), "%s",
		    way->readers.wrong.text);
	/* Where nobody is let in yet, nothing needs to be kept either. */
	if (way->readers.n == 0 && !p->settings.login_by_server &&
	    (way->route->is & ROUTE_PLAIN) == 0)
		return 0;
	return read_key(p, f);
}

/* Its route is known, and it came in a way that we take. */
static int
answer_route(struct way *way, struct fault *f)
{
	struct viewing *w = &way->viewing;
	int leads = (way->route->is & ROUTE_LEADS) != 0, found;

	if ((way->route->is & ROUTE_STATIC) != 0)
		return way->route->screen(w, f);
	if (read_access(way, f) == -1)
		return -1;
	if ((found = find_reader(way, f)) <= 0)
		return found;
	if (leads && !read_choice(way))
		return 0;
	if ((leads || (way->route->is & ROUTE_LASTS) != 0) &&
	    read_catalog(w, leads, f) == -1)
		return -1;
	return way->route->screen(w, f);
}

/* SCRIPT_NAME/, so that all screens stand in one folder. */
static void
send_to_folder(const struct viewing *w)
{
	struct bytes url = {0};

	bytes_adds(&url, w->visit->script);
	bytes_add(&url, "/", 2);
	if (!url.failed)
		reply_redirect(w->reply, url.data);
	bytes_free(&url);
}

/* Plain HTTP is for a trial on this machine. */
static void
take_transport(struct viewing *w)
{
	const struct request *r = &w->visit->request;

	w->https = request_is_https(r, w->page->settings.trust_forwarded_proto);
	w->trial = !w->https && request_is_local(r);
}

/* A wrong --home would look as if nobody had a login. */
static int
check_home(const char *home, struct fault *f)
{
	struct stat st;

	if (stat(home, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return fault_set(f, FAULT_SETUP, 0,
	    "there is no home at %s; name the right one with --home or "
	    "LEADSHEET_HOME",
	    home);
}

static int
answer(struct way *way, struct fault *f)
{
	struct viewing *w = &way->viewing;
	const struct visit *v = w->visit;
	const char *path = v->request.path == NULL ? "" : v->request.path;

	take_transport(w);
	if (path[0] == '\0' && v->script[0] == '\0')
		path = "/";
	way->route = routes_find(path, &w->rest);
	if (way->route != NULL)
		w->reply->screen = way->route->name;
	if (!w->https && !w->trial)
		refuse_visit(w, way->route, 403, PHRASE_DOOR_HTTPS);
	else if (path[0] == '\0')
		send_to_folder(w);
	else if (way->route == NULL)
		refuse_visit(w, NULL, 404, PHRASE_NOT_FOUND);
	else if (is_allowed(way))
		return check_home(w->page->home, f) == -1
		           ? -1
		           : answer_route(way, f);
	return 0;
}

void
serve_answer(struct page *p, const struct visit *v, struct reply *r)
{
	struct way way = {.viewing = {.page = p,
			      .visit = v,
			      .reply = r,
			      .rest = "",
			      .reader = "",
			      .lead = {.home = p->home}}};
	struct viewing *w = &way.viewing;
	struct fault f = {0};

	r->is_head =
	    v->request.method != NULL && strcmp(v->request.method, "HEAD") == 0;
	read_settings(p);
	w->language = phrases_language(p->settings.language, v->languages);
	w->readers = &way.readers;
	if (answer(&way, &f) == -1 && !r->gone)
		refuse_fault(w, way.route, &f);
	log_complete(p->home, r);
	reply_end(r);
	lead_free(&w->lead);
	readers_free(&way.readers);
}

void
serve_no_memory(struct reply *r)
{
	r->status = 503;
	r->type = "text/plain; charset=utf-8";
	/* Which reply_end() answers for itself. */
	r->body.failed = 1;
	reply_end(r);
}

void
serve_forked(struct page *p)
{
	p->catalog = NULL;
}

void
serve_rest(struct page *p)
{
	if (p->catalog != NULL)
		catalog_rest(p->catalog);
}

void
serve_close(struct page *p)
{
	catalog_free(p->catalog);
	conf_free(&p->conf);
}
