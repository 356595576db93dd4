/* homedir: where everything lies; see homedir.h. */
#include <stdio.h>
#include <sys/stat.h>

#include "config/homedir.h"

const char *
homedir_find(char room[static PATH_MAX], const char *option,
    const char *variable, const char *user_home, const char *compiled)
{
	struct stat st;
	int n;

	if (option != NULL)
		return option;
	if (variable != NULL && variable[0] != '\0')
		return variable;
	if (user_home != NULL && user_home[0] == '/') {
		n = snprintf(room, PATH_MAX, "%s/.leadsheet", user_home);
		if (n > 0 && n < PATH_MAX && stat(room, &st) == 0)
			return room;
	}
	return compiled;
}
