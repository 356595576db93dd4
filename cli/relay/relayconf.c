/* relayconf: a section [relay NAME]; see relayconf.h. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/deliver/origin.h"
#include "cli/relay/relayconf.h"

#define EVERY_MOST (24 * 3600) /* seconds */

/* What is being read. */
struct reading {
	struct relayconf r;
	const char *home;
	char url_file[PATH_MAX];
	int has_url, has_from;
};

/* A path in HOME, unless it begins with a slash. */
static int
take_path(struct reading *in, void *out, const char *v, struct fault *why)
{
	int n = v[0] == '/' ? snprintf(out, PATH_MAX, "%s", v)
	                    : snprintf(out, PATH_MAX, "%s/%s", in->home, v);

	if (v[0] != '\0' && n > 0 && n < PATH_MAX)
		return 0;
	return fault_set(why, FAULT_SETUP, 0, "write the path of a file");
}

static int
take_flag(struct reading *in, void *out, const char *v, struct fault *why)
{
	int is_yes = strcasecmp(v, "yes") == 0;

	(void)in;
	if (!is_yes && strcasecmp(v, "no") != 0)
		return fault_set(why, FAULT_SETUP, 0, "write yes or no");
	memcpy(out, &is_yes, sizeof(is_yes));
	return 0;
}

static int
take_url(struct reading *in, void *out, const char *v, struct fault *why)
{
	in->has_url = 1;
	if (snprintf(out, sizeof(in->r.url), "%s", v) < (int)sizeof(in->r.url))
		return 0;
	return fault_set(
	    why, FAULT_SETUP, 0, "write one of less than 2,048 characters");
}

static int
take_from(struct reading *in, void *out, const char *v, struct fault *why)
{
	in->has_from = 1;
	if (strcasecmp(v, "beginning") == 0)
		return 0;
	if (!utc_is_day(v))
		return fault_set(why, FAULT_SETUP, 0,
		    "write the first day that is to go, like 2026-12-01, or "
		    "beginning for all that is kept");
	(void)snprintf(out, UTC_DAY_SIZE, "%s", v);
	return 0;
}

static int
take_endpoints(struct reading *in, void *out, const char *v, struct fault *why)
{
	char name[ENDPOINT_NAME_SIZE];
	size_t i;

	memcpy(out, &v, sizeof(v));
	for (i = 0; relayconf_endpoint(&in->r, i, name); i++)
		if (!endpoint_is_name(name))
			return fault_set(why, FAULT_SETUP, 0,
			    "\"%s\" is no name of an endpoint; write names "
			    "with commas between, like main,events",
			    name);
	if (i > 0)
		return 0;
	return fault_set(why, FAULT_SETUP, 0,
	    "name an endpoint, or take this line out: then it is all of them");
}

static int
take_batch(struct reading *in, void *out, const char *v, struct fault *why)
{
	char *end;
	long n = strtol(v, &end, 10);

	(void)out;
	if (!isdigit((unsigned char)v[0]) || *end != '\0' || n < 1 ||
	    n > RELAYCONF_BATCH_MAX)
		return fault_set(why, FAULT_SETUP, 0,
		    "write how many leads a message has at most, from 1 to "
		    "%d",
		    RELAYCONF_BATCH_MAX);
	in->r.batch = (int)n;
	return 0;
}

static int
take_every(struct reading *in, void *out, const char *v, struct fault *why)
{
	static const char units[] = "smh";
	static const long seconds[] = {1, 60, 3600};
	const char *unit = NULL;
	char *end;
	long n = strtol(v, &end, 10);

	(void)out;
	while (*end == ' ')
		end++;
	if (isdigit((unsigned char)v[0]) && *end != '\0' && end[1] == '\0')
		unit = strchr(units, tolower((unsigned char)*end));
	if (unit == NULL || n < 1 || n > EVERY_MOST / seconds[unit - units])
		return fault_set(why, FAULT_SETUP, 0,
		    "write so many seconds, minutes or hours, from 1s to 24h, "
		    "like 10m");
	in->r.every = n * seconds[unit - units] * UTC_SECOND;
	return 0;
}

static const struct entry {
	const char *name;
	int (*take)(struct reading *, void *, const char *, struct fault *);
	size_t at;
} names[] = {{"url", take_url, offsetof(struct reading, r.url)},
    {"url_file", take_path, offsetof(struct reading, url_file)},
    {"from", take_from, offsetof(struct reading, r.from)},
    {"endpoint", take_endpoints, offsetof(struct reading, r.endpoints)},
    {"template", take_path, offsetof(struct reading, r.template)},
    {"batch", take_batch, 0}, {"every", take_every, 0},
    {"tests", take_flag, offsetof(struct reading, r.tests)},
    {"secret_file", take_path, offsetof(struct reading, r.secret)},
    {"private", take_flag, offsetof(struct reading, r.private_allowed)},
    {NULL, NULL, 0}};

static const struct entry *
find_name(const char *name)
{
	const struct entry *n;

	for (n = names; n->name != NULL; n++)
		if (strcmp(n->name, name) == 0)
			return n;
	return NULL;
}

/* 0, or -1 with why as a clause. */
static int
take_line(struct reading *in, const struct conf *c, const struct conf_line *l,
    struct fault *why)
{
	const struct entry *n = find_name(l->name);
	const char *near;

	if (l->fault != NULL)
		return fault_set(why, FAULT_SETUP, 0, "%s", l->fault);
	if (n == NULL) {
		near = text_nearest(l->name, names, sizeof(names[0]));
		return fault_set(why, FAULT_SETUP, 0,
		    "a relay has no such setting%s%s%s",
		    near == NULL ? "; leadsheet.conf(5) lists them"
				 : "; did you mean ",
		    near == NULL ? "" : near, near == NULL ? "" : "?");
	}
	if (conf_find(c, CONF_RELAY, l->of, l->name, NULL) != l)
		return fault_set(
		    why, FAULT_SETUP, 0, "is set twice; keep one line");
	return n->take(in, (char *)in + n->at, l->value, why);
}

/* 1; 0 where the section has no line; or -1 with the fault set. */
static int
take_lines(
    struct reading *in, const struct conf *c, const char *path, struct fault *f)
{
	const struct conf_line *l;
	struct fault why = {0};
	int any = 0;

	for (l = c->list; l < c->list + c->n; l++) {
		if (l->section != CONF_RELAY || strcmp(l->of, in->r.name) != 0)
			continue;
		any = 1;
		/* The line of the section itself. */
		if (l->name[0] == '\0' && l->fault == NULL)
			continue;
		if (take_line(in, c, l, &why) == -1)
			return fault_set(f, FAULT_SETUP, 0,
			    "%s line %d: %s%s%s", path, l->number, l->name,
			    l->name[0] == '\0' ? "" : ": ", why.text);
	}
	return any;
}

/* Take the first line of the file that is open. */
static int
read_url(struct reading *in, FILE *file, struct fault *f)
{
	char *url = in->r.url;
	struct stat st;
	size_t n;

	(void)setvbuf(file, NULL, _IONBF, 0); /* no copy stays in a buffer */
	if (fstat(fileno(file), &st) == -1 || !S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "relay %s: %s is not a plain file; put the URL into one",
		    in->r.name, in->url_file);
	if ((st.st_mode & 077) != 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "relay %s: others can read the URL; run \"chmod 600 %s\"",
		    in->r.name, in->url_file);
	if (fgets(url, sizeof(in->r.url), file) == NULL)
		url[0] = '\0';
	n = strlen(url);
	if (n + 1 == sizeof(in->r.url))
		return fault_set(f, FAULT_SETUP, 0,
		    "relay %s: the URL in %s is too long", in->r.name,
		    in->url_file);
	while (n > 0 && isspace((unsigned char)url[n - 1]))
		url[--n] = '\0';
	return 0;
}

static int
read_url_file(struct reading *in, struct fault *f)
{
	/* A pipe in its place must not hold anybody up. */
	int fd = open(in->url_file, O_RDONLY | O_NONBLOCK | O_CLOEXEC), rc;
	FILE *file = fd == -1 ? NULL : fdopen(fd, "r");

	if (file == NULL) {
		rc = fault_set(f, FAULT_SETUP, errno,
		    "relay %s: can't read the URL; its file must belong to the "
		    "user that it runs as: %s",
		    in->r.name, in->url_file);
		if (fd != -1)
			(void)close(fd);
		return rc;
	}
	rc = read_url(in, file, f);
	(void)fclose(file);
	return rc;
}

/* Is it a URL that may be used?  And its host. */
static int
take_host(struct relayconf *r, const char *where, struct fault *f)
{
	const char *s = r->url;

	while (*s > ' ' && *s < 0x7f && *s != '\\')
		s++;
	if (*s != '\0' || origin_of(r->url, r->host, sizeof(r->host)) == -1)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: the URL can't be used; write it like "
		    "https://HOST/PATH, without blanks",
		    where);
	if (strncasecmp(r->url, "https://", 8) != 0 && !r->private_allowed)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s: by http:// anybody on the way could read the leads; "
		    "write https://, or add private = yes for a target in your "
		    "own network",
		    where);
	return 0;
}

/* Is all there that has to be? */
static int
complete(struct reading *in, const char *path, struct fault *f)
{
	const struct relayconf *r = &in->r;
	char where[PATH_MAX + ENDPOINT_NAME_SIZE + 16];

	(void)snprintf(where, sizeof(where), "%s: [relay %s]", path, r->name);
	if (in->has_url && in->url_file[0] != '\0')
		return fault_set(f, FAULT_SETUP, 0,
		    "%s has both url and url_file; keep one of them", where);
	if (!in->has_url && in->url_file[0] == '\0')
		return fault_set(f, FAULT_SETUP, 0,
		    "%s doesn't say where to; add a line url = https://...",
		    where);
	if (!in->has_from)
		return fault_set(f, FAULT_SETUP, 0,
		    "%s doesn't say from when on; add a line from = and the "
		    "first day that is to go, like 2026-12-01, or from = "
		    "beginning for all that is kept",
		    where);
	if (!in->has_url && read_url_file(in, f) == -1)
		return -1;
	return take_host(&in->r, in->has_url ? where : in->url_file, f);
}

/* What stands there, whole or not. */
static int
read_section(struct reading *in, const struct conf *c, const char *path,
    const char *name, struct fault *f)
{
	struct relayconf *r = &in->r;
	int rc;

	r->batch = 10;
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	(void)snprintf(
	    r->cursor, sizeof(r->cursor), RELAYCONF_CURSOR "%s", name);
	(void)snprintf(
	    r->secret, sizeof(r->secret), "%s/relay-%s.secret", in->home, name);
	if (c->fault.kind != FAULT_NONE)
		return fault_take(f, &c->fault);
	if ((rc = take_lines(in, c, path, f)) == 0)
		return fault_set(f, FAULT_SETUP, 0,
		    "there is no section [relay %.64s] in %s; add it: "
		    "leadsheet.conf(5) tells its settings",
		    name, path);
	return rc == 1 ? 0 : -1;
}

int
relayconf_read(struct relayconf *r, const struct conf *c, const char *path,
    const char *home, const char *name, struct fault *f)
{
	struct reading in = {.home = home};
	int rc = read_section(&in, c, path, name, f);

	if (rc == 0)
		rc = complete(&in, path, f);
	*r = in.r;
	explicit_bzero(in.r.url, sizeof(in.r.url));
	return rc;
}

int
relayconf_secret(char out[static PATH_MAX], const struct conf *c,
    const char *path, const char *home, const char *name, struct fault *f)
{
	struct reading in = {.home = home};

	if (read_section(&in, c, path, name, f) == -1)
		return -1;
	memcpy(out, in.r.secret, sizeof(in.r.secret));
	return 0;
}

int
relayconf_endpoint(
    const struct relayconf *r, size_t i, char out[static ENDPOINT_NAME_SIZE])
{
	const char *list = r->endpoints == NULL ? "" : r->endpoints;
	size_t n;

	do {
		list += strspn(list, ", \t");
		n = strcspn(list, ", \t");
		(void)snprintf(out, ENDPOINT_NAME_SIZE, "%.*s", (int)n, list);
		list += n;
	} while (n > 0 && i-- > 0);
	return n > 0;
}

int
relayconf_has(const struct relayconf *r, const char *endpoint)
{
	char name[ENDPOINT_NAME_SIZE];
	size_t i;

	for (i = 0; relayconf_endpoint(r, i, name); i++)
		if (strcmp(name, endpoint) == 0)
			return 1;
	return r->endpoints == NULL;
}

const char *
relayconf_nth(const struct conf *c, size_t n)
{
	const char *name;
	size_t i, j;

	for (i = 0; i < c->n; i++) {
		name = c->list[i].of;
		if (c->list[i].section != CONF_RELAY)
			continue;
		for (j = 0; j < i; j++)
			if (c->list[j].section == CONF_RELAY &&
			    strcmp(c->list[j].of, name) == 0)
				break;
		if (j == i && n-- == 0)
			return name;
	}
	return NULL;
}
