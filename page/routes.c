/* routes: which screen a path is; see routes.h. */
#include <string.h>

#include "page/files/feed.h"
#include "page/page.h"
#include "page/routes.h"
#include "page/screens/login.h"
#include "page/screens/screens.h"

static int
feed(struct viewing *w, struct fault *f)
{
	return feed_answer(w, w->rest, f);
}

/* What has a rest comes behind what has none. */
#define WHOLE(path, name, is, screen)                                          \
	{                                                                      \
		path, sizeof(path) - 1, 0, name, is, screen                    \
	}
#define BEGUN(path, name, is, screen)                                          \
	{                                                                      \
		path, sizeof(path) - 1, 1, name, is, screen                    \
	}

static const struct route routes[] = {
    WHOLE("/", "today", ROUTE_GET | ROUTE_LEADS, screens_today),
    WHOLE("/days", "days", ROUTE_GET | ROUTE_LEADS, screens_days),
    WHOLE("/leads", "leads", ROUTE_GET | ROUTE_LEADS, screens_leads),
    WHOLE("/people", "people", ROUTE_GET | ROUTE_LEADS, screens_people),
    WHOLE(
	"/feeds", "feeds", ROUTE_GET | ROUTE_POST | ROUTE_LEADS, screens_feeds),
    WHOLE("/login", "login", ROUTE_GET | ROUTE_POST | ROUTE_OPEN, login_answer),
    WHOLE("/logout", "logout", ROUTE_POST, login_end),
    BEGUN("/day/", "day", ROUTE_GET | ROUTE_LEADS | ROUTE_DAY, screens_day),
    BEGUN("/person/", "person", ROUTE_GET | ROUTE_LEADS | ROUTE_PERSON,
	screens_person),
    BEGUN(
	"/post/", "post", ROUTE_GET | ROUTE_LEADS | ROUTE_POSTED, screens_post),
    BEGUN("/feed/", "feed", ROUTE_GET | ROUTE_OPEN | ROUTE_PLAIN | ROUTE_LASTS,
	feed),
    BEGUN("/style-", "style", ROUTE_GET | ROUTE_OPEN | ROUTE_STATIC,
	screens_style),
};

const struct route *
routes_find(const char *path, const char **rest)
{
	const struct route *r;

	for (r = routes; r < routes + sizeof(routes) / sizeof(routes[0]); r++)
		if (r->has_rest ? strncmp(path, r->path, r->len) == 0
				: strcmp(path, r->path) == 0) {
			*rest = path + r->len;
			return r;
		}
	return NULL;
}

const char *
routes_allow(const struct route *r)
{
	if ((r->is & ROUTE_GET) == 0)
		return "POST";
	return (r->is & ROUTE_POST) == 0 ? "GET, HEAD" : "GET, HEAD, POST";
}

int
routes_is_file(const struct route *r, const struct visit *v)
{
	return (r->is & ROUTE_PLAIN) != 0 ||
	       ((r->is & ROUTE_LEADS) != 0 &&
		   query_get(&v->query, "as")[0] != '\0');
}

int
routes_lasts(const struct visit *v)
{
	const char *rest;
	const struct route *r =
	    routes_find(v->request.path == NULL ? "" : v->request.path, &rest);

	if (r == NULL)
		return 0;
	if ((r->is & ROUTE_LASTS) != 0)
		return 1;
	if (visit_is_get(v))
		return (r->is & ROUTE_LEADS) != 0 && routes_is_file(r, v);
	return r->screen == login_answer;
}
