/* walk: every file below a directory; see walk.h. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/checks/walk.h"

#define DEEPEST 16

struct walker {
	int follow;
	int (*what)(void *, const char *, const struct stat *);
	void *context;
	char *where;
	size_t size;
};

static int
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int
walk_dir(const struct walker *w, const char *dir, int depth)
{
	struct dirent **list = NULL;
	char path[PATH_MAX];
	struct stat st;
	int i, n = scandir(dir, &list, NULL, alphasort), err = 0;

	if (n == -1) {
		err = errno;
		(void)snprintf(w->where, w->size, "%s", dir);
		return err;
	}
	for (i = 0; i < n; i++) {
		if (err == 0 && !is_dot(list[i]->d_name) &&
		    snprintf(path, sizeof(path), "%s/%s", dir,
			list[i]->d_name) < (int)sizeof(path) &&
		    (w->follow ? stat(path, &st) : lstat(path, &st)) == 0 &&
		    w->what(w->context, path, &st) == 0 &&
		    S_ISDIR(st.st_mode) && depth < DEEPEST)
			err = walk_dir(w, path, depth + 1);
		free(list[i]);
	}
	free(list);
	return err;
}

int
walk(const char *dir, int follow,
    int (*what)(void *, const char *, const struct stat *), void *context,
    char *where, size_t size)
{
	const struct walker w = {follow, what, context, where, size};

	return walk_dir(&w, dir, 0);
}
