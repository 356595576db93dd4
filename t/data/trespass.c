/*
 * For LD_PRELOAD: when the program ends it tries to open each path of $TRESPASS
 * (with a : between them), to be read or, behind a +, written, and says what
 * came of it.  So what a confined process can do is shown by that process.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void __attribute__((destructor)) trespass(void)
{
	char *list = getenv("TRESPASS"), *path, *rest;
	int fd;

	if (list == NULL || (list = strdup(list)) == NULL)
		return;
	for (path = strtok_r(list, ":", &rest); path != NULL;
	     path = strtok_r(NULL, ":", &rest)) {
		fd = *path == '+' ? open(path + 1, O_WRONLY | O_CREAT, 0600)
				  : open(path, O_RDONLY);
		fprintf(stderr, "trespass %s %s\n", path,
		    fd == -1 ? strerror(errno) : "opened");
		if (fd != -1)
			close(fd);
	}
	free(list);
}
