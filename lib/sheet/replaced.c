/* replaced: where a sheet goes that is made again; see replaced.h. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "sheet/replaced.h"

int
replaced_move(const char *sheets, const char *path,
    char name[static REPLACED_NAME_SIZE], struct fault *f)
{
	char dir[PATH_MAX], to[PATH_MAX];
	struct stat st;
	int n = 0;

	(void)snprintf(
	    dir, sizeof(dir), "%.*s/replaced", PATH_MAX - 128, sheets);
	if (appendfile_mkdir(dir, f) == -1)
		return -1;
	do {
		(void)snprintf(name, REPLACED_NAME_SIZE, "%.48s.%d",
		    strrchr(path, '/') + 1, ++n);
		(void)snprintf(
		    to, sizeof(to), "%.*s/%s", PATH_MAX - 128, dir, name);
	} while (lstat(to, &st) == 0);
	if (appendfile_rename(path, to, f) == -1)
		return -1;
	/* It may be someone's work: there before it is away from here. */
	return appendfile_sync_parent(to, f);
}
