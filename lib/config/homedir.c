/* homedir: where everything lies; see homedir.h. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/homedir.h"
#include "config/remedy.h"

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

int
homedir_check_user(const char *home, struct fault *f)
{
	char owner[REMEDY_USER_SIZE];
	struct stat st;

	if (geteuid() != 0 || stat(home, &st) == -1 || st.st_uid == 0)
		return 0;
	(void)remedy_user(st.st_uid, owner);
	return fault_set(f, FAULT_SETUP, 0,
	    "the home %s belongs to %s, and leadsheet.fcgi runs as root, whose "
	    "files that user can't write to; have it started as that user",
	    home, owner);
}
