/* docroot: does a web server hand out a directory?  See docroot.h. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/checks/docroot.h"
#include "cli/checks/walk.h"

#define CONF_MAX (1 << 20) /* bytes; a larger file is no configuration */

/* What web folders are called. */
static const char *const parts[] = {"public_html", "httpdocs", "htdocs", "www"};

struct search {
	const char *path;
	char *why;
	size_t size;
	int found;
	int roots; /* how many the configurations name */
};

/* Is path dir itself, or in it? */
static int
is_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	/* A root of / says nothing: it would be every path. */
	return n > 1 && strncmp(path, dir, n) == 0 &&
	       (path[n] == '/' || path[n] == '\0');
}

/* Is one of the path's directories called so? */
static int
has_part(const char *path, const char *name)
{
	size_t n = strlen(name);
	const char *at = path;

	while ((at = strchr(at, '/')) != NULL) {
		at++;
		if (strncmp(at, name, n) == 0 &&
		    (at[n] == '/' || at[n] == '\0'))
			return 1;
	}
	return 0;
}

/* A line of nginx (root PATH;) or of Apache (DocumentRoot "PATH"). */
static void
read_line(struct search *s, const char *conf, char *line)
{
	static const char *const words[] = {"root", "DocumentRoot"};
	char real[PATH_MAX], *at = line + strspn(line, " \t{");
	size_t i, n = 0;

	for (i = 0; i < sizeof(words) / sizeof(words[0]) && n == 0; i++)
		if (strncasecmp(at, words[i], strlen(words[i])) == 0)
			n = strlen(words[i]);
	if (n == 0 || (at[n] != ' ' && at[n] != '\t'))
		return;
	at += n;
	at += strspn(at, " \t\"'");
	at[strcspn(at, " \t\"';\r\n")] = '\0';
	if (at[0] != '/' || realpath(at, real) == NULL)
		return;
	s->roots++;
	if (!is_below(s->path, real))
		return;
	s->found = 1;
	(void)snprintf(
	    s->why, s->size, "it is in the document root %s (of %s)", at, conf);
}

static int
read_conf(void *context, const char *path, const struct stat *st)
{
	struct search *s = context;
	char *line = NULL;
	size_t room = 0;
	FILE *in;

	if (S_ISDIR(st->st_mode))
		return strstr(path, "-available") != NULL;
	if (s->found || !S_ISREG(st->st_mode) || st->st_size > CONF_MAX ||
	    (in = fopen(path, "re")) == NULL)
		return 0;
	while (!s->found && getline(&line, &room, in) != -1)
		read_line(s, path, line);
	free(line);
	(void)fclose(in);
	return 0;
}

/*
 * Is there a web folder beside the path, or beside a directory that it is in?
 * On shared hosting that one is the document root, and not all of /var/www.
 */
static int
has_web_folder_beside(const char *path)
{
	char beside[PATH_MAX], *slash;
	struct stat st;
	size_t i, n;

	(void)snprintf(beside, sizeof(beside), "%s", path);
	while ((slash = strrchr(beside, '/')) != NULL && slash > beside) {
		*slash = '\0';
		n = strlen(beside);
		for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
			(void)snprintf(
			    beside + n, sizeof(beside) - n, "/%s", parts[i]);
			/* /var/www is what is asked about. */
			if (strcmp(beside, "/var/www") != 0 &&
			    strcmp(beside, "/srv/www") != 0 &&
			    stat(beside, &st) == 0 && S_ISDIR(st.st_mode))
				return 1;
		}
		beside[n] = '\0';
	}
	return 0;
}

/* Without a configuration that can be read: where roots usually are. */
static int
is_in_usual_root(const char *path, char *why, size_t size)
{
	static const char *const roots[] = {
	    "/var/www", "/usr/share/nginx", "/srv/www"};
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (is_below(path, roots[i]) && !has_web_folder_beside(path)) {
			(void)snprintf(why, size,
			    "it is in %s, which web servers usually hand out",
			    roots[i]);
			return 1;
		}
	return 0;
}

int
docroot_holds(const char *path, const char *const *conf, char *why, size_t size)
{
	struct search s = {path, why, size, 0, 0};
	const char *below = path;
	char ignored[PATH_MAX];
	size_t i;

	/* All sites of a host may be in such a folder. */
	if (is_below(path, "/var/www") || is_below(path, "/srv/www"))
		below += strlen("/var/www");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (has_part(below, parts[i])) {
			(void)snprintf(why, size,
			    "it is in a directory called %s, which web servers "
			    "usually hand out",
			    parts[i]);
			return 1;
		}
	for (; *conf != NULL && !s.found; conf++)
		(void)walk(*conf, 1, read_conf, &s, ignored, sizeof(ignored));
	return s.found || (s.roots == 0 && is_in_usual_root(path, why, size));
}
