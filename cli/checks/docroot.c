/* docroot: does a web server hand out a directory?  See docroot.h. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/checks/docroot.h"
#include "cli/checks/walk.h"

#define CONF_MAX (1 << 20) /* bytes; a larger file is no configuration */

struct findtext {
	const char *path;
	char *why;
	size_t size;
	int found;
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
read_line(struct findtext *s, const char *conf, char *line)
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
	if (at[0] != '/' || realpath(at, real) == NULL ||
	    !is_below(s->path, real))
		return;
	s->found = 1;
	(void)snprintf(
	    s->why, s->size, "it is in the document root %s (of %s)", at, conf);
}

static int
read_conf(void *context, const char *path, const struct stat *st)
{
	struct findtext *s = context;
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

int
docroot_holds(const char *path, const char *const *conf, char *why, size_t size)
{
	static const char *const roots[] = {
	    "/var/www", "/usr/share/nginx", "/srv/www"};
	static const char *const parts[] = {"public_html", "htdocs", "www"};
	struct findtext s = {path, why, size, 0};
	char ignored[PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (is_below(path, roots[i])) {
			(void)snprintf(why, size,
			    "web servers hand out what is in %s", roots[i]);
			return 1;
		}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (has_part(path, parts[i])) {
			(void)snprintf(why, size,
			    "web servers hand out what is in a directory "
			    "called %s",
			    parts[i]);
			return 1;
		}
	for (; *conf != NULL && !s.found; conf++)
		(void)walk(*conf, 1, read_conf, &s, ignored, sizeof(ignored));
	return s.found;
}
